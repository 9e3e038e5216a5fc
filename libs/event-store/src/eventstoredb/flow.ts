// How much may be under way at once? So little that no write ever waits inside the client, where a lost connection would kill us.

/**
 * The client writes all appends into one stream. When more than sixteen writes wait there and the connection breaks, those
 * that wait reject promises that nobody holds, and Node ends the process. Fewer calls never wait; more never do while their
 * bytes fit the smallest window that a server gives.
 */
const callsAlwaysMax = 15;
const callsMax = 256;
const bytesMax = 65_536;
/** What the protocol adds to an event, and a little more. */
export const overheadBytes = 200;

interface Waiting {
  readonly bytes: number;
  readonly enter: (entered: boolean) => void;
}

export class Flow {
  private calls = 0;
  private bytes = 0;
  private closed = false;
  private readonly waiting: Waiting[] = [];

  /** True when the call may be sent, in the order of asking; false when the connection is gone. */
  enter(bytes: number): Promise<boolean> {
    return new Promise((enter) => {
      this.waiting.push({ bytes, enter });
      this.admit();
    });
  }

  /** After the call was answered. */
  leave(bytes: number): void {
    this.calls--;
    this.bytes -= bytes;
    this.admit();
  }

  close(): void {
    this.closed = true;
    this.admit();
  }

  private admit(): void {
    for (let next = this.waiting[0]; next && (this.closed || this.fits(next.bytes)); next = this.waiting[0]) {
      this.waiting.shift();
      this.calls++;
      this.bytes += next.bytes;
      next.enter(!this.closed);
    }
  }

  private fits(bytes: number): boolean {
    return this.calls < callsAlwaysMax || (this.calls < callsMax && this.bytes + bytes <= bytesMax);
  }
}
