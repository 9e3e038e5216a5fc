// What do others need to know of what the law forbids to tell?
export { decideRestricted, type RestrictedOutside } from './command.js';
export {
  NotAnEntry,
  readRestricted,
  restrictedCodesMax,
  restrictedGoneMax,
  restrictedHoldGrounds,
  restrictedNameCharsMax,
  restrictedOutcomes,
  restrictedTextCharsMax,
  transferModes,
  type RestrictedEntry,
  type RestrictedKind,
  type RestrictedOf,
  type RestrictedRecord,
} from './entry.js';
export { mattersOver, restrictedGone, standingRestricted, type MatterOver } from './matter.js';
export {
  isRestrictedStream,
  restrictedCategory,
  restrictedPrefix,
  RestrictedRecorded,
  restrictedRole,
} from './recorded.js';
export {
  foldRestricted,
  restrictedHoldsOn,
  type RestrictedHold,
  type RestrictedState,
  type HoldExtent,
} from './state.js';
