// The rules: events, folds, judgement. Pure; nothing here knows of storage, transport or time.
export {
  assessedAtOnceMax,
  FindingAssessed,
  findingIdPattern,
  verdicts,
  type FindingClass,
  type Verdict,
} from './assessment.js';
export { isOfData, standingAssessment, type Assessable, type Assessment } from './assessment-state.js';
export {
  assessableOf,
  decideAssessment,
  isBlocked,
  type AssessFindings,
  type AssessmentDecision,
  type AssessmentOutside,
  type StandingFinding,
} from './assessment-decider.js';
export { suspicionClock } from './suspicion-clock.js';
export * from './withdrawal/index.js';
export * from './notice/index.js';
export * from './edition/index.js';
export * from './person/index.js';
export * from './request/index.js';
export * from './task/index.js';
export * from './incident/index.js';
export * from './restricted/index.js';
export {
  decideDemand,
  demandOfStream,
  demandStream,
  foldDemand,
  type AnswerDemand,
  type DemandCommand,
  type DemandState,
  type ReceiveDemand,
  type RefuseDemand,
} from './demand-command.js';
export { authorities, demandOutcomes, demandRefusals } from './demand.js';
export { AutomatedDecisionMade } from './automated-decision.js';
export { DataBlocked, DataUnblocked } from './blocking.js';
export { NotJudgeable, type Documents, type Outside } from './case.js';
export {
  catalogue,
  reservedTypes,
  type DemandEvent,
  type ClockEvent,
  type DomainEvent,
  type IncidentEvent,
  type LedgerEvent,
  type RegisterEvent,
  type RequestEvent,
  type SourceEvent,
  type SubjectEvent,
} from './catalogue.js';
export {
  ClockEscalated,
  clockStream,
  escalate,
  escalationStages,
  type Escalation,
  type EscalationStage,
} from './clock-escalation.js';
export { bindingClock, Clock, earlier, intakeTerm, isPast, warnsAt } from './clock.js';
export {
  countClock,
  extendedClock,
  isIntakeLate,
  mayBeTold,
  startClock,
  type ClockAsked,
  type CountedClock,
} from './clock-start.js';
export { check, type Answer, type ConsentNeeded, type Question } from './check.js';
export { DataCollected, DataDeclared, DataUsed, originKinds } from './collection.js';
export {
  ConsentGiven,
  ConsentItems,
  ConsentRefused,
  ConsentWithdrawn,
  PolicyAcknowledged,
  type Consent,
  type Consents,
  type ConsentScope,
  type Refusal,
  type Withdrawal,
} from './consent.js';
export { DataCorrected } from './correction.js';
export { DataDestroyed, destructionManners } from './destruction.js';
export { EpochClosed, KeyDestroyed } from './epoch.js';
export { ErasedSubjectReported } from './erased-report.js';
export {
  ErasureExecuted,
  ErasureNarrowed,
  ErasureOrdered,
  ErasureRefused,
  erasureCategoriesMax,
  erasureCauses,
  erasureGrounds,
  erasurePartsMax,
  erasureScopes,
  keepReasons,
  type ErasureCause,
  type ErasureGround,
  type ErasureScope,
  type Kept,
} from './erasure.js';
export { decideErasure, devicesBefore } from './erasure-decider.js';
export {
  allDemands,
  demandsOf,
  nameOf,
  type Demand,
  type DemandOutside,
  type OtherPart,
  type Demands,
} from './erasure-demand.js';
export { executionDraft } from './erasure-execution.js';
export { orderOf, ordersOf, type ErasureOrder } from './erasure-order.js';
export {
  executionOf,
  holdsOn,
  holdStands,
  type Erasures,
  type Execution,
  type Hold,
  type Lock,
  type OrderedErasure,
} from './erasure-state.js';
export { evolveEpochs, finalBy, finalityOf, type EpochKeys, type Epochs, type Final } from './finality.js';
export { fenceOf, mayPass, type Arriving, type Fence, type Passing } from './fence.js';
export {
  type ErasureCommand,
  type ErasureDecision,
  type ErasureOutside,
  type LiftHold,
  type OrderErasure,
  type PlaceHold,
} from './erasure-command.js';
export { compareEntries, entryOf, factTypes, type Entry, type EntryOf, type FactType } from './fact.js';
export { articleOf, findingCodes, type Finding, type FindingCode, type FindingParams } from './finding.js';
export * from './dossier/index.js';
export { HolderRegistered } from './holder.js';
export {
  blockOf,
  statusOf,
  type Block,
  type HeldPurpose,
  type Holding,
  type HoldingEnd,
  type Holdings,
  type HoldingStatus,
  type Origin,
} from './holding.js';
export {
  familyOf,
  foldsNeeded,
  linkOf,
  meantAt,
  referenceRank,
  survivorOf,
  type Folds,
  type Held,
  type Named,
  type NamedIdentifier,
  type NamedSubject,
} from './identify.js';
export { judgeSource } from './judge-erasure.js';
export { findingsOf, judgeFacts, judgeNext, judgeSubject, type JudgedSubject } from './judge-subject.js';
export { judge, judgeHoldings, judgeLedger, toldLateAfterMs } from './judge.js';
export { EpochOpened, LedgerOpened, LedgerRead, readSubjectsMax } from './ledger.js';
export { holdEndGrounds, holdGrounds, LegalHoldLifted, LegalHoldPlaced } from './legal-hold.js';
export {
  policyDecider,
  policyStream,
  type AppointOfficer,
  type At,
  type ConfirmTerm,
  type PolicyCommand,
  type PublishCalendar,
  type PublishPolicy,
  type PublishProfile,
} from './policy-command.js';
export {
  CalendarPublished,
  OfficerAppointed,
  PolicyPublished,
  ProfilePublished,
  TermConfirmed,
} from './policy-edition.js';
export { DataPublished, DataUnpublished } from './publication.js';
export {
  recipientDecider,
  type RecipientCommand,
  type RegisterHolder,
  type RegisterRecipient,
  type SuspendRecipient,
} from './recipient-command.js';
export { RecipientRegistered, RecipientSuspended } from './recipient.js';
export {
  foldOfFamily,
  recordFact,
  type Binding,
  type FactDraft,
  type Recording,
  type RecordOutside,
  type ToldFact,
} from './record.js';
export {
  destinationAt,
  editionAt,
  emptyRegisters,
  evolveRegisters,
  foldRegisters,
  foldRegistersKnownAt,
  holderAt,
  ledgerHolder,
  profileAt,
  recipientAt,
  undertakingStands,
  calendarOf,
  type Appointment,
  type CalendarVersion,
  type Destination,
  type Edition,
  type Holder,
  type ProfileVersion,
  type Recipient,
  type Registers,
  type Undertaking,
} from './registers.js';
export {
  ObligationClosed,
  ObligationOpened,
  openObligation,
  openRelation,
  PurposeEnded,
  RelationEnded,
  relationKinds,
  RelationStarted,
  type Obligation,
  type Relation,
  type Relations,
} from './relation.js';
export * from './retention/index.js';
export { FactRetracted } from './retraction.js';
export {
  decideSubject,
  type Commanded,
  type MergeSubjects,
  type RetractFact,
  type SubjectCommand,
  type UnlinkIdentifier,
  type UnmergeSubjects,
} from './subject-command.js';
export {
  emptyFold,
  entriesOf,
  evolveSubject,
  evolveSubjectAll,
  foldAsOf,
  foldSubject,
  foldSubjectAt,
  isKnown,
  isLate,
  joinFolds,
  stateBefore,
  subjectOfStream,
  subjectStream,
  type Bitemporal,
  type Retraction,
  type SubjectFold,
} from './subject-fold.js';
export { HistoryNeeded, Standing } from './standing.js';
export { type SubjectState } from './subject-state.js';
export {
  IdentifierContested,
  IdentifierLinked,
  IdentifierUnlinked,
  SubjectNotified,
  SubjectRegistered,
  SubjectsMerged,
  SubjectsUnmerged,
  type Identity,
  type Link,
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
export { withheldBy, withheldRestricted, type Withheld } from './withheld.js';
