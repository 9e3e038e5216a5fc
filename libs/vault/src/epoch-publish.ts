// Does a published checkpoint say that the epoch ended, before its key goes? Waited for; what is destroyed is never given back.
import { setTimeout as pause } from 'node:timers/promises';
import { type LogWitnesses, type Published } from './epoch-ledger.js';
import { nextStep, noteClose, type CloseRow, type HeldCode } from './epoch-state.js';
import { type CloseParts } from './epoch-steps.js';

const lookEveryMs = 200;
/** The log promises a checkpoint within a minute; then the close is left, and looked at again now and then. */
const waitMsMax = 60_000;
/** Should the clock stand still. */
const looksMax = waitMsMax / lookEveryMs;

/** Yields the row after each look. It ends covered, or held: nothing was destroyed, and the next call looks again. */
export async function* publish(parts: CloseParts, begun: CloseRow): AsyncGenerator<CloseRow, CloseRow, undefined> {
  const { app, ledger, clock, at } = parts;
  let row = begun.logSince ? begun : await noteClose(app, begun, { log_since: clock() });
  for (let looks = 0; ; looks++) {
    const seen = await ledger.published(row.epoch);
    const covered = { log_needed: numberText(seen.needed), log_published: String(seen.size) };
    const witnesses = witnessesOf(seen, row);
    if (witnesses) {
      await at?.('published');
      return nextStep(app, row, { ...covered, log_witnesses: witnesses });
    }
    const patient = looks < looksMax && clock().getTime() - (row.logSince?.getTime() ?? 0) < waitMsMax;
    if (seen.halted !== undefined || !patient) return noteClose(app, row, { ...covered, held: heldBy(seen) });
    if (row.logNeeded !== (seen.needed ?? null) || row.logPublished !== seen.size) {
      row = await noteClose(app, row, covered);
    }
    yield row;
    await pause(lookEveryMs);
  }
}

const numberText = (count: number | undefined): string | null => (count === undefined ? null : String(count));

const isCovered = ({ needed, size }: Published): boolean => needed !== undefined && size >= needed;

/** Who vouches for the checkpoint under which the key may go; undefined while it may not. */
function witnessesOf(seen: Published, { unwitnessedBy }: CloseRow): LogWitnesses | undefined {
  if (seen.halted !== undefined || !isCovered(seen)) return undefined;
  if (seen.witnesses !== 'below-quorum') return seen.witnesses;
  return unwitnessedBy === null ? undefined : 'accepted-without';
}

function heldBy(seen: Published): HeldCode {
  if (seen.halted !== undefined) return 'LOG_HALTED';
  return isCovered(seen) ? 'LOG_BELOW_QUORUM' : 'LOG_BEHIND';
}
