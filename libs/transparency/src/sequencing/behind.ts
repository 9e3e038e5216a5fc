// Does the store have the events that the log was signed for? Asked at every start, before anybody may write what would contradict it.
import { type EventStore } from '@derbes/event-store';
import { LogHalted } from '../files/log-trouble.js';
import { type HeadTable } from './head-table.js';
import { type CheckpointLock } from './lock.js';
import { asHalt, storeBehind } from './standing.js';

export interface SignedLog {
  readonly heads: HeadTable;
  readonly lock: CheckpointLock;
  readonly store: EventStore;
}

/** Halts the ledger when it has fewer events than the lock in the keep says; answers the halt that stands. */
export async function refuseBehind({ heads, lock, store }: SignedLog): Promise<LogHalted | undefined> {
  const standing = await heads.halted();
  if (standing) return standing;
  const head = await heads.read();
  const signed = (await lock.read())?.checkpoint.size ?? 0;
  const known = head?.size ?? 0;
  // The rule: a head is committed before anything of it is locked.
  if (signed <= known) return undefined;
  const more = await countOf(store, head?.position, signed - known);
  if (known + more >= signed) return undefined;
  const halt = storeBehind(known + more, signed);
  await heads.halt(halt);
  return halt;
}

/** How many events stand behind a position, counted up to so many. */
function countOf(store: EventStore, after: string | undefined, most: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const following = store.follow({ until: 'head', ...(after !== undefined && { after }) }).subscribe({
      next() {
        count++;
        if (count < most) return;
        following.unsubscribe();
        resolve(count);
      },
      error(error: unknown) {
        if (asHalt(error) instanceof LogHalted) resolve(count);
        else reject(error instanceof Error ? error : new Error('the store cannot be followed'));
      },
      complete: () => resolve(count),
    });
  });
}
