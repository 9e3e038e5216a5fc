// Which handlers take requests in, and answer what is asked about them?
import { AnswerRequestHandler } from './answer-handler.js';
import { ExtendRequestHandler, RefuseRequestHandler, ReportDeliveryHandler } from './closing-handlers.js';
import { VerifyIdentityHandler } from './identity-handler.js';
import { ReceiveRequestHandler } from './intake-handler.js';
import { ReportMisdirectedHandler } from './misdirected-handler.js';
import { ReadAnswerHandler, ReadRefusalHandler, ReadRequestHandler } from './read-handlers.js';
import { DecideRecordsHandler } from './records-handler.js';

export const requestHandlers = [
  ReceiveRequestHandler,
  VerifyIdentityHandler,
  ExtendRequestHandler,
  AnswerRequestHandler,
  RefuseRequestHandler,
  ReportDeliveryHandler,
  DecideRecordsHandler,
  ReportMisdirectedHandler,
  ReadRequestHandler,
  ReadAnswerHandler,
  ReadRefusalHandler,
];
