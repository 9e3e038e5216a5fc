// What does the ledger add to what a service tells of people: when does the child come of age, by whose authority was it said?
import { Refused, type Facts } from '@derbes/kernel';
import { type Outside } from '../case.js';
import { type FactType } from '../fact.js';
import { type SubjectState } from '../subject-state.js';
import { beyondScope, scopeOf } from './authority.js';
import { ofAgeBy } from './coming-of-age.js';
import { type Turns } from './status.js';

const spoken: ReadonlySet<FactType> = new Set(['consent.given', 'consent.refused', 'consent.withdrawn']);

export interface Saying {
  readonly type: FactType;
  readonly facts: Facts;
  readonly occurred: string;
}

/** Refuses REPRESENTATIVE_UNKNOWN where a service names an authority that nobody recognised for this person. */
export function completedPerson({ type, facts, occurred }: Saying, state: SubjectState, outside: Outside): Facts {
  if (type === 'subject.status') {
    const { turns } = facts as { readonly turns?: Turns };
    return turns ? { ...facts, ofAge: ofAgeBy(turns, outside, occurred) } : facts;
  }
  if (!spoken.has(type)) return facts;
  const { by, representative, purposes } = facts as {
    readonly by?: string;
    readonly representative?: string;
    readonly purposes?: readonly string[];
  };
  if (representative !== undefined) {
    if (state.person.representations.has(representative)) return facts;
    throw new Refused('REPRESENTATIVE_UNKNOWN', 'nobody was recognised under this id', {
      representation: representative,
    });
  }
  const only = by === 'representative' ? onlyOne(state, purposes, occurred) : undefined;
  return only === undefined ? facts : { ...facts, representative: only };
}

/** The one authority that stood then and reaches that far; nothing where there are several, for the ledger does not guess. */
function onlyOne(state: SubjectState, purposes: readonly string[] | undefined, moment: string): string | undefined {
  const fit = [...state.person.representations.keys()].filter((recognition) => {
    const authority = scopeOf(state, recognition, moment);
    return authority?.standing === 'stands' && beyondScope(authority.scope, { purposes }).length === 0;
  });
  return fit.length === 1 ? fit[0] : undefined;
}
