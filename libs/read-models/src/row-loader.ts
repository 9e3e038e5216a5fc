// How do many rows get into tables without indexes? By COPY in large pieces, one under way while the next is gathered.
import { type ClientBase } from 'pg';
import { type Build } from './builds.js';
import { copyIn } from './copy-in.js';
import { copyColumns, copyLine } from './copy-text.js';
import { type Table } from './table.js';

/** A table's rows are sent when there are so many bytes of them. */
const chunkBytes = 524_288;
/** UTF-8 of one UTF-16 unit. */
const unitBytesMax = 3;

interface Chunk {
  readonly physical: string;
  readonly columns: string;
  /** Outside the heap, so that gathering costs the collector nothing. */
  buffer: Buffer;
  used: number;
}

export class RowLoader {
  /** By physical name. */
  private readonly chunks = new Map<string, Chunk>();
  private readonly full = new Set<Chunk>();
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: ClientBase) {}

  /** Gathers rows that are known to be new. */
  add(table: Table, build: Build, rows: readonly object[]): void {
    if (rows.length === 0) return;
    const chunk = this.chunkOf(table, build.physical(table.name));
    for (const row of rows) {
      const line = copyLine(table, row);
      const most = line.length * unitBytesMax;
      if (chunk.used + most > chunk.buffer.length) chunk.buffer = enlarged(chunk, most);
      chunk.used += chunk.buffer.write(line, chunk.used);
    }
    if (chunk.used >= chunkBytes) this.full.add(chunk);
  }

  /** Sends what is full; throws what an earlier COPY failed with. Undefined when there is nothing to wait for. */
  sendFull(): Promise<void> | undefined {
    return this.full.size === 0 ? undefined : this.send([...this.full]);
  }

  /** Everything gathered stands in its table when this returns. */
  async flush(): Promise<void> {
    await this.send([...this.chunks.values()]);
    await this.underWay;
  }

  /** No statement is under way when this returns. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  private chunkOf(table: Table, physical: string): Chunk {
    const known = this.chunks.get(physical);
    if (known) return known;
    const chunk = { physical, columns: copyColumns(table), buffer: Buffer.alloc(0), used: 0 };
    this.chunks.set(physical, chunk);
    return chunk;
  }

  private async send(chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) {
      this.full.delete(chunk);
      if (chunk.used === 0) continue;
      await this.underWay;
      const { physical, columns, buffer, used } = chunk;
      chunk.buffer = Buffer.alloc(0);
      chunk.used = 0;
      this.underWay = copyIn(this.client, physical, columns, buffer.subarray(0, used));
      // Whoever awaits it next is told; until then the failure waits.
      this.underWay.catch(() => undefined);
    }
  }
}

/** A buffer with room for so many more bytes: whole chunks, so that few are made. */
function enlarged({ buffer, used }: Chunk, more: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, chunkBytes + more));
  buffer.copy(larger, 0, 0, used);
  return larger;
}
