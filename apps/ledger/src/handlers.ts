// Which commands are carried out, and which questions answered, by whom?
import { CloseEpochHandler, ReadEpochsHandler } from './epochs/epoch-handlers.js';
import { deliveryHandlers } from './delivery/delivery-handlers.js';
import { taskHandlers } from './cascade/task-handlers.js';
import { retentionHandlers } from './retention/retention-handlers.js';
import { clockHandlers } from './clocks/clock-handlers.js';
import { demandHandlers } from './restricted/handlers.js';
import { incidentHandlers } from './incidents/handlers.js';
import { noticeHandlers } from './notices/notice-handlers.js';
import { logHandlers } from './log/handlers.js';
import { editionHandlers } from './editions/handlers.js';
import { questionHandlers } from './read/handlers.js';
import { requestHandlers } from './requests/handlers.js';
import { AddLogKeyHandler } from './sequencing/add-log-key.js';
import {
  AppointOfficerHandler,
  MergeSubjectsHandler,
  PublishPolicyHandler,
  RegisterHolderHandler,
  RegisterRecipientHandler,
  SuspendRecipientHandler,
  UnlinkIdentifierHandler,
  UnmergeSubjectsHandler,
} from './write/handlers.js';
import { AssessFindingsHandler } from './assessment/assessment-handlers.js';
import { PreviewWithdrawalHandler, WithdrawConsentHandler } from './withdrawal/withdrawal-handlers.js';
import { EraseSubjectHandler, LiftHoldHandler, PlaceHoldHandler } from './write/erasure-handlers.js';
import { RecordEventsHandler } from './write/record-events-handler.js';
import { peopleHandlers } from './people/people-handlers.js';
import { ListRebuildsHandler, StartRebuildHandler } from './worker/rebuild-handlers.js';

export const handlers = [
  RecordEventsHandler,
  PublishPolicyHandler,
  AppointOfficerHandler,
  RegisterRecipientHandler,
  SuspendRecipientHandler,
  RegisterHolderHandler,
  MergeSubjectsHandler,
  UnmergeSubjectsHandler,
  UnlinkIdentifierHandler,
  EraseSubjectHandler,
  PlaceHoldHandler,
  LiftHoldHandler,
  WithdrawConsentHandler,
  PreviewWithdrawalHandler,
  AssessFindingsHandler,
  StartRebuildHandler,
  ListRebuildsHandler,
  CloseEpochHandler,
  ReadEpochsHandler,
  AddLogKeyHandler,
  ...deliveryHandlers,
  ...questionHandlers,
  ...editionHandlers,
  ...peopleHandlers,
  ...logHandlers,
  ...clockHandlers,
  ...retentionHandlers,
  ...demandHandlers,
  ...taskHandlers,
  ...requestHandlers,
  ...incidentHandlers,
  ...noticeHandlers,
];
