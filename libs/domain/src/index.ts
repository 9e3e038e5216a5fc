export { AutomatedDecisionMade } from './automated-decision.js';
export { DataBlocked, DataUnblocked } from './blocking.js';
export {
  catalogue,
  reservedTypes,
  type DomainEvent,
  type LedgerEvent,
  type RegisterEvent,
  type SubjectEvent,
} from './catalogue.js';
export { DataCollected, DataDeclared, DataUsed, originKinds } from './collection.js';
export { ConsentGiven, ConsentItems, ConsentRefused, ConsentWithdrawn, PolicyAcknowledged } from './consent.js';
export { DataCorrected } from './correction.js';
export { DataDestroyed, destructionManners } from './destruction.js';
export * from './dossier/index.js';
export { HolderRegistered } from './holder.js';
export { EpochOpened, LedgerOpened, LedgerRead, readSubjectsMax } from './ledger.js';
export { OfficerAppointed, PolicyPublished, ProfilePublished } from './policy-edition.js';
export { DataPublished, DataUnpublished } from './publication.js';
export { RecipientRegistered, RecipientSuspended } from './recipient.js';
export {
  ObligationClosed,
  ObligationOpened,
  PurposeEnded,
  RelationEnded,
  relationKinds,
  RelationStarted,
} from './relation.js';
export { FactRetracted } from './retraction.js';
export {
  IdentifierContested,
  IdentifierLinked,
  IdentifierUnlinked,
  SubjectNotified,
  SubjectRegistered,
  SubjectsMerged,
  SubjectsUnmerged,
} from './subject.js';
export { DataTransferred } from './transfer.js';
export {
  codeCharsMax,
  codePattern,
  codesMax,
  eventIdsMax,
  metaCategories,
  metaPrefix,
  type MetaCategory,
} from './vocabulary.js';
