export { Claims } from './claims/claims.js';
export {
  claimsOfEvents,
  putClaims,
  putReservations,
  reservationsAmong,
  type CarriedClaim,
  type CarriedReservation,
} from './claims/carried.js';
export { checkEventsOf, markErased, type About } from './claims/erasing.js';
export { type ClaimsOptions } from './claims/options.js';
export {
  type AtomicCommitted,
  type ClaimState,
  type ClaimStep,
  type Committed,
  type ConflictingUnit,
  type ErasedUnit,
  type Found,
  type RecordedUnit,
  type RepeatedUnit,
  type RolledForward,
} from './claims/committed.js';
export {
  AppendTooLarge,
  ClaimBusy,
  ClaimStuck,
  EmptyAppend,
  EventIdTaken,
  EventStoreError,
  EventTooLarge,
  MalformedEvent,
  MalformedPosition,
  StoreOverloaded,
  StoreRefused,
  StoreTampered,
  StoreUnavailable,
  WrongRevision,
} from './errors.js';
export { followPages } from './follow-pages.js';
export { MemoryDisk, MemoryEventStore } from './memory.js';
export { eventStoreMigrations } from './migrations.js';
export {
  comparePositions,
  followPageMax,
  noStream,
  type Appended,
  type EventStore,
  type FollowOptions,
  type PendingEvent,
  type Position,
  type StoredEvent,
} from './port.js';
export { type Claim, type ClaimedEvent, type Participant, type Unit } from './unit.js';
export { Together, type Transaction } from './postgres/together.js';
export { appendLock } from './postgres/transaction.js';
export { PostgresEventStore } from './postgres/store.js';
export {
  FencedEventStore,
  moveSetting,
  placeOf,
  readStorePlace,
  settleStorePlace,
  StorePlaceMismatch,
  type StoreKind,
  type StorePlace,
} from './store-place.js';
export { firstForged, LogDisturbed, putInOrder, putWithin, type Forged } from './postgres/bulk.js';
export { leafHash } from './postgres/ledger-table.js';
export { openEventStoreDb } from './eventstoredb/opened-late.js';
export { type OpenEventStoreDbOptions } from './eventstoredb/open.js';
export { type EventStoreDbStore } from './eventstoredb/store.js';
