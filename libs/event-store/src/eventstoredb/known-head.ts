// Up to where is the log known to stand? By it an answer about an old event is told from one about a new.

/** Older knowledge is renewed before an append; under load every acknowledgement renews it. */
const freshMs = 250;

export class KnownHead {
  private position = 0n;
  private knownAt = -Infinity;
  private asking: Promise<void> | undefined;

  /** `ask` reads where the log ends now. */
  constructor(private readonly ask: () => Promise<bigint>) {}

  /** An event was seen at this position. */
  note(position: bigint): void {
    if (position > this.position) this.position = position;
    this.knownAt = performance.now();
  }

  async fresh(): Promise<bigint> {
    if (performance.now() - this.knownAt > freshMs) {
      this.asking ??= this.ask()
        .then((position) => this.note(position))
        .finally(() => (this.asking = undefined));
      await this.asking;
    }
    return this.position;
  }
}
