// May an incident be declared, its scope changed, an authority kept as told, may it be closed?
import { Refused, type Decider, type Draft, type Facts, type Seal } from '@derbes/kernel';
import { type IncidentEvent } from '../catalogue.js';
import { isPast } from '../clock.js';
import { startClock } from '../clock-start.js';
import { staffKnown } from '../hold-decider.js';
import {
  type ChangeScope,
  type CloseIncident,
  type DeclareIncident,
  type FrozenRadius,
  type IncidentCommand,
  type IncidentOutside,
  type NotifyAuthority,
  type TellAffected,
} from './command.js';
import { type IncidentScope } from './events.js';
import { emptyIncident, evolveIncident, incidentStream, unnotifiedClocks, type IncidentState } from './state.js';

/** Code of the term as profiles name it: Art. 25(2)(8), GDPR Art. 33(1). */
const noticeTerm = 'breach-notice';

type Detected = IncidentState & { readonly detected: NonNullable<IncidentState['detected']> };

export const incidentDecider: Decider<IncidentCommand, IncidentState, IncidentEvent, IncidentOutside> = {
  initial: emptyIncident,
  evolve: evolveIncident,
  decide(command, state, outside) {
    staffKnown(command.staff, outside);
    switch (command.type) {
      case 'DeclareIncident':
        return [declare(command, state, outside)];
      case 'ChangeScope':
        return change(command, open(state), outside);
      case 'NotifyAuthority':
        return [notify(command, open(state), outside)];
      case 'TellAffected':
        return [tell(command, open(state), outside)];
      case 'CloseIncident':
        return [close(command, open(state), outside)];
    }
  },
};

/** `2026-11-24T09:05:31Z` → `2026-11-24T09:05:00Z`: a breach is detected to the minute. */
const minuteOf = (moment: string): string => `${moment.slice(0, 'YYYY-MM-DDThh:mm'.length)}:00Z`;

/**
 * A scope as it can be counted. Refuses SCOPE_EMPTY and SCOPE_SEVERAL unless it names a holder, a recipient or people, exactly one of
 * them; WINDOW_REVERSED, and WINDOW_IN_FUTURE where it ends after `at`.
 */
export function checkedScope(scope: IncidentScope, at: string): IncidentScope {
  const { holder, recipient, subjects, from, until } = scope;
  const named = [holder, recipient, subjects?.length === 0 ? undefined : subjects].filter((one) => one !== undefined);
  if (named.length === 0) throw new Refused('SCOPE_EMPTY', 'name the holder, the recipient, or the people');
  if (named.length > 1)
    throw new Refused('SCOPE_SEVERAL', 'name the holder or the recipient or the people, one of them');
  const last = until ?? from;
  if ((from !== undefined && from > at) || (last !== undefined && last > at)) {
    throw new Refused('WINDOW_IN_FUTURE', 'the window ends after now');
  }
  if (from !== undefined && until !== undefined && from > until) {
    throw new Refused('WINDOW_REVERSED', 'the window ends before it begins');
  }
  return {
    ...scope,
    ...(subjects && { subjects: [...new Set(subjects)].sort() }),
    ...(scope.categories && { categories: [...new Set(scope.categories)].sort() }),
  };
}

function declare(command: DeclareIncident, state: IncidentState, outside: IncidentOutside): Draft {
  const { kind, radius, misdirected, staff } = command;
  if (state.detected) throw new Refused('INCIDENT_STANDS', 'an incident stands under this id');
  if (command.detected !== undefined && command.detected > outside.at) {
    throw new Refused('DETECTED_IN_FUTURE', 'it has not been detected yet');
  }
  const detected = minuteOf(command.detected ?? outside.at);
  const profiles = command.profiles ?? profilesWithTerm(outside, detected);
  const facts = {
    kind,
    detected,
    scope: checkedScope(command.scope, outside.at),
    clocks: [...new Set(profiles)].map((profile) => startClock(outside, { term: noticeTerm, from: detected, profile })),
    ...(radius && { radius: countsOf(radius) }),
    ...(misdirected && { misdirected: misdirected.event, request: misdirected.request }),
    ...(staff !== undefined && { staff }),
  };
  return draftOf('IncidentDetected', facts, detected, command, outside);
}

/** Whatever law may apply is told in time; which one does is a lawyer's question. Refuses TERM_UNKNOWN where none knows such a term. */
function profilesWithTerm(outside: IncidentOutside, from: string): readonly string[] {
  const published = [...new Set(outside.registers.profiles.map(({ profile }) => profile))].sort();
  const having = published.filter((profile) => hasTerm(outside, profile, from));
  if (having.length === 0) throw new Refused('TERM_UNKNOWN', 'no published profile has a term for telling of a breach');
  return having;
}

function hasTerm(outside: IncidentOutside, profile: string, from: string): boolean {
  try {
    startClock(outside, { term: noticeTerm, from, profile });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 'TERM_UNKNOWN') return false;
    throw error;
  }
}

