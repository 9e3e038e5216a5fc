// How are rows given to COPY through `pg`? As one text, in a query object of its own, which `pg` takes in place of a statement.
import { type Connection, type PoolClient, type Submittable } from 'pg';

/** The parts of pg's connection that COPY needs and its types leave out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class CopyIn implements Submittable {
  constructor(
    private readonly text: string,
    private readonly rows: string,
    private readonly done: (error?: Error) => void,
  ) {}

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.rows));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // How many rows were taken is not asked.
  }

  handleReadyForQuery(): void {
    this.done();
  }

  handleError(error: Error): void {
    this.done(error);
  }
}

/** `rows` in COPY's text format. */
export function copyIn(client: PoolClient, table: string, columns: readonly string[], rows: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = `copy ${table} (${columns.join(', ')}) from stdin`;
    client.query(new CopyIn(text, rows, (error) => (error ? reject(error) : resolve())));
  });
}
