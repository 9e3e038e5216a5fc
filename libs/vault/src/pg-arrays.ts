// How do many rows reach PostgreSQL in one parameter? As arrays in its binary format, which needs no escaping or hex.

const oid = { text: 25, uuid: 2950, bytea: 17, int4: 23, tid: 27 } as const;
const nullLength = -1;

/** An element type: what an item fills, and how it is put at a place. */
interface Form<T> {
  readonly oid: number;
  readonly bytesOf: (item: T) => number;
  readonly put: (out: Buffer, item: T, at: number, bytes: number) => unknown;
}

/** A row's place (`ctid`): block of the table, and number within it, from 1 on. A row that changes gets another. */
export type RowPlace = readonly [block: number, number: number];

const intBytes = 4;
const tidBytes = 6;
const uuidBytes = 16;

const text: Form<string> = {
  oid: oid.text,
  bytesOf: (item) => Buffer.byteLength(item),
  put: (out, item, at, bytes) => out.write(item, at, bytes, 'utf8'),
};
const uuid: Form<string> = {
  oid: oid.uuid,
  bytesOf: () => uuidBytes,
  put: (out, item, at) => {
    if (out.write(item.replaceAll('-', ''), at, uuidBytes, 'hex') !== uuidBytes) throw new RangeError('no UUID');
  },
};
const bytea: Form<Buffer | null> = {
  oid: oid.bytea,
  bytesOf: (item) => item?.length ?? nullLength,
  put: (out, item, at) => item?.copy(out, at),
};
const int4: Form<number> = {
  oid: oid.int4,
  bytesOf: () => intBytes,
  put: (out, item, at) => out.writeInt32BE(item, at),
};
const tid: Form<RowPlace> = {
  oid: oid.tid,
  bytesOf: () => tidBytes,
  put: (out, [block, number], at) => out.writeUInt16BE(number, out.writeUInt32BE(block, at)),
};

export const textArray = (items: readonly string[]): Buffer => encode(text, items);
/** Throws RangeError for what is no UUID. */
export const uuidArray = (items: readonly string[]): Buffer => encode(uuid, items);
export const byteaArray = (items: readonly (Buffer | null)[]): Buffer => encode(bytea, items);
export const intArray = (items: readonly number[]): Buffer => encode(int4, items);

/** Where rows stand in their table. */
export const tidArray = (items: readonly RowPlace[]): Buffer => encode(tid, items);

/** The wire form of a one-dimensional array (array_send): header, then length and bytes of each, -1 for null. */
function encode<T>({ oid: elementOid, bytesOf, put }: Form<T>, items: readonly T[]): Buffer {
  // Into one buffer without any other: these arrays are most of what a flush makes.
  const lengths = items.map(bytesOf);
  const header = items.length === 0 ? 12 : 20;
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), header));
  out.writeInt32BE(items.length === 0 ? 0 : 1, 0);
  out.writeInt32BE(lengths.includes(nullLength) ? 1 : 0, 4);
  out.writeInt32BE(elementOid, 8);
  if (items.length === 0) return out;
  out.writeInt32BE(items.length, 12);
  out.writeInt32BE(1, 16);
  let at = header;
  items.forEach((item, i) => {
    const length = lengths[i] ?? nullLength;
    at = out.writeInt32BE(length, at);
    if (length <= 0) return;
    put(out, item, at, length);
    at += length;
  });
  return out;
}
