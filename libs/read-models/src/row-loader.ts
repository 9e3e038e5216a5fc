// How do many rows get into tables without indexes? In large statements, one under way while the next is gathered.
import { type ClientBase } from 'pg';
import { type Build } from './builds.js';
import { loadRows, recordOf, type Table } from './table.js';

const chunkRowsMax = 1_000;
const chunkBytesMax = 2_097_152;

interface Chunk {
  records: string[];
  bytes: number;
}

export class RowLoader {
  private readonly chunks = new Map<string, Chunk>();
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: ClientBase) {}

  /** Gathers rows; throws what an earlier statement failed with. */
  async add(table: Table, build: Build, rows: readonly object[]): Promise<void> {
    const physical = build.physical(table.name);
    const chunk = this.chunks.get(physical) ?? { records: [], bytes: 0 };
    this.chunks.set(physical, chunk);
    for (const row of rows) {
      const record = recordOf(table, row);
      chunk.records.push(record);
      chunk.bytes += record.length;
      if (chunk.records.length >= chunkRowsMax || chunk.bytes >= chunkBytesMax) await this.send(physical);
    }
  }

  /** Everything gathered stands in its table when this returns. */
  async flush(): Promise<void> {
    for (const physical of this.chunks.keys()) await this.send(physical);
    await this.underWay;
  }

  /** No statement is under way when this returns. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  private async send(physical: string): Promise<void> {
    const chunk = this.chunks.get(physical);
    if (!chunk || chunk.records.length === 0) return;
    this.chunks.delete(physical);
    await this.underWay;
    this.underWay = this.client.query(loadRows(physical), [`[${chunk.records.join(',')}]`]);
    // Whoever awaits it next is told; until then the failure waits.
    this.underWay.catch(() => undefined);
  }
}
