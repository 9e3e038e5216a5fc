// Which problems does everybody meet while the log's earlier signatures would be contradicted, and who changes its keys?
import { kind } from './kind.js';

const mend =
  'Whoever runs the service puts the events back: from the files of the log with `derbes recover --from-tiles` (PostgreSQL), or from a newer backup. Nothing is lost by asking again.';

export const sequencingProblems = {
  LOG_KEY_OVERLAP: kind(
    409,
    'Two keys sign the log already',
    'A new signing key was added and the one before still signs as well; or the worker has not made the first one yet.',
    'Wait until the overlap ends, which the detail names, and ask again.',
  ),
  LOG_LOCK_AHEAD: kind(
    503,
    'The store is behind its signed log',
    'The keep or a published checkpoint says that more events were signed for than the store has: the database was put back to an earlier state. What is written now would contradict what was signed, so nothing is.',
    mend,
  ),
  LOG_FORKED: kind(
    503,
    'The events are not those that were signed for',
    'The events of the store lead to another root than the log was signed for: somebody changed them. Nothing is written on top of that.',
    mend,
  ),
  LOG_ROLLED_BACK: kind(
    503,
    'A witness has seen more of the log than the service knows',
    'A witness holds a checkpoint under the key of this log that is ahead of all that the service knows it signed: database and keep were both put back to an earlier state.',
    mend,
  ),
  CLAIMS_BEHIND: kind(
    503,
    'The database is older than the events in their store',
    'The events live in an EventStoreDB, and the database does not know which CloudEvents and commands the last of them were made of: it was put back to an earlier state. What services repeat would be recorded a second time, so nothing is taken.',
    'Whoever runs the service puts the claims back with `derbes recover --from-tiles`, or restores a newer backup of the database. Nothing is lost by asking again.',
  ),
} as const;
