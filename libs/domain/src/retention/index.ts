// How long data may be held, what ends that, and what was decided of it.
export { addDays, addDuration } from './duration.js';
export { type StayEnd } from './ends.js';
export { hasEnd, staysOf, type Stay } from './stay.js';
export { consentEnd, type ConsentEnd } from './consent-end.js';
export { ConsentExpired, RetentionDecided, retentionItemsMax } from './events.js';
export {
  retentionAtOnceMax,
  retentionIdsOf,
  type CarryOutRetention,
  type DecideRetention,
  type KeptHolding,
  type RetentionCommand,
  type RetentionOutcome,
  type RetentionOutside,
} from './command.js';
export { decideRetention } from './decider.js';
export { holdingName, type RetentionDecision, type RetentionState } from './state.js';
export {
  duesOf,
  heldUntil,
  holdingDue,
  stoppedBy,
  type HoldingDue,
  type KeptByLaw,
  type Stopping,
} from './holding-due.js';
export { judgeRetention, overdueOf, type RetentionFinding } from './judge-retention.js';
export { groundOfEnd } from './grounds.js';
