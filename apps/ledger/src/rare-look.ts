// How does the active worker look at something that costs too much to be looked at whenever somebody asks?
import { setTimeout as pause } from 'node:timers/promises';

/** While this worker stands by, or nothing is known yet. */
const retryMs = 10_000;

export class RareLook {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** `look` says whether there was something to see; until there is, it is asked again soon. */
  constructor(
    private readonly look: () => Promise<boolean>,
    private readonly everyMs: number,
    private readonly isActive: () => boolean,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const seen = this.isActive() && (await this.look().catch(this.onTrouble)) === true;
      await pause(seen ? this.everyMs : retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
