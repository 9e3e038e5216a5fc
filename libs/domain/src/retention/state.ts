// What has been decided of each holding whose term was over, and which consents have ended by themselves?
import { type RecordedOf } from '@derbes/kernel';
import { type Drafts } from '../drafts.js';
import { type Entry, type EntryOf } from '../fact.js';
import { type RetentionDecided } from './events.js';

type Facts = RecordedOf<typeof RetentionDecided>['facts'];

export interface RetentionDecision extends Pick<Facts, 'outcome' | 'by' | 'manner' | 'until' | 'row'> {
  /** The RetentionDecided event. */
  readonly event: string;
  readonly moment: string;
  /** By which the holding was due when it was decided. */
  readonly due: string;
}

export interface RetentionState {
  /** By `<event with which the holding began>:<category>`; the last decision of each. */
  readonly decisions: ReadonlyMap<string, RetentionDecision>;
  /** By the event id of ConsentGiven: ConsentExpired and its moment. */
  readonly expired: ReadonlyMap<string, { readonly event: string; readonly moment: string }>;
}

export const emptyRetention: RetentionState = { decisions: new Map(), expired: new Map() };

export const holdingName = ({ began, category }: { readonly began: string; readonly category: string }): string =>
  `${began}:${category}`;

/** The same after one more entry; the very same when it says nothing of them. */
export function evolveRetention(state: RetentionState, entry: Entry, drafts: Drafts): RetentionState {
  switch (entry.type) {
    case 'RetentionDecided':
      return { ...state, decisions: decided(state, entry, drafts) };
    case 'ConsentExpired': {
      const { id: event, occurred: moment, facts } = entry;
      if (state.expired.has(facts.consent)) return state;
      return { ...state, expired: drafts.of(state.expired).set(facts.consent, { event, moment }) };
    }
    default:
      return state;
  }
}

function decided({ decisions }: RetentionState, entry: EntryOf<'RetentionDecided'>, drafts: Drafts) {
  const { outcome, by, manner, until, row, items } = entry.facts;
  const said = {
    outcome,
    by,
    ...(manner !== undefined && { manner }),
    ...(until !== undefined && { until }),
    ...(row !== undefined && { row }),
    event: entry.id,
    moment: entry.occurred,
  };
  const after = drafts.of(decisions);
  for (const item of items) after.set(holdingName(item), { ...said, due: item.due });
  return after;
}
