// What may somebody ask of the law's clocks?
import { type Clock } from '@derbes/domain';
import { type Calendar, type DayOff, type Term } from '@derbes/policy';
import { Code, Moment, OneOf, Optional } from '../http/form/field.js';
import { AskedQuery } from '../read/queries.js';

/** By when? Nothing is started by asking. */
export class CountClock extends AskedQuery<ClockView> {
  /** From the path. */
  term: string;
  /** When it began; now when absent. */
  @Optional() @Moment() from?: string;
  /** Jurisdiction; that of the edition in force when absent. */
  @Optional() @Code() profile?: string;
  /** With the extension that the term allows. */
  @Optional() @OneOf(['yes', 'no']) extended?: 'yes' | 'no';
}

export interface ClockView
  extends
    Omit<Clock, 'calendar'>,
    Pick<Term, 'amount' | 'unit' | 'starts' | 'article' | 'confidence' | 'source' | 'label'> {
  readonly calendar?: { readonly version: string; readonly document: string };
  /** Whether the term may stand in what leaves the house. */
  readonly outgoing: boolean;
  readonly skipped: readonly DayOff[];
}

export class ReadCalendar extends AskedQuery<CalendarView | undefined> {
  /** From the path. */
  calendar: string;
}

/** The calendar by which clocks are counted that start now. */
export interface CalendarView {
  readonly document: string;
  readonly published: string;
  /** Whether it came with the program. */
  readonly builtIn: boolean;
  readonly calendar: Calendar;
}
