// How does a slow consumer follow without a growing buffer? Page by page, with one page read ahead.
import { type EventStore, type FollowOptions, type StoredEvent } from './port.js';

/**
 * The same events as `follow`, in arrays of 1 to `followPageMax`; while one is being consumed, at most one more is read.
 * `for await` ends with `until: 'head'`, with `break`, or when `signal` aborts.
 */
export async function* followPages(
  store: EventStore,
  options: Pick<FollowOptions, 'after' | 'until'> & { readonly signal?: AbortSignal } = {},
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { signal, ...follow } = options;
  let page: StoredEvent[] = [];
  let ended = signal?.aborted ?? false;
  let failed: { readonly error: unknown } | undefined;
  let wake = () => undefined as void;
  let emptied = () => undefined as void;
  const changed = () => new Promise<void>((resolve) => (wake = resolve));
  const end = () => {
    ended = true;
    wake();
  };
  const subscription = store
    .follow({ ...follow, ready: () => (page.length === 0 ? undefined : new Promise((resolve) => (emptied = resolve))) })
    .subscribe({
      next(event) {
        page.push(event);
        wake();
      },
      error(error: unknown) {
        failed = { error };
        wake();
      },
      complete: end,
    });
  signal?.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      if (page.length > 0) {
        const full = page;
        page = [];
        emptied();
        yield full;
        continue;
      }
      if (failed) throw failed.error;
      if (ended) return;
      await changed();
    }
  } finally {
    signal?.removeEventListener('abort', end);
    subscription.unsubscribe();
    emptied();
  }
}
