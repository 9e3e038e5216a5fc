// What did the person agree to, refuse, withdraw and acknowledge?
import { type DossierView } from '../dossier-view.js';
import { type Report } from './held-text.js';
import { section } from './passed-text.js';
import { together } from './phrases.js';
import { type Field } from './sheet.js';

type Consent = DossierView['consents'][number];
type Withdrawal = Consent['withdrawals'][number];

export function consentsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'consents.heading', 'consents.none', view.consents, (consent) => {
    const { shown, missing, proofPart } = consent;
    const said = speech.say('consent.line', { moment: speech.time(consent.moment) });
    const line = shown && {
      language: speech.code('language', shown.language),
      edition: shown.edition === view.edition?.document ? view.edition.code : shown.edition.slice(0, 16),
    };
    sheet
      .bullet(`${said} ${refs.of(consent.event)}`)
      .fields(
        [
          [speech.say('standing'), speech.code('standing', consent.standing)],
          [speech.say('purposes'), phrases.purposes(consent.purposes)],
          ...itemLines(report, consent).map((item): Field => [speech.say('items'), item]),
          [
            speech.say('items.missing'),
            missing.length > 0 ? speech.say('items.missing.line', { numbers: missing.join(', ') }) : undefined,
          ],
          [speech.say('shown'), line && speech.say('shown.line', line)],
          [speech.say('by'), speech.code('by', consent.by)],
          [speech.say('channel'), speech.free(consent.channel)],
          [
            speech.say('proof'),
            together(consent.proof && speech.free(consent.proof), proofPart && phrases.part(proofPart)) || undefined,
          ],
          ...consent.withdrawals.map((withdrawal): Field => [
            speech.say('withdrawn'),
            withdrawalText(report, withdrawal),
          ]),
        ],
        1,
      );
  });
}

/** The eight items of Art. 8(4), those that the text stated. */
function itemLines({ phrases }: Report, { items, subjectName }: Consent): string[] {
  const { speech } = phrases;
  const { term, thirdParties, crossBorder, publication, data, other } = items;
  const whom = [
    ...(thirdParties?.classes ?? []).map((code) => phrases.recipientClass(code)),
    ...(thirdParties?.recipients ?? []),
  ].join(', ');
  const where = (crossBorder?.countries ?? []).map((code) => speech.country(code)).join(', ');
  const lines = [
    items.operator && speech.say('item.operator'),
    subjectName && speech.say('item.subject-name', { name: phrases.part(subjectName) }),
    term?.until && speech.say('item.term.until', { moment: speech.day(term.until) }),
    term?.untilEvent && speech.say('item.term.event', { event: speech.free(term.untilEvent) }),
    thirdParties && withList(speech.say(`item.third-parties.${thirdParties.allowed}`), whom),
    crossBorder && withList(speech.say(`item.cross-border.${crossBorder.allowed}`), where),
    publication && speech.say(`item.publication.${publication.allowed}`),
    data && speech.say('item.data', { data: phrases.categories(data) }),
    other && speech.say('item.other', { other: other.map((code) => speech.free(code)).join(', ') }),
  ];
  return lines.filter((line) => line !== undefined);
}

const withList = (said: string, list: string): string => (list === '' ? said : `${said}: ${list}`);

function withdrawalText({ phrases, refs }: Report, { moment, received, channel, scope, event }: Withdrawal): string {
  const { speech } = phrases;
  const parts = [
    ...(scope?.purposes ?? []).map((code) => phrases.purpose(code)),
    ...(scope?.categories ?? []).map((code) => phrases.category(code)),
    ...(scope?.recipients ?? []),
    ...(scope?.thirdParties ? [speech.say('scope.third-parties')] : []),
    ...(scope?.crossBorder ? [speech.say('scope.cross-border')] : []),
    ...(scope?.publication ? [speech.say('scope.publication')] : []),
  ];
  const said = together(
    speech.say('withdrawn.line', { moment: speech.time(moment), received: speech.time(received) }),
    parts.length === 0 ? speech.say('withdrawn.whole') : speech.say('withdrawn.scope', { scope: parts.join(', ') }),
    channel && speech.free(channel),
  );
  return `${said} ${refs.of(event)}`;
}

export function refusalsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  const lines = [
    ...view.refusals.map(({ moment, event, purposes }) => ({
      moment,
      said: speech.say('refusal.line', { moment: speech.time(moment), purposes: phrases.purposes(purposes) }),
      event,
    })),
    ...view.acknowledgements.map(({ moment, event, shown }) => ({
      moment,
      said: speech.say('acknowledgement.line', {
        moment: speech.time(moment),
        edition: shown.edition === view.edition?.document ? view.edition.code : shown.edition.slice(0, 16),
      }),
      event,
    })),
  ].sort((a, b) => (a.moment < b.moment ? -1 : 1));
  section(report, 'refusals.heading', 'refusals.none', lines, ({ said, event }) =>
    sheet.bullet(`${said} ${refs.of(event)}`),
  );
}
