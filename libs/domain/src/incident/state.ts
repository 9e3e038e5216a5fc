// How far is an incident: whom does it concern, which authorities were told, is it over?
import { type IncidentEvent } from '../catalogue.js';
import { type Clock } from '../clock.js';
import { type FrozenCounts, type IncidentScope } from './events.js';

type EventOf<Type extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: Type }>;

export const incidentStates = ['detected', 'notified', 'closed'] as const;
/** `notified`: every authority of its clocks was told. */
export type IncidentStage = (typeof incidentStates)[number];

/** Immutable; codes, ids, moments and counts only. */
export interface IncidentState {
  readonly revision: number;
  readonly detected?: EventOf<'IncidentDetected'>;
  /** As the last event that names it has it. */
  readonly scope?: IncidentScope;
  readonly radius?: FrozenCounts | undefined;
  readonly clocks: readonly Clock[];
  readonly changes: readonly EventOf<'IncidentScopeChanged'>[];
  readonly notices: readonly EventOf<'AuthorityNotified'>[];
  readonly told: readonly EventOf<'AffectedTold'>[];
  readonly closed?: EventOf<'IncidentClosed'>;
}

export const emptyIncident: IncidentState = { revision: -1, clocks: [], changes: [], notices: [], told: [] };

export const incidentStream = (incident: string): string => `incident-${incident}`;
export const incidentOfStream = (stream: string): string => stream.slice('incident-'.length);

/** The state after one more event of the stream; one already folded changes nothing. */
export function evolveIncident(state: IncidentState, event: IncidentEvent): IncidentState {
  if (event.revision <= state.revision) return state;
  const then = { ...state, revision: event.revision };
  switch (event.type) {
    case 'IncidentDetected': {
      const { scope, clocks, radius } = event.facts;
      return { ...then, detected: event, scope, clocks, ...(radius && { radius }) };
    }
    case 'IncidentScopeChanged': {
      // People counted for another scope are not these people.
      const { scope, radius } = event.facts;
      return { ...then, scope, radius, changes: [...state.changes, event] };
    }
    case 'AuthorityNotified':
      return { ...then, notices: [...state.notices, event] };
    case 'AffectedTold':
      return { ...then, told: [...state.told, event] };
    case 'IncidentClosed':
      return { ...then, closed: event };
  }
}

export function foldIncident(events: Iterable<IncidentEvent>): IncidentState {
  let state = emptyIncident;
  for (const event of events) state = evolveIncident(state, event);
  return state;
}

/** Clocks whose authority nobody has told yet. */
export const unnotifiedClocks = ({ clocks, notices }: Pick<IncidentState, 'clocks' | 'notices'>): readonly Clock[] =>
  clocks.filter(({ profile }) => !notices.some(({ facts }) => facts.profile === profile));

export function stageOfIncident(state: IncidentState): IncidentStage | undefined {
  if (state.closed) return 'closed';
  if (!state.detected) return undefined;
  return unnotifiedClocks(state).length === 0 ? 'notified' : 'detected';
}
