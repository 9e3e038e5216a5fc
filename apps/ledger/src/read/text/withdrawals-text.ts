// What was stopped because a consent was withdrawn, what goes on, by which act and until when? For the report to the person.
import { type DossierView } from '../dossier-view.js';
import { type Report } from './held-text.js';
import { together } from './phrases.js';

type Withdrawal = DossierView['withdrawals'][number];
type Stopped = Withdrawal['stopped'][number];
type GoesOn = Withdrawal['goesOn'][number];

/** Only where a withdrawal has its term or its decision: the consents say what was withdrawn. */
export function withdrawalsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  const told = view.withdrawals.filter(({ due, decided }) => due !== undefined || decided !== undefined);
  if (told.length === 0) return;
  sheet.heading(speech.say('withdrawals.heading'));
  for (const one of told) {
    const { received, due, decided } = one;
    const state = decided
      ? speech.say('withdrawals.decided', { moment: speech.day(decided) })
      : speech.say('withdrawals.open', { moment: speech.day(due ?? received) });
    const line = speech.say('withdrawals.line', { moment: speech.day(received), state });
    sheet.bullet(`${line} ${refs.of(one.event)}`);
    for (const group of one.stopped) sheet.bullet(`${stoppedText(report, group)} ${refs.of(group.event)}`);
    for (const group of one.goesOn) sheet.bullet(`${goesOnText(report, group)} ${refs.of(...marksOf(group))}`);
    for (const group of one.untouched) {
      const what = groupText(report, group);
      const ground = group.basis === 'other-consent' ? speech.say('withdrawals.consent') : phrases.ground(group.basis);
      sheet.bullet(speech.say('withdrawals.untouched', { what, ground }));
    }
  }
}

const marksOf = ({ event, ended }: GoesOn): string[] => (ended ? [event, ended.event] : [event]);

const stoppedText = (report: Report, group: Stopped): string =>
  report.phrases.speech.say('withdrawals.stopped', {
    moment: report.phrases.speech.day(group.moment),
    what: groupText(report, group),
  });

function goesOnText(report: Report, group: GoesOn): string {
  const { phrases } = report;
  const { speech } = phrases;
  const { extent, why, article, until, ended } = group;
  return together(
    speech.say(extent === 'use' ? 'withdrawals.goes-on' : 'withdrawals.stored', { what: groupText(report, group) }),
    speech.say(`withdrawals.why.${why}`),
    phrases.article(article),
    ended
      ? speech.say('withdrawals.ended', { moment: speech.day(ended.moment) })
      : until && speech.say('hold.until', { moment: speech.day(until) }),
  );
}

function groupText(
  { phrases }: Report,
  { categories, purposes, recipients, publication }: Omit<Stopped, 'moment' | 'event'>,
): string {
  const { speech } = phrases;
  return together(
    speech.say('withdrawals.what', {
      categories: phrases.categories(categories),
      purposes: phrases.purposes(purposes),
    }),
    recipients && speech.say('withdrawals.to', { recipients: recipients.join(', ') }),
    publication && speech.say('withdrawals.published'),
  );
}
