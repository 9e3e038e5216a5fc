// Who is told in a person's place? Herself, whoever acts for her, or nobody.
import { Refused } from '@derbes/kernel';
import { beyondScope, scopeOf, whoActs } from '../person/authority.js';
import { type Representation } from '../person/person-state.js';
import { type SubjectState } from '../subject-state.js';
import { type NoticeDuty } from './duty.js';

/** What a person may ask by Art. 24(1)(1), and so what a representative must be allowed to learn. */
const rightToKnow = 'know';

/** `representation` is absent where the person is told herself. */
export interface NoticeAddressee {
  readonly representation?: Representation;
}

/**
 * A child's or an incapable person's notice goes to a representative who may see all that it says. Between 14 and 18 she acts herself,
 * with consent: where nobody is recognised, she is told. Refuses NOBODY_TO_TELL: nobody stands for her, or those who do contradict
 * each other.
 */
export function addresseeOfNotice(state: SubjectState, duties: readonly NoticeDuty[], moment: string): NoticeAddressee {
  const acts = whoActs(state.person, moment);
  if (acts === 'herself') return {};
  const representation = acts === 'heirs' ? undefined : representativeFor(state, duties, moment);
  if (representation) return { representation };
  if (acts === 'with-consent') return {};
  const why = acts === 'heirs' ? 'deceased' : 'no-representative';
  throw new Refused('NOBODY_TO_TELL', 'nobody may be told in her place', { why });
}

function representativeFor(
  state: SubjectState,
  duties: readonly NoticeDuty[],
  moment: string,
): Representation | undefined {
  const named = {
    right: rightToKnow,
    categories: [...new Set(duties.flatMap(({ transfer }) => transfer.facts.categories))],
    purposes: [...new Set(duties.flatMap(({ transfer }) => transfer.facts.purposes))],
  };
  return [...state.person.representations.values()].find(({ event }) => {
    const authority = scopeOf(state, event, moment);
    return authority?.standing === 'stands' && beyondScope(authority.scope, named).length === 0;
  });
}
