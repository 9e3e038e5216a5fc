// What may a representative do for a person at a moment, and which of two that contradict each other is believed?
import { type Consents } from '../consent.js';
import { means } from '../holding.js';
import { type PersonState, type Representation, type StatusSince } from './person-state.js';
import { type RepresentativeKind, type RepresentativeScope } from './representative.js';
import { type PersonStatus } from './status.js';

/** Whose authority comes of her being a child, and ends with that. */
const ofChildhood = new Set<RepresentativeKind>(['parent', 'adoptive-parent', 'guardian', 'trustee']);

/** Whether such an authority is over once the child is of age. */
export const endsWithChildhood = (kind: RepresentativeKind): boolean => ofChildhood.has(kind);

/** What was last said of her at a moment, and what came of age alone since; undefined while nothing was said. */
export function statusAt({ statuses }: PersonState, moment: string): PersonStatus | undefined {
  const last = lastAt(statuses, moment);
  if (last?.status !== 'minor') return last?.status;
  return last.ofAge !== undefined && last.ofAge <= moment ? 'adult' : 'minor';
}

const lastAt = (statuses: readonly StatusSince[], moment: string): StatusSince | undefined =>
  statuses.findLast(({ since }) => since <= moment);

/** The child whose coming of age is awaited, or has passed and was not written down yet. */
export function childhoodOf({ statuses }: PersonState): (StatusSince & { readonly ofAge: string }) | undefined {
  const last = statuses.at(-1);
  return last?.status === 'minor' && last.ofAge !== undefined ? { ...last, ofAge: last.ofAge } : undefined;
}

/**
 * Who acts in her name (Civil Code Art. 22-23, 26): `representative`: only somebody for her; `with-consent`: she herself, between 14
 * and 18 with a representative's consent; `herself`; `heirs`: what she left is theirs, as far as an officer decided.
 */
export type WhoActs = 'herself' | 'with-consent' | 'representative' | 'heirs';

export function whoActs(person: PersonState, moment: string): WhoActs {
  const status = statusAt(person, moment);
  if (status === 'deceased') return 'heirs';
  if (status === 'incapable') return 'representative';
  if (status !== 'minor') return 'herself';
  const turns = lastAt(person.statuses, moment)?.turns;
  // A date of turning 18 says nothing of 14: until somebody says otherwise her representative consents to what she does.
  return turns?.age === '14' && moment.slice(0, turns.on.length) < turns.on ? 'representative' : 'with-consent';
}

/** Why a representative may not act, or that she may. */
export type Standing = 'stands' | 'not-yet' | 'over' | 'ended' | 'came-of-age' | 'subject-deceased' | 'contested';

/** Without looking at others who may contradict her. */
function standingAlone(one: Representation, person: PersonState, moment: string): Standing {
  if (one.ended && one.ended.moment <= moment) return 'ended';
  const status = statusAt(person, moment);
  if (status === 'deceased' && one.kind !== 'heir') return 'subject-deceased';
  if (status === 'adult' && endsWithChildhood(one.kind)) return 'came-of-age';
  if (one.until !== undefined && one.until <= moment) return 'over';
  return moment < one.from ? 'not-yet' : 'stands';
}

export interface Conflict {
  /** Two RepresentativeRecognised events. */
  readonly between: readonly [string, string];
  /** `exclusive`: each document lets nobody else act in the same; `contrary-acts`: what one did the other undid. */
  readonly why: 'exclusive' | 'contrary-acts';
  /** The contrary acts. */
  readonly acts: readonly string[];
}

/**
 * Those that stand at a moment and contradict each other: an officer decides, by ending one or recognising it anew, and until then
 * neither acts. Acts from before either was recognised count no more.
 */
export function conflictsAt(person: PersonState, consents: Consents, moment: string): Conflict[] {
  if (person.representations.size < 2) return [];
  const standing = [...person.representations.values()].filter(
    (one) => standingAlone(one, person, moment) === 'stands',
  );
  return standing.flatMap((one, i) =>
    standing.slice(i + 1).flatMap((other): Conflict[] => {
      if (one.representative === other.representative || !overlap(one.scope, other.scope)) return [];
      const between = [one.event, other.event] as const;
      if (one.exclusive && other.exclusive) return [{ between, why: 'exclusive', acts: [] }];
      const acts = contraryActs(one, other, consents, moment);
      return acts.length > 0 ? [{ between, why: 'contrary-acts', acts }] : [];
    }),
  );
}

