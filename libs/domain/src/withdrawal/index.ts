// What a withdrawal comes to: decided use by use, and again when what was refused has ended.
export {
  type DecideWithdrawal,
  type KeptGroup,
  type ReopenWithdrawal,
  type WithdrawalCommand,
  type WithdrawalDecision,
  type WithdrawalOutside,
  type Withdrawn,
} from './command.js';
export { decideWithdrawal } from './decider.js';
export {
  goingOnReasons,
  type GoingOnReason,
  ProcessingStopped,
  WithdrawalRefused,
  type StoppedGroup,
  type UntouchedGroup,
} from './events.js';
export { endOf, type Decided, type GoingOn, type WithdrawalsState } from './state.js';
