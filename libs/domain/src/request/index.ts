// What do others need to know of requests?
export { deliveryFaults, deliveryOutcomes, deliveryProofs } from './afterwards-events.js';
export { carriedOut } from './carried-out.js';
export {
  AnswerMisdirected,
  answerOutcomes,
  deliveryMeans,
  identityMethods,
  IdentityVerified,
  openToAll,
  refusalReasons,
  RequestAnswered,
  requestChannels,
  RequestExtended,
  RequestReceived,
  RequestRefused,
  rights,
  type Difference,
  type HolderSaid,
  type IdentityMethod,
  type Opens,
  type RefusalReason,
  type Right,
} from './events.js';
export {
  type AnswerRequest,
  type DecideRecords,
  type ExtendRequest,
  type FrozenAnswer,
  type ReceiveRequest,
  type RefuseRequest,
  type ReportDelivery,
  type ReportMisdirected,
  type RequestCommand,
  type RequestMeta,
  type RequestOutside,
  type VerifyIdentity,
} from './request-command.js';
export {
  dueOfRequest,
  emptyRequest,
  evolveRequest,
  foldRequest,
  leftAt,
  openInquiries,
  requestOfStream,
  requestStream,
  stageOf,
  type RequestStage,
  type RequestState,
} from './request-state.js';
export { openedEvents, whatOpens, type Opening, type Proof } from './what-opens.js';
export {
  judgeRequest,
  requestFindingCodes,
  suspicionsIn,
  type RequestFindingCode,
  type RequestJudged,
  type RequestSuspicion,
} from './judge-request.js';
export { differencesOf, holdersSaid, inquiriesFor, type Asking } from './inquiry.js';
export { provingOf } from './refusal.js';
export { refusalOfUnproved } from './unproved.js';
export { recordsOf, type Records, type RecordsStanding } from './records.js';
export { requestDecider } from './request-decider.js';
