// On whose behalf, and why, is something asked? What every command and query carries besides its body.
import { type Waited } from '@derbes/read-models';
import { type Publication } from '../log/published-wait.js';
import { type Principal } from '../write/received.js';

/** Why staff ask about a person: `Derbes-Reason`. The list is closed, so that "who looked" can be counted by it. */
export const reasons = {
  'subject-request': 'The person, or a representative, asked: access, correction, blocking, destruction, withdrawal.',
  'authority-request': 'A court, a state body or the authorised body asked within its powers.',
  complaint: 'A complaint about the handling of this data is looked into.',
  incident: 'A breach, or a suspicion of one, is looked into.',
  audit: 'An inspection or internal control of how personal data is handled.',
  finding: 'A finding about this person is assessed.',
  correction: 'Wrong records in the ledger itself are put right: identifiers, merges, retractions.',
  support: 'A service has a fault with facts about this person and asked for help.',
  test: 'The ledger is tried out with invented people; never with real ones.',
} as const;

export type Reason = keyof typeof reasons;
export const isReason = (code: string): code is Reason => Object.hasOwn(reasons, code);

export interface Asked {
  readonly by: Principal;
  /** The request's own random id; the same stands in its log lines and problem. */
  readonly request: string;
  /** Present for staff questions about a person. */
  readonly reason?: Reason;
  /** Asked for what the law forbids to tell: it is recorded in a restricted stream, and in none of reads. */
  readonly restricted?: { readonly demand?: string };
  /** Token of the claim a command takes; random when the caller gave none. */
  readonly idempotencyKey?: string;
  /** Answer when the read models have reached the command's events. */
  readonly waitProjected?: true;
  /** Told how that wait ended. */
  readonly tellWaited?: (waited: Waited) => void;
  /** Answer when a published checkpoint covers the events. */
  readonly waitPublished?: true;
  /** Told how that wait ended. */
  readonly tellPublished?: (publication: Publication) => void;
}
