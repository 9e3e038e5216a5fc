// Who publishes calendars, keeps a lawyer's word on a term, and says by when a thing is due?
import { calendarOf, countClock, mayBeTold, policyDecider, type PolicyCommand } from '@derbes/domain';
import { loadCalendar, type Calendar } from '@derbes/policy';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf, PolicyMalformed } from '../write/handlers.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { ConfirmTerm, PublishCalendar, type CalendarMade } from './clock-commands.js';
import { CountClock, ReadCalendar, type CalendarView, type ClockView } from './clock-queries.js';

@CommandHandler(PublishCalendar)
export class PublishCalendarHandler implements ICommandHandler<PublishCalendar> {
  constructor(private readonly writers: Writers) {}

  async execute(command: PublishCalendar): Promise<CalendarMade> {
    const { documents, registers, commands } = this.writers;
    const loaded = loadCalendar(command.text);
    if (!loaded.ok) throw new PolicyMalformed(loaded.mistakes, 'calendar');
    const { code: calendar, version } = loaded.calendar;
    const { bytes, sha256: document } = loaded.document;
    // Durable before an event names it; a document that no event names means nothing.
    await documents.put(document, Buffer.from(bytes));
    const publish: PolicyCommand = { type: 'PublishCalendar', document, calendar, version };
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: policyDecider.decide(publish, registers.registers, { at }) }),
      result: { document, calendar, version },
    });
  }
}

@CommandHandler(ConfirmTerm)
export class ConfirmTermHandler implements ICommandHandler<ConfirmTerm> {
  constructor(private readonly writers: Writers) {}

  execute(command: ConfirmTerm): Promise<Done & { readonly staff: string }> {
    const { registers, commands } = this.writers;
    const { profile, term, version, lawyer } = command;
    const staff = randomUUID();
    return commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => {
        const standing = registers.registers.profiles.find((one) => one.profile === profile && one.version === version);
        const terms = standing && registers.profile(standing.document)?.terms;
        const codes = terms?.map(({ code }) => code) ?? [];
        const confirm: PolicyCommand = { type: 'ConfirmTerm', profile, version, term, terms: codes, staff, name: 0 };
        return { drafts: policyDecider.decide(confirm, registers.registers, { at }), values: [lawyer] };
      },
      result: { staff },
    });
  }
}

@QueryHandler(CountClock)
export class CountClockHandler implements IQueryHandler<CountClock> {
  constructor(private readonly readers: Readers) {}

  async execute({ term: code, from, profile, extended }: CountClock): Promise<ClockView> {
    const { registers } = this.readers;
    await registers.fresh();
    const began = from === undefined ? this.readers.now() : wholeSeconds(from);
    const counted = countClock(registers.outside, {
      term: code,
      from: began,
      ...(profile !== undefined && { profile }),
      ...(extended !== undefined && { extended: extended === 'yes' }),
    });
    const { clock, term, skipped, calendar } = counted;
    const told = mayBeTold(registers.outside, clock.profile, term);
    return viewOf({ clock, term, skipped, ...(calendar !== undefined && { calendar }) }, told);
  }
}

/** What an officer is shown who asks "by when?". */
export function viewOf(
  { clock, term, skipped, calendar }: ReturnType<typeof countClock>,
  outgoing: boolean,
): ClockView {
  const { amount, unit, starts, article, confidence, source, label } = term;
  const { term: code, version, calendar: document, ...moments } = clock;
  return {
    term: code,
    ...moments,
    version,
    ...(calendar !== undefined && document !== undefined && { calendar: { version: calendar, document } }),
    amount,
    unit,
    starts,
    article,
    confidence,
    source,
    label,
    outgoing,
    skipped,
  };
}

@QueryHandler(ReadCalendar)
export class ReadCalendarHandler implements IQueryHandler<ReadCalendar> {
  constructor(private readonly readers: Readers) {}

  async execute({ calendar }: ReadCalendar): Promise<CalendarView | undefined> {
    const { registers } = this.readers;
    await registers.fresh();
    const version = calendarOf(registers.registers, calendar);
    const table: Calendar | undefined = version && registers.calendar(version.document);
    if (!version || !table) return undefined;
    const { document, from, builtIn } = version;
    return { document, published: from, builtIn, calendar: table };
  }
}

export const clockHandlers = [PublishCalendarHandler, ConfirmTermHandler, CountClockHandler, ReadCalendarHandler];
