// Which types of events does a ledger know, and which names are kept for later?
import { Catalogue, type RecordedOf } from '@derbes/kernel';
import { FindingAssessed } from './assessment.js';
import { AutomatedDecisionMade } from './automated-decision.js';
import { DataBlocked, DataUnblocked } from './blocking.js';
import { ClockEscalated } from './clock-escalation.js';
import { DataCollected, DataDeclared, DataUsed } from './collection.js';
import { ConsentGiven, ConsentRefused, ConsentWithdrawn, PolicyAcknowledged } from './consent.js';
import { DataCorrected } from './correction.js';
import { AuthorityDemandAnswered, AuthorityDemandReceived, AuthorityDemandRefused } from './demand.js';
import { DataDestroyed } from './destruction.js';
import { EpochClosed, KeyDestroyed } from './epoch.js';
import { ErasedSubjectReported } from './erased-report.js';
import { ErasureExecuted, ErasureNarrowed, ErasureOrdered, ErasureRefused } from './erasure.js';
import { HolderRegistered } from './holder.js';
import {
  AffectedTold,
  AuthorityNotified,
  IncidentClosed,
  IncidentDetected,
  IncidentScopeChanged,
} from './incident/events.js';
import { EpochOpened, LedgerHeartbeat, LedgerOpened, LedgerRead, SigningKeyAdded } from './ledger.js';
import { LegalHoldLifted, LegalHoldPlaced } from './legal-hold.js';
import { RepresentativeEnded, RepresentativeRecognised } from './person/representative.js';
import { SubjectStatusChanged } from './person/status.js';
import {
  CalendarPublished,
  OfficerAppointed,
  PolicyPublished,
  ProfilePublished,
  TermConfirmed,
} from './policy-edition.js';
import { DataPublished, DataUnpublished } from './publication.js';
import { RecipientRegistered, RecipientSuspended } from './recipient.js';
import {
  AnswerMisdirected,
  IdentityVerified,
  RequestAnswered,
  RequestExtended,
  RequestReceived,
  RequestRefused,
} from './request/events.js';
import { DeliveryReported, RequestRecordsDecided } from './request/afterwards-events.js';
import { ObligationClosed, ObligationOpened, PurposeEnded, RelationEnded, RelationStarted } from './relation.js';
import { ConsentExpired, RetentionDecided } from './retention/events.js';
import { RestrictedRecorded } from './restricted/recorded.js';
import { NoticePrepared } from './notice/events.js';
import { FactRetracted } from './retraction.js';
import {
  IdentifierContested,
  IdentifierLinked,
  IdentifierUnlinked,
  SubjectNotified,
  SubjectRegistered,
  SubjectsMerged,
  SubjectsUnmerged,
} from './subject.js';
import {
  DestinationSet,
  TaskAcknowledged,
  TaskClosed,
  TaskDelivered,
  TaskFailed,
  TaskOrdered,
  TaskResent,
} from './task/events.js';
import { DataTransferred } from './transfer.js';
import { ProcessingStopped, WithdrawalRefused } from './withdrawal/events.js';

const ledgerDefinitions = [
  LedgerOpened,
  EpochOpened,
  EpochClosed,
  KeyDestroyed,
  SigningKeyAdded,
  LedgerHeartbeat,
  LedgerRead,
] as const;
const registerDefinitions = [
  PolicyPublished,
  ProfilePublished,
  CalendarPublished,
  TermConfirmed,
  OfficerAppointed,
  RecipientRegistered,
  RecipientSuspended,
  HolderRegistered,
  DestinationSet,
] as const;
const taskDefinitions = [TaskOrdered, TaskDelivered, TaskAcknowledged, TaskFailed, TaskResent, TaskClosed] as const;
const subjectDefinitions = [
  SubjectRegistered,
  IdentifierLinked,
  IdentifierUnlinked,
  IdentifierContested,
  SubjectsMerged,
  SubjectsUnmerged,
  SubjectNotified,
  NoticePrepared,
  SubjectStatusChanged,
  RepresentativeRecognised,
  RepresentativeEnded,
  DataCollected,
  DataDeclared,
  DataUsed,
  DataTransferred,
  DataCorrected,
  DataBlocked,
  DataUnblocked,
  DataDestroyed,
  DataPublished,
  DataUnpublished,
  AutomatedDecisionMade,
  ConsentGiven,
  ConsentRefused,
  ConsentWithdrawn,
  ProcessingStopped,
  WithdrawalRefused,
  ConsentExpired,
  RetentionDecided,
  PolicyAcknowledged,
  RelationStarted,
  RelationEnded,
  ObligationOpened,
  ObligationClosed,
  PurposeEnded,
  FactRetracted,
  LegalHoldPlaced,
  LegalHoldLifted,
  ErasureOrdered,
  ErasureNarrowed,
  ErasureRefused,
  ErasureExecuted,
  FindingAssessed,
  ...taskDefinitions,
] as const;
const requestDefinitions = [
  RequestReceived,
  IdentityVerified,
  RequestExtended,
  RequestAnswered,
  RequestRefused,
  DeliveryReported,
  RequestRecordsDecided,
  AnswerMisdirected,
] as const;
const sourceDefinitions = [ErasedSubjectReported] as const;
const clockDefinitions = [ClockEscalated] as const;
const demandDefinitions = [AuthorityDemandReceived, AuthorityDemandAnswered, AuthorityDemandRefused] as const;
const incidentDefinitions = [
  IncidentDetected,
  IncidentScopeChanged,
  AuthorityNotified,
  AffectedTold,
  IncidentClosed,
] as const;
const restrictedDefinitions = [RestrictedRecorded] as const;

/** Events of the streams `ledger` and `reads-…`. */
export type LedgerEvent = RecordedOf<(typeof ledgerDefinitions)[number]>;
/** Events of the streams `policy`, `recipient-…` and `holder-…`. */
export type RegisterEvent = RecordedOf<(typeof registerDefinitions)[number] | typeof FindingAssessed>;
/** Events of a stream `subject-…`. */
export type SubjectEvent = RecordedOf<(typeof subjectDefinitions)[number]>;
/** Events of a stream `request-…`. */
export type RequestEvent = RecordedOf<(typeof requestDefinitions)[number] | (typeof taskDefinitions)[number]>;
/** Events of a stream `demand-…`. */
export type DemandEvent = RecordedOf<(typeof demandDefinitions)[number]>;
/** Events of a stream `source-…`. */
export type SourceEvent = RecordedOf<(typeof sourceDefinitions)[number]>;
/** Events of a stream `clock-…`. */
export type ClockEvent = RecordedOf<(typeof clockDefinitions)[number]>;
/** Events of a stream `incident-…`. */
export type IncidentEvent = RecordedOf<(typeof incidentDefinitions)[number]>;
export type DomainEvent =
  LedgerEvent | RegisterEvent | SubjectEvent | RequestEvent | DemandEvent | SourceEvent | ClockEvent | IncidentEvent;

export const catalogue = new Catalogue([
  ...ledgerDefinitions,
  ...registerDefinitions,
  ...subjectDefinitions,
  ...requestDefinitions,
  ...sourceDefinitions,
  ...clockDefinitions,
  ...demandDefinitions,
  ...restrictedDefinitions,
  ...incidentDefinitions,
]);

/** Names that later work will define; no other event may take them. */
export const reservedTypes = ['InspectionOpened', 'InspectionClosed'] as const;
