// How are rows given to COPY through `pg`? As one text, in a query object of its own, which `pg` takes in place of a statement.
import { type ClientBase, type Connection, type Submittable } from 'pg';

/** The parts of pg's connection that COPY needs and its types leave out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class CopyIn implements Submittable {
  constructor(
    private readonly text: string,
    private readonly rows: Buffer,
    private readonly done: (error?: Error) => void,
  ) {}

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.rows);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // How many rows were taken is not asked.
  }

  handleReadyForQuery(): void {
    this.done();
  }

  /** The last that is heard; `pg` itself waits for the server to be ready again. */
  handleError(error: Error): void {
    this.done(error);
  }
}

/** Adds `rows`, in COPY's text format, to a table. Throws what the server or the connection failed with. */
export function copyIn(client: ClientBase, physical: string, columns: string, rows: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = `copy ${physical} (${columns}) from stdin`;
    client.query(new CopyIn(text, rows, (error) => (error ? reject(error) : resolve())));
  });
}
