// How does a test run several writing processes, and kill one of them?
import { spawnProgram, type Child } from '@derbes/postgres/testing.js';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sampleStream } from './sample-event.js';
import { type Acknowledged, type WriterOrder } from './writer-child.js';

type Common = Omit<WriterOrder, 'writers'>;

/** One process with its writers, which may be killed and goes on where it was acknowledged last. */
export class WritingProcess {
  readonly acknowledged: Acknowledged[] = [];
  private readonly streams: readonly string[];
  private child: Child;
  private ended: Promise<number | null>;

  constructor(
    private readonly order: Common,
    writers: number,
    private readonly onAcknowledged: () => void = () => undefined,
    private readonly onFailed: (code: number) => void = () => undefined,
  ) {
    this.streams = Array.from({ length: writers }, sampleStream);
    [this.child, this.ended] = this.start();
  }

  /** Everything that it said before it died is known when this resolves. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** For writers that claim: what was under way is told again as the same pair. */
  again(): void {
    [this.child, this.ended] = this.start();
  }

  /** Lets the writers end what they have begun. */
  async finish(): Promise<number | null> {
    this.child.stdin.end();
    return this.ended;
  }

  /** Its exit code, when all its writers are done. */
  get done(): Promise<number | null> {
    return this.ended;
  }

  private start(): [Child, Promise<number | null>] {
    const counts = new Map<string, number>();
    for (const { writer, n } of this.acknowledged) counts.set(writer, n + 1);
    const writers = this.streams.map((stream) => ({ stream, from: counts.get(stream) ?? 0 }));
    const child = spawnProgram('libs/event-store/src/testing/writer-child', {
      ...this.order,
      writers,
    } satisfies WriterOrder);
    // Whoever is killed may be told to stop at that moment.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      // A kill may cut a line off; then nobody was told.
      if (!line.endsWith('}')) return;
      this.acknowledged.push(JSON.parse(line) as Acknowledged);
      this.onAcknowledged();
    });
    const ended = once(child, 'close').then(([code]) => {
      if (typeof code === 'number' && code !== 0) this.onFailed(code);
      return code as number | null;
    });
    return [child, ended];
  }
}
