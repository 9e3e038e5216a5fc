// Who received data, how was it used, where was it published, what did machines decide?
import { type DossierView } from '../dossier-view.js';
import { basisText, type Report } from './held-text.js';
import { together } from './phrases.js';
import { type MessageKey } from './ru.js';

type Transfer = DossierView['transfers'][number];

/** A heading with what stands under it, or that nothing does. */
export function section<T>(
  { sheet, phrases }: Report,
  heading: MessageKey,
  none: MessageKey,
  lines: readonly T[],
  write: (line: T) => void,
): void {
  sheet.heading(phrases.speech.say(heading));
  if (lines.length === 0) sheet.text(phrases.speech.say(none));
  for (const line of lines) write(line);
}

export function usesSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'uses.heading', 'uses.none', view.uses, (use) => {
    const count = String(use.events.length);
    const [first, last] = [speech.day(use.first), speech.day(use.last)];
    const times = first === last ? `${count}, ${first}` : speech.say('times.span', { count, first, last });
    sheet.bullet(phrases.purposes(use.purposes)).fields(
      [
        [speech.say('data'), phrases.categories(use.categories)],
        [speech.say('system'), use.holder && phrases.holder(use.holder)],
        [speech.say('role'), use.role && speech.code('role', use.role)],
        [speech.say('basis'), basisText(report, use.basis)],
        [speech.say('times'), `${times} ${refs.of(...use.events)}`],
      ],
      1,
    );
  });
}

export function transfersSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'transfers.heading', 'transfers.none', view.transfers, (transfer) => {
    sheet.bullet(`${speech.time(transfer.moment)} ${refs.of(transfer.event)}`).fields(
      [
        [speech.say('recipient'), recipientText(report, transfer)],
        [speech.say('class'), transfer.class && phrases.recipientClass(transfer.class)],
        [speech.say('country'), speech.country(transfer.country)],
        [speech.say('mode'), speech.code('mode', transfer.mode)],
        [speech.say('data'), phrases.categories(transfer.categories)],
        [speech.say('system'), transfer.holder && phrases.holder(transfer.holder)],
        [speech.say('purposes'), phrases.purposes(transfer.purposes)],
        [speech.say('basis'), basisText(report, transfer.basis)],
        [speech.say('ground'), transfer.ground && phrases.ground(transfer.ground)],
        [speech.say('claim'), transfer.claim && together(transfer.claim.assertedBy, transfer.claim.instrument)],
        [speech.say('undertaking'), undertakingText(report, transfer)],
        [
          speech.say('suspended'),
          transfer.suspended &&
            `${speech.day(transfer.suspended.moment)}; ${speech.free(transfer.suspended.ground)} ${refs.of(transfer.suspended.event)}`,
        ],
        [
          speech.say('told'),
          transfer.told.length === 0
            ? speech.say('told.no')
            : transfer.told
                .map((told) => `${speech.day(told.moment)}, ${speech.free(told.channel)} ${refs.of(told.event)}`)
                .join('; '),
        ],
      ],
      1,
    );
  });
}

/** Name and BIN as registered, beside the code. A value that does not open says why. */
function recipientText({ phrases, refs }: Report, { recipient, about, class: known }: Transfer): string {
  const { speech } = phrases;
  if (known === undefined) return `${recipient} (${speech.say('recipient.unregistered')})`;
  const name = about.find((part) => part.category === 'meta.name');
  const bin = about.find((part) => part.category === 'meta.bin');
  const sealed = about.find((part) => part.state !== 'opened');
  const said = together(
    name ? `${phrases.part(name)} (${recipient})` : recipient,
    bin && `${speech.say('bin')} ${phrases.part(bin)}`,
    !name && sealed ? phrases.part(sealed) : undefined,
  );
  return `${said} ${refs.of(...about.map(({ event }) => event))}`.trim();
}

function undertakingText({ phrases, refs }: Report, { undertaking, about }: Transfer): string {
  const { speech } = phrases;
  if (!undertaking) return speech.say('undertaking.none');
  const number = about.find((part) => part.category === 'meta.undertaking');
  const said = together(
    number && speech.say('undertaking.number', { number: phrases.part(number) }),
    speech.say('undertaking.from', { from: speech.day(undertaking.from) }),
    undertaking.until && speech.say('undertaking.until', { until: speech.day(undertaking.until) }),
    speech.say(undertaking.held ? 'undertaking.held' : 'undertaking.not-held'),
  );
  return `${said} ${refs.of(undertaking.event)}`;
}

export function publicationsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'publications.heading', 'publications.none', view.publications, (line) => {
    sheet.bullet(`${speech.time(line.moment)} ${refs.of(line.event)}`).fields(
      [
        [speech.say('place'), together(speech.free(line.place), line.address && phrases.part(line.address))],
        [speech.say('data'), phrases.categories(line.categories)],
        [speech.say('purposes'), phrases.purposes(line.purposes)],
        [speech.say('basis'), basisText(report, line.basis)],
        [
          speech.say('taken'),
          line.ended &&
            `${together(speech.day(line.ended.moment), line.ended.ground && speech.free(line.ended.ground))} ${refs.of(line.ended.event)}`,
        ],
      ],
      1,
    );
  });
}

export function decisionsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'decisions.heading', 'decisions.none', view.decisions, (line) => {
    const effect = speech.code('effect', line.effect);
    sheet
      .bullet(`${speech.say('decision.line', { moment: speech.time(line.moment), effect })} ${refs.of(line.event)}`)
      .fields(
        [
          [speech.say('data'), phrases.categories(line.categories)],
          [speech.say('purposes'), phrases.purposes(line.purposes)],
          [speech.say('basis'), basisText(report, line.basis)],
        ],
        1,
      );
  });
}
