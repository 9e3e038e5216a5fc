// What was ordered to be destroyed, how far is it, and what may not be destroyed? For the report to the person.
import { type DossierView } from '../dossier-view.js';
import { type Report } from './held-text.js';
import { section } from './passed-text.js';
import { together } from './phrases.js';

type Erasure = DossierView['erasures'][number];
type Hold = DossierView['holds'][number];

export function erasuresSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'erasures.heading', 'erasures.none', view.erasures, (line) =>
    sheet.bullet(`${erasureText(report, line)} ${refs.of(...eventsOf(line))}`),
  );
  for (const hold of view.holds)
    sheet.bullet(`${holdText(report, hold)} ${refs.of(hold.event, ...(hold.lifted ? [hold.lifted.event] : []))}`);
  for (const { category, moment, event } of view.locks) {
    const places = { moment: speech.day(moment), category: phrases.category(category) };
    sheet.bullet(`${speech.say('lock.line', places)} ${refs.of(event)}`);
  }
}

const eventsOf = ({ order, executed, final }: Erasure): string[] =>
  [order, executed?.event, final?.event].filter((event) => event !== undefined);

function erasureText({ phrases }: Report, line: Erasure): string {
  const { speech } = phrases;
  const { order, cause, scope, categories, ordered, refused, executed, final, kept } = line;
  const what = categories.length > 0 ? phrases.categories(categories) : speech.code('scope', scope);
  const said = cause === 'erasure' ? what : `${what} (${speech.code('cause', cause)})`;
  const reached = together(
    refused && `${speech.code('state', 'refused')} ${speech.time(refused.moment)}`,
    ordered && speech.say('erasure.ordered', { moment: speech.time(ordered.moment) }),
    executed && speech.say('erasure.executed', { moment: speech.time(executed.moment) }),
    executed && !final ? speech.say('erasure.not-final') : undefined,
    final && speech.say('erasure.final', { moment: speech.time(final.moment) }),
    kept.length > 0 ? speech.say('erasure.kept', { categories: phrases.categories(kept) }) : undefined,
    speech.say('erasure.certificate', { order }),
  );
  return speech.say('erasure.line', { what: said, state: reached });
}

function holdText({ phrases }: Report, hold: Hold): string {
  const { moment, ground, article, categories, until, lifted, stands, withheld = [] } = hold;
  const { speech } = phrases;
  const kept = [...new Set(withheld.flatMap((one) => one.categories))];
  const line = speech.say('hold.line', {
    moment: speech.day(moment),
    categories: categories ? phrases.categories(categories) : speech.say('hold.all'),
    ground: speech.free(ground),
  });
  return together(
    line,
    phrases.article(article),
    until && speech.say('hold.until', { moment: speech.day(until) }),
    lifted && speech.say('hold.lifted', { moment: speech.day(lifted.moment), ground: speech.free(lifted.ground) }),
    !lifted && !stands ? speech.say('hold.over') : undefined,
    kept.length > 0 ? speech.say('hold.withheld', { categories: phrases.categories(kept) }) : undefined,
  );
}
