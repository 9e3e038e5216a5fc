// How far is it? One line that is rewritten, for people at a terminal alone.

/** Oftener only flickers. */
const msBetween = 100;
/** What is over sooner needs no bar. */
const quietMs = 500;
const barWidth = 30;

export class ProgressBar {
  private readonly since = performance.now();
  private last = 0;

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(done: number, of: number): void {
    const now = performance.now();
    if (!this.out.isTTY || now - this.since < quietMs || now - this.last < msBetween) return;
    this.last = now;
    const share = of === 0 ? 1 : done / of;
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    const leftSeconds = Math.ceil(((now - this.since) / 1000) * (1 / share - 1));
    this.out.write(`\r\x1b[K${bar} ${Math.floor(share * 100)} %, ${done} of ${of} entries, ${leftSeconds} s left`);
  }

  clear(): void {
    if (this.out.isTTY && this.last > 0) this.out.write('\r\x1b[K');
  }
}
