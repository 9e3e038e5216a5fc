// How do several statements cost one round trip? What is asked in one breath travels together, behind one Sync of the protocol.
import pg, { type ClientBase, type Connection, type PoolClient, type QueryConfig, type Submittable } from 'pg';

/** A transaction as those see it who work in it. */
export type Transaction = Pick<PoolClient, 'query'>;

/** What pg's client calls on whatever it has sent; pg's own queries have it, its types do not say so. */
interface Asked extends Submittable {
  readonly name?: string;
  readonly text?: string;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleEmptyQuery(connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
}

type Answer = (error: Error | null, result?: unknown) => void;

/** pg's own query, whose class calls back once. */
const makeAsked = pg.Query as unknown as new (config: object, values: unknown, answer: Answer) => Asked;

/**
 * Statements asked without waiting in between are sent at once and answered in their order. The first that fails ends the
 * transaction: those behind it fail by the same error, and so does whatever is asked later.
 */
export class Together {
  private asked: Asked[] = [];
  private ended: Error | undefined;

  constructor(private readonly client: Pick<ClientBase, 'query'>) {}

  /** As the client's own, for one statement at a time and its promise. */
  readonly query = ((config: string | QueryConfig, values?: unknown[]) => {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      const extended = { ...(typeof config === 'string' ? { text: config } : config), queryMode: 'extended' };
      const answer: Answer = (error, result) => {
        if (error) reject(error);
        else resolve(result);
      };
      // When whoever is woken by the same answer has asked, too.
      if (this.asked.length === 0) process.nextTick(() => this.send());
      this.asked.push(new makeAsked(extended, values, answer));
    });
  }) as Transaction['query'];

  /** Whatever is asked from now on fails; what was asked before is answered. */
  end(): void {
    this.ended ??= new Error('the transaction is over');
  }

  private send(): void {
    const asked = this.asked;
    this.asked = [];
    this.client.query(new Trip(asked, (error) => (this.ended ??= error)));
  }
}

/** Several queries that pg's client takes for one. */
class Trip implements Submittable {
  private at = 0;
  private alone: Connection | undefined;
  /** pg looks at it when somebody asks without one. */
  callback = (): void => undefined;

  constructor(
    private readonly asked: readonly Asked[],
    private readonly failed: (error: Error) => void,
  ) {}

  /** Of the statement that is being answered: pg remembers by it what the server has parsed. */
  get name(): string | undefined {
    return this.asked[this.at]?.name;
  }

  get text(): string | undefined {
    return this.asked[this.at]?.text;
  }

  // A property, as the interface has it.
  submit = (connection: Connection): void => {
    // Each query ends with a Sync of its own, which would be answered on its own.
    const alone = Object.assign(Object.create(connection) as Connection, { sync: () => undefined });
    this.alone = alone;
    const { stream } = connection;
    stream.cork();
    try {
      for (const one of this.asked) {
        const refused = one.submit(alone) as unknown as Error | null;
        if (refused) throw refused;
      }
      connection.sync();
    } finally {
      stream.uncork();
    }
  };

  handleRowDescription(message: unknown): void {
    this.asked[this.at]?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.asked[this.at]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: Connection): void {
    const one = this.asked[this.at++];
    one?.handleCommandComplete(message, connection);
    one?.handleReadyForQuery(this.alone ?? connection);
  }

  handleReadyForQuery(): void {
    // Each was answered when its command was complete.
  }

  handleError(error: Error, connection: Connection): void {
    this.failed(error);
    const { submittedNamedStatements } = connection as unknown as { submittedNamedStatements: Record<string, string> };
    for (const one of this.asked.slice(this.at)) {
      // The server skips what stands behind a failure, so it has not parsed it either.
      if (one.name !== undefined) delete submittedNamedStatements[one.name];
      one.handleError(error, connection);
    }
    this.at = this.asked.length;
  }
}