function change(command: ChangeScope, state: Detected, outside: IncidentOutside): Draft[] {
  const { radius, staff } = command;
  const scope = checkedScope(command.scope, outside.at);
  if (sameScope(scope, state.scope) && sameRadius(radius, state.radius)) return [];
  const { difference } = radius ?? {};
  const facts = {
    scope,
    change: changeOf(difference),
    ...(radius && { radius: countsOf(radius) }),
    ...(difference && { added: String(difference.added), gone: String(difference.gone) }),
    ...(staff !== undefined && { staff }),
  };
  return [draftOf('IncidentScopeChanged', facts, outside.at, command, outside)];
}

function changeOf(difference: FrozenRadius['difference']): 'wider' | 'narrower' | 'other' | 'same' {
  if (!difference) return 'other';
  const { added, gone } = difference;
  if (added > 0) return gone > 0 ? 'other' : 'wider';
  return gone > 0 ? 'narrower' : 'same';
}

function notify(command: NotifyAuthority, state: Detected, outside: IncidentOutside): Draft {
  const { authority, profile, how, pack, staff } = command;
  const told = toldMoment(command.told, state, outside);
  const clock = state.clocks.find((one) => one.profile === profile);
  if (!clock) throw new Refused('PROFILE_UNKNOWN', 'no clock of this incident is of that profile', { profile });
  const late = isFirst(state, profile) && isPast(clock, told);
  if (late && !command.sealed.some(({ category }) => category === 'meta.delay')) {
    // GDPR Art. 33(1): a later notice is accompanied by the reasons of the delay.
    throw new Refused('DELAY_UNEXPLAINED', 'say why it is told after its term', { due: clock.due });
  }
  const facts = {
    authority,
    profile,
    told,
    how,
    ...(pack !== undefined && { pack }),
    ...(late && { late: 'yes' }),
    ...(staff !== undefined && { staff }),
  };
  return draftOf('AuthorityNotified', facts, told, command, outside);
}

const isFirst = ({ notices }: IncidentState, profile: string): boolean =>
  !notices.some(({ facts }) => facts.profile === profile);

function tell(command: TellAffected, state: Detected, outside: IncidentOutside): Draft {
  const { through, pack, staff } = command;
  const told = toldMoment(command.told, state, outside);
  const people = command.people ?? state.radius?.people;
  if (people === undefined) throw new Refused('RADIUS_UNKNOWN', 'nobody was counted yet: say how many were told');
  const facts = {
    through,
    told,
    people,
    ...(state.radius && { radius: state.radius.document }),
    ...(pack !== undefined && { pack }),
    ...(staff !== undefined && { staff }),
  };
  return draftOf('AffectedTold', facts, told, command, outside);
}

function toldMoment(said: string | undefined, { detected }: Detected, { at }: IncidentOutside): string {
  const told = said ?? at;
  if (told > at) throw new Refused('TOLD_IN_FUTURE', 'it has not left yet');
  if (told < detected.facts.detected) {
    throw new Refused('TOLD_BEFORE_DETECTED', 'nobody knew of it then', { detected: detected.facts.detected });
  }
  return told;
}

function close(command: CloseIncident, state: Detected, outside: IncidentOutside): Draft {
  const { outcome, act, article, untold, staff } = command;
  if (outcome === 'confirmed' && !command.sealed.some(({ category }) => category === 'meta.measures')) {
    throw new Refused('MEASURES_MISSING', 'say what was done about it');
  }
  const left = outcome === 'confirmed' ? unnotifiedClocks(state).map(({ profile }) => profile) : [];
  if (left.length > 0 && (act === undefined || article === undefined)) {
    throw new Refused('AUTHORITY_NOT_NOTIFIED', 'tell the authority, or name the act by which it need not be told', {
      profiles: left.join(' '),
    });
  }
  const facts = {
    outcome,
    ...(left.length > 0 && { unnotified: { profiles: left, act: act ?? '', article: article ?? '' } }),
    ...(untold !== undefined && { untold }),
    ...(staff !== undefined && { staff }),
  };
  return draftOf('IncidentClosed', facts, outside.at, command, outside);
}

/** An incident that stands and is not over. */
function open(state: IncidentState): Detected {
  const { detected, closed } = state;
  if (!detected) throw new Refused('INCIDENT_UNKNOWN', 'there is no such incident');
  if (closed) throw new Refused('INCIDENT_CLOSED', 'the incident was closed', { event: closed.id });
  return { ...state, detected };
}

const countsOf = ({ document, people, records }: FrozenRadius) => ({ document, people, records });
const sameRadius = (a: { document: string } | undefined, b: { document: string } | undefined): boolean =>
  a?.document === b?.document;
const keyOf = (scope: IncidentScope | undefined): string =>
  JSON.stringify(Object.entries(scope ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
const sameScope = (a: IncidentScope, b: IncidentScope | undefined): boolean => keyOf(a) === keyOf(b);

function draftOf(
  type: IncidentEvent['type'],
  facts: Facts,
  occurred: string,
  { sealed }: Pick<IncidentCommand, 'sealed'>,
  { incident }: IncidentOutside,
): Draft {
  const owner = incidentStream(incident);
  const seals = sealed.map(({ category, value }): Seal => ({ category, value, owner }));
  return { type, stream: owner, occurred, facts, ...(seals.length > 0 && { seals }) };
}
