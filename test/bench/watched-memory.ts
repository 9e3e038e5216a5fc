// How much memory did this process take at most while something was done?

const watchMs = 10;

/** The most resident memory since it was last reset. */
export class WatchedMemory {
  private most = 0;
  private timer: NodeJS.Timeout | undefined;

  reset(): void {
    globalThis.gc?.();
    this.most = process.memoryUsage.rss();
    this.timer ??= setInterval(() => (this.most = Math.max(this.most, process.memoryUsage.rss())), watchMs).unref();
  }

  peak(): number {
    return Math.max(this.most, process.memoryUsage.rss());
  }
}
