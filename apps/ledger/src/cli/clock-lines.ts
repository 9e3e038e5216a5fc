// How do a counted clock and a calendar read on a terminal?
import { type Calendar } from '@derbes/policy';
import { type ClockView } from '../clocks/clock-queries.js';

export const nothingAsked =
  'Counted by the profile and calendar that this program brings; with DERBES_KEY the service counts by what is published there.';

const units = { 'working-day': 'working day', 'calendar-day': 'calendar day', hour: 'hour', month: 'month' } as const;

/** One line a fact, the due moment first. */
export function clockLines(view: ClockView): string[] {
  const { term, profile, version, calendar, from, due, strict, amount, unit, starts, article, confidence } = view;
  const counted = calendar === undefined ? '' : `, calendar ${calendar.version}`;
  return [
    `due         ${due}`,
    ...(strict === undefined ? [] : [`strict      ${strict}`]),
    `term        ${term}: ${amount} ${units[unit]}${amount === 1 ? '' : 's'} from ${starts}, ${from}`,
    `article     ${article} (profile ${profile} ${version}${counted})`,
    `confidence  ${confidence}: ${view.source}`,
    ...view.skipped.map(({ date, why, act, confidence: sure, announced }) => {
      const marks = [act, sure, announced && 'not announced'].filter((mark) => mark !== undefined);
      return `skipped     ${date} ${why}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
    }),
  ];
}

export function calendarLines({ code, version, years, carry_over: rule }: Calendar): string[] {
  const known = `Calendar ${code}, version ${version}: every day of ${years.join(', ')}; past these nothing is counted.`;
  if (!rule) return [known];
  return [known, `${rule.label.en} (${rule.article}, ${rule.confidence}), except ${rule.except.join(', ')}.`];
}
