// Which problems can whoever reads the log, asks for a receipt or for what opens a value meet?
import { kind } from './kind.js';

export const logProblems = {
  NOTHING_PUBLISHED: kind(
    404,
    'Nothing is published yet',
    'No checkpoint of this log was published so far: a ledger that has just begun, or whose worker is not running.',
    'Ask again after Retry-After. If it lasts, `log` in /health/ready says why.',
  ),
  LOG_FILES_DAMAGED: kind(
    503,
    'The files of the log are not what was signed',
    'Tiles, entries or the checkpoint in LOG_DIR are damaged, missing or cannot be read, so no proof can be made of them. The events and what was signed for them are not touched.',
    'Nothing is lost: whoever runs the service finds the file in its log under this request id and puts it back or mounts the volume; then ask again.',
  ),
  RECEIPT_NOT_YET: kind(
    404,
    'No published checkpoint covers it yet',
    'The event is recorded and not yet under a published checkpoint. That takes about a second, at most 60.',
    'Ask again after Retry-After. If it lasts, `log` in /health/ready says why.',
  ),
  VALUES_ERASED: kind(
    410,
    'The values were destroyed',
    'What was sealed for this person with this event was destroyed, and with it what opens the commitment.',
    'Nothing; the receipt still proves that the event was recorded.',
  ),
} as const;