const dimensions = ['rights', 'categories', 'purposes'] as const;

/** Whether there is anything in which both may act. */
export const overlap = (a: RepresentativeScope = {}, b: RepresentativeScope = {}): boolean =>
  dimensions.every((name) => {
    const [ours, theirs] = [a[name], b[name]];
    if (!ours || !theirs) return true;
    return ours.some((code) => theirs.some((other) => means(code, other) || means(other, code)));
  });

interface Act {
  readonly event: string;
  readonly moment: string;
  readonly by: string;
  readonly says: 'yes' | 'no';
  readonly purposes: readonly string[];
}

/** What the two said of the same purposes that cannot both be meant. */
function contraryActs(one: Representation, other: Representation, consents: Consents, moment: string): string[] {
  const since = one.recognised > other.recognised ? one.recognised : other.recognised;
  const said = actsOf(consents).filter((act) => act.moment >= since && act.moment <= moment);
  const ours = said.filter(({ by }) => by === one.event);
  const theirs = said.filter(({ by }) => by === other.event);
  const contrary = new Set<string>();
  for (const a of ours) {
    for (const b of theirs) {
      if (a.says === b.says || !a.purposes.some((purpose) => b.purposes.includes(purpose))) continue;
      contrary.add(a.event).add(b.event);
    }
  }
  return [...contrary];
}

function actsOf({ given, refused }: Consents): Act[] {
  const acts: Act[] = [];
  for (const { event, given: moment, purposes, representative: by, withdrawals } of given.values()) {
    if (by !== undefined) acts.push({ event, moment, by, says: 'yes', purposes });
    for (const { event: withdrawal, received, scope, representative } of withdrawals) {
      if (representative === undefined) continue;
      const withdrawn = scope?.purposes ?? purposes;
      acts.push({ event: withdrawal, moment: received, by: representative, says: 'no', purposes: withdrawn });
    }
  }
  for (const { event, moment, purposes, representative: by } of refused) {
    if (by !== undefined) acts.push({ event, moment, by, says: 'no', purposes });
  }
  return acts;
}

export interface Authority {
  readonly representation: Representation;
  readonly standing: Standing;
  /** What she may do and see; absent: everything that the person may. Meaningful only while it `stands`. */
  readonly scope?: RepresentativeScope;
  readonly conflicts: readonly Conflict[];
}

/** What a representative may do and see at a moment; undefined when nobody was recognised under this event. */
export function scopeOf(
  { person, consents }: { readonly person: PersonState; readonly consents: Consents },
  recognition: string,
  moment: string,
): Authority | undefined {
  const representation = person.representations.get(recognition);
  if (!representation) return undefined;
  const alone = standingAlone(representation, person, moment);
  const conflicts = conflictsAt(person, consents, moment).filter(({ between }) => between.includes(recognition));
  return {
    representation,
    standing: alone === 'stands' && conflicts.length > 0 ? 'contested' : alone,
    ...(representation.scope && { scope: representation.scope }),
    conflicts,
  };
}

export interface Asked {
  readonly right?: string | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
}

/** What of it a scope does not name; nothing where all may be asked. A whole that is asked for needs a scope without that limit. */
export function beyondScope(scope: RepresentativeScope | undefined, { right, categories, purposes }: Asked): string[] {
  const beyond = (named: readonly string[] | undefined, of: readonly string[] | undefined): string[] => {
    if (!of) return [];
    return (named ?? ['*']).filter((code) => !of.some((allowed) => means(allowed, code)));
  };
  return [
    ...beyond(right === undefined ? [] : [right], scope?.rights),
    ...beyond(categories, scope?.categories),
    ...beyond(purposes, scope?.purposes),
  ];
}

/** Whether a scope lets a category, or a purpose, be seen. */
export const inScope = (of: readonly string[] | undefined, code: string): boolean =>
  of === undefined || of.some((allowed) => means(allowed, code));
