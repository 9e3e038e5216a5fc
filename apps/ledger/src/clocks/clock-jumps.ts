// Was the clock of this machine put forward or back a short while ago? Then nothing is done by it until it has settled.

/** A clock that moved by more than this against the machine's own count of seconds was put forward or back. */
export const jumpMsMax = 5 * 60_000;
/** For so long nothing is told after a jump: whoever set the clock wrongly sets it right again. */
export const jumpHoldMs = 10 * 60_000;

export class ClockJumps {
  private last: { readonly now: number; readonly ticks: number } | undefined;
  private heldUntil = -Infinity;

  /** `now` by the clock, `ticks` by the machine's own count, both in milliseconds. */
  jumped(now: number, ticks: number): boolean {
    const { last } = this;
    this.last = { now, ticks };
    if (last && Math.abs(now - last.now - (ticks - last.ticks)) > jumpMsMax) this.heldUntil = ticks + jumpHoldMs;
    return ticks < this.heldUntil;
  }
}
