// Which part of autocannon, that brings no types, do the benchmarks use?
declare module 'autocannon' {
  interface Sent {
    readonly path?: string;
    readonly body?: string;
  }
  interface Running extends Promise<{ readonly errors: number }> {
    on(event: 'response', listener: (client: unknown, status: number, bytes: number, ms: number) => void): this;
  }
  export default function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Seconds after which a request that is not answered is a broken connection. */
    readonly timeout?: number;
    /** Requests a second of all connections together. */
    readonly overallRate?: number;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly requests: readonly { setupRequest(request: Sent): Sent }[];
  }): Running;
}
