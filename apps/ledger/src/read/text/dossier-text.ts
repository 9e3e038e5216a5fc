// What does the report to the person say? All of Art. 24(1)(1), in Russian, Kazakh or English, as plain text.
import { type Language } from '@derbes/policy';
import { type DossierView } from '../dossier-view.js';
import { consentsSection, refusalsSection } from './agreed-text.js';
import {
  accessSection,
  errorsSection,
  identifiersSection,
  measuresSection,
  mentionsSection,
  noticesSection,
  relationsSection,
} from './course-text.js';
import { erasuresSection } from './erasures-text.js';
import { withdrawalsSection } from './withdrawals-text.js';
import { heldSection, type Report } from './held-text.js';
import { decisionsSection, publicationsSection, transfersSection, usesSection } from './passed-text.js';
import { peopleSection } from './people-text.js';
import { Phrases } from './phrases.js';
import { References } from './references.js';
import { Sheet } from './sheet.js';

/** The whole report, lines of at most 100 columns. */
export function dossierText(view: DossierView, language: Language): string {
  const phrases = new Phrases(view.wording, language);
  const report: Report = { view, phrases, sheet: new Sheet(), refs: new References() };
  head(report);
  if (view.registered) {
    heldSection(report);
    identifiersSection(report);
    peopleSection(report);
    usesSection(report);
    transfersSection(report);
    publicationsSection(report);
    consentsSection(report);
    refusalsSection(report);
    decisionsSection(report);
    relationsSection(report);
    measuresSection(report);
    withdrawalsSection(report);
    erasuresSection(report);
    noticesSection(report);
    mentionsSection(report);
    errorsSection(report);
    accessSection(report);
  } else report.sheet.gap().text(phrases.speech.say('unknown'));
  policySection(report);
  recordsSection(report);
  return report.sheet.gap().text(phrases.speech.say('closing')).toString();
}

function head({ view, sheet, phrases, refs }: Report): void {
  const { speech } = phrases;
  const { controller, registered, merged } = view;
  const right = view.wording.rights.find(({ articles }) => articles.length > 0);
  sheet
    .title(speech.say('title'))
    .text(speech.say('intro'))
    .gap()
    .fields([
      [
        speech.say('controller'),
        controller && `${speech.label(controller.name)}, ${speech.say('bin')} ${controller.bin}`,
      ],
      [speech.say('address'), controller?.address],
      [speech.say('contact'), controller?.contacts.join('; ')],
      [speech.say('answer'), right?.articles.map((article) => speech.article(article)).join(', ')],
      [speech.say('as-of'), speech.time(view.asOf)],
      [speech.say('as-known-at'), speech.time(view.asKnownAt)],
      [speech.say('person'), view.subject],
      [speech.say('merged'), merged.join(', ')],
      [speech.say('registered'), registered && `${speech.time(registered.moment)} ${refs.of(registered.event)}`],
    ])
    .text(speech.say('local-time'));
}

function policySection({ view, sheet, phrases, refs }: Report): void {
  const { speech } = phrases;
  const { edition, wording } = view;
  sheet.heading(speech.say('edition.heading'));
  if (edition) {
    const places = { code: edition.code, moment: speech.day(edition.inForce), document: edition.document };
    sheet.text(`${speech.say('edition.line', places)} ${refs.of(edition.event)}`);
  } else sheet.text(speech.say('edition.none'));
  const retention = wording.retention && phrases.quote(wording.retention);
  if (retention) sheet.text(`${retention[0]}: ${retention[1]}`);
  if (wording.rights.length > 0) sheet.gap().text(speech.say('rights.line'));
  for (const { label, clause, articles } of wording.rights) {
    const cited = [
      clause && speech.say('held.clause', { clause }),
      ...articles.map((article) => speech.article(article)),
    ].filter((one) => one !== undefined);
    sheet.bullet(`${speech.label(label)}${cited.length > 0 ? ` (${cited.join('; ')})` : ''}`);
  }
  const acts = Object.entries(wording.acts);
  if (acts.length > 0) sheet.gap().fields(acts.map(([code, label]) => [`№ ${code}`, speech.label(label)]));
}

function recordsSection({ sheet, phrases, refs }: Report): void {
  const { records } = refs;
  if (records.length === 0) return;
  sheet.heading(phrases.speech.say('events.heading')).text(phrases.speech.say('events.intro'));
  for (const [number, event] of records) sheet.row(number, event, 6);
}
