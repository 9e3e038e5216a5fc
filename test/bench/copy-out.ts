// How are rows taken from COPY through `pg`? Piece by piece, counted and let go.
import { type ClientBase, type Connection, type Submittable } from 'pg';

class CopyOut implements Submittable {
  private bytes = 0;

  constructor(
    private readonly text: string,
    private readonly done: (bytes: number, error?: Error) => void,
  ) {}

  submit(connection: Connection): void {
    // The types of `pg` leave it out.
    (connection as unknown as { query(text: string): void }).query(this.text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.bytes += chunk.length;
  }

  handleCommandComplete(): void {
    // How many rows were sent is not asked.
  }

  handleReadyForQuery(): void {
    this.done(this.bytes);
  }

  handleError(error: Error): void {
    this.done(this.bytes, error);
  }
}

/** Runs `copy … to stdout`; how many bytes came. Throws what the server or the connection failed with. */
export function copyOut(client: ClientBase, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyOut(text, (bytes, error) => (error ? reject(error) : resolve(bytes))));
  });
}
