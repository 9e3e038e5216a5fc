// How long does a holding stay for each of its purposes, and what ends that?
import { type DeclaredPolicy, type DeclaredRetention } from '@derbes/policy';
import { type Holding } from '../holding.js';
import { type Relations } from '../relation.js';
import { addDuration } from './duration.js';
import { type StayEnd } from './ends.js';
import { ruleClock, type Bond, type RuleClock } from './rule-clock.js';

export interface Stay {
  readonly purpose: string;
  /** The edition's rule; absent where it has none for this purpose and category. */
  readonly rule?: DeclaredRetention;
  /** The relation of the subject whose end starts the clock, while it is open: the event of its start. */
  readonly relation?: string;
  /** The same of an obligation. */
  readonly obligation?: string;
  /** When the clock started: the end of the purpose, of the relation or of the obligation. */
  readonly started?: string;
  /** When the purpose is reached or the term after it runs out. */
  readonly due?: string;
  /** What makes it due then. */
  readonly by?: StayEnd;
}

/** Why and until when a holding stays, purpose by purpose. */
export function staysOf(holding: Holding, relations: Relations, policy: DeclaredPolicy): Stay[] {
  return holding.purposes.map(({ code: purpose, ended }) => {
    const rule = policy.retention(purpose, holding.category);
    const clock = rule && clockOf(rule, relations, holding.since.moment);
    const started = ended ?? clock?.last?.ended;
    const due = started === undefined ? undefined : dueAfter(started, rule);
    const [open] = clock?.open ?? [];
    return {
      purpose,
      ...(rule ? { rule } : {}),
      ...(open && (rule?.relation ? { relation: open.event } : { obligation: open.event })),
      ...(started === undefined ? {} : { started }),
      ...(due === undefined ? {} : { due, by: endBy(rule, ended) }),
    };
  });
}

/** Of what the rule names; undefined for rules whose clock nothing but the end of the purpose starts. */
function clockOf(rule: DeclaredRetention, relations: Relations, since: string): RuleClock | undefined {
  if (rule.relation !== undefined) return ruleClock(rule.relation, relations.started.values(), since);
  return rule.obligation === undefined ? undefined : ruleClock(rule.obligation, obligationsOf(relations), since);
}

export const obligationsOf = ({ obligations }: Relations): Bond[] =>
  [...obligations.values()].map(({ event, kind, closed }) => ({ event, kind, ended: closed }));

function dueAfter(started: string, rule: DeclaredRetention | undefined): string | undefined {
  if (rule?.term !== undefined) return addDuration(started, rule.term);
  return rule?.until === 'term' ? undefined : started;
}

function endBy(rule: DeclaredRetention | undefined, purposeEnded: string | undefined): StayEnd {
  if (rule?.term !== undefined) return 'term-over';
  if (purposeEnded !== undefined) return 'purpose-reached';
  return rule?.relation === undefined ? 'obligation-closed' : 'relation-ended';
}

/** Something will end this stay: a term, a moment, or a relation or obligation that there is. */
export const hasEnd = (stay: Stay): boolean => {
  if (stay.due !== undefined) return true;
  if (stay.rule?.until === 'term' && stay.rule.term === undefined) return false;
  return stay.relation !== undefined || stay.obligation !== undefined;
};
