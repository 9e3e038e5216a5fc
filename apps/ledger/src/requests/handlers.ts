// Which handlers take requests in, and answer what is asked about them?
import { AnswerRequestHandler } from './answer-handler.js';
import { ExtendRequestHandler, RefuseRequestHandler } from './closing-handlers.js';
import { VerifyIdentityHandler } from './identity-handler.js';
import { ReceiveRequestHandler } from './intake-handler.js';
import { ReportMisdirectedHandler } from './misdirected-handler.js';
import { ReadAnswerHandler, ReadRequestHandler } from './read-handlers.js';

export const requestHandlers = [
  ReceiveRequestHandler,
  VerifyIdentityHandler,
  ExtendRequestHandler,
  AnswerRequestHandler,
  RefuseRequestHandler,
  ReportMisdirectedHandler,
  ReadRequestHandler,
  ReadAnswerHandler,
];
