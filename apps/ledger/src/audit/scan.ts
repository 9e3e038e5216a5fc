// At which places of a file does something stand that is looked for, whatever the file's length?
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Matcher } from './matcher.js';
import { type Pattern } from './wanted.js';

const chunkBytes = 1024 * 1024;

export interface Place {
  readonly pattern: Pattern;
  /** In the file, or in what is packed in it. */
  readonly offset: number;
  readonly unpacked: boolean;
}

type Told = (place: Place) => void;

/** Reads a file to its present end; `read` is told of each chunk. Throws what the system says. */
export async function scanFile(
  path: string,
  matcher: Matcher,
  told: Told,
  read: (bytes: number) => void,
): Promise<void> {
  const file = await open(path, 'r');
  const window = new Window(matcher, (pattern, offset) => told({ pattern, offset, unpacked: false }));
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) break;
      window.take(chunk.subarray(0, bytesRead));
      read(bytesRead);
    }
  } finally {
    await file.close();
  }
  if (path.endsWith('.gz')) await scanPacked(path, matcher, told);
}

/** Logs are often packed when they are put away. Throws for what is no gzip (RFC 1952). */
async function scanPacked(path: string, matcher: Matcher, told: Told): Promise<void> {
  const packed = createReadStream(path, { highWaterMark: chunkBytes });
  const unpacked: Readable = packed.pipe(createGunzip());
  packed.on('error', (error) => unpacked.destroy(error));
  const window = new Window(matcher, (pattern, offset) => told({ pattern, offset, unpacked: true }));
  for await (const chunk of unpacked as AsyncIterable<Buffer>) window.take(chunk);
}

/** Chunks one after the other, with the end of what went before, so that nothing hides across their border. */
class Window {
  private tail = Buffer.alloc(0);
  private taken = 0;

  constructor(
    private readonly matcher: Matcher,
    private readonly found: (pattern: Pattern, offset: number) => void,
  ) {}

  take(chunk: Buffer): void {
    const before = this.tail.length;
    const bytes = before === 0 ? chunk : Buffer.concat([this.tail, chunk]);
    this.matcher.search(bytes, before, (pattern, at) => this.found(pattern, this.taken - before + at));
    this.taken += chunk.length;
    // A copy: the chunk's own bytes are read over.
    this.tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.matcher.longest + 1)));
  }
}
