// Which handlers answer questions of the log? The composition root provides them all, beside one ServedLog.
import { ReadBlobsHandler } from './blobs-handler.js';
import { ReadCheckpointHandler, ReadLogPolicyHandler, ReadReceiptHandler, ReadTileHandler } from './log-handlers.js';
import { ReadOpeningHandler } from './opening-handler.js';

export const logHandlers = [
  ReadCheckpointHandler,
  ReadLogPolicyHandler,
  ReadTileHandler,
  ReadReceiptHandler,
  ReadOpeningHandler,
  ReadBlobsHandler,
];
