// Who may act for the person, does one contradict another, and what was said of her age and capacity? For the report to her.
import { rightWords } from '../../requests/request-words.js';
import { type DossierView } from '../dossier-view.js';
import { type Report } from './held-text.js';
import { together } from './phrases.js';
import { type Speech } from './speech.js';

type Representative = DossierView['representatives'][number];
type Status = DossierView['statuses'][number];

/** Only where somebody was recognised or a status was said: of most people neither ever is. */
export function peopleSection(report: Report): void {
  const { view, sheet, phrases } = report;
  const { speech } = phrases;
  const { representatives, statuses, acts } = view;
  if (representatives.length === 0 && statuses.length === 0) return;
  sheet.heading(speech.say('people.heading'));
  if (acts) sheet.text(speech.code('acts', acts));
  for (const one of statuses) sheet.bullet(statusText(report, one));
  for (const one of representatives) representativeText(report, one);
}

function statusText(
  { phrases, refs }: Report,
  { status, moment, turns, ofAge, document, article, renew, event }: Status,
) {
  const { speech } = phrases;
  const said = together(
    speech.say('people.status', { status: speech.code('status', status), moment: speech.day(moment) }),
    turns && speech.say('people.turns', { age: turns.age, date: speech.day(turns.on) }),
    ofAge && speech.say('people.of-age', { moment: speech.day(ofAge) }),
    document && speech.say('people.document', { kind: speech.free(document.kind), date: speech.day(document.date) }),
    phrases.article(article),
    renew.length > 0 ? speech.say('people.renew', { count: String(renew.length) }) : undefined,
  );
  return `${said} ${refs.of(event, ...renew)}`;
}

function representativeText(report: Report, one: Representative): void {
  const { sheet, phrases, refs } = report;
  const { speech } = phrases;
  const { event, kind, name, standing, from, until, scope, exclusive, document, article, ended, against } = one;
  const who = together(speech.code('representative', kind), name && phrases.part(name));
  sheet
    .bullet(`${who} ${refs.of(event)}`)
    .fields(
      [
        [speech.say('standing'), speech.code('authority', standing)],
        [
          speech.say('people.term'),
          together(
            speech.say('identifiers.since', { moment: speech.day(from) }),
            until && speech.say('hold.until', { moment: speech.day(until) }),
          ),
        ],
        [
          speech.say('people.proof'),
          together(`${speech.free(document.kind)}, ${speech.day(document.date)}`, phrases.article(article)),
        ],
        [speech.say('people.scope'), scopeText(report, scope)],
        [speech.say('people.exclusive'), exclusive ? speech.say('people.exclusive.yes') : undefined],
        ...against.map((other): [string, string] => [
          speech.say('people.against'),
          `${speech.code('conflict', other.why)} ${refs.of(other.event, ...other.acts)}`,
        ]),
        [
          speech.say('people.ended'),
          ended && `${speech.day(ended.moment)}; ${speech.free(ended.ground)} ${refs.of(ended.event)}`,
        ],
      ],
      1,
    );
}

function scopeText({ phrases }: Report, scope: Representative['scope']): string {
  const { speech } = phrases;
  if (!scope) return speech.say('people.scope.all');
  const { rights, categories, purposes } = scope;
  return together(
    rights && rights.map((right) => rightText(right, speech)).join(', '),
    categories && phrases.categories(categories),
    purposes && phrases.purposes(purposes),
  );
}

/** A document may name a right that the law here does not know. */
const rightText = (right: string, speech: Speech): string => {
  const words = Object.hasOwn(rightWords, right) ? rightWords[right as keyof typeof rightWords] : undefined;
  return words ? speech.label(words) : `«${right}»`;
};
