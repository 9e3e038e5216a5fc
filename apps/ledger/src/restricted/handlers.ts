// Who answers what is recorded, and asked, of demands: those that may be told and those that may not?
import { AnswerDemandHandler, ReceiveDemandHandler, RefuseDemandHandler } from '../demands/demand-handlers.js';
import { ListRestrictedHandler } from './list-restricted-handler.js';
import { ExportRestrictedDemandsHandler, ReadRestrictedDemandsHandler } from './restricted-demands-handler.js';
import {
  AcceptRestrictedLossHandler,
  LiftRestrictedHoldHandler,
  RecordRestrictedAnswerHandler,
  RecordRestrictedDemandHandler,
  RecordRestrictedHoldHandler,
  RecordRestrictedTransferHandler,
  SetRestrictedTermHandler,
} from './restricted-handlers.js';

export const demandHandlers = [
  ReceiveDemandHandler,
  AnswerDemandHandler,
  RefuseDemandHandler,
  RecordRestrictedDemandHandler,
  RecordRestrictedAnswerHandler,
  RecordRestrictedTransferHandler,
  RecordRestrictedHoldHandler,
  LiftRestrictedHoldHandler,
  SetRestrictedTermHandler,
  AcceptRestrictedLossHandler,
  ListRestrictedHandler,
  ReadRestrictedDemandsHandler,
  ExportRestrictedDemandsHandler,
];
