// How do many rows reach PostgreSQL in one parameter? As arrays in its binary form (array_send), without escaping or hex.

const oid = { bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

type Measure<T> = (item: T) => number;
/** Writes an item that fills so many bytes at a place. */
type Put<T> = (out: Buffer, item: T, at: number, bytes: number) => void;

export const textArray = (items: readonly string[]): Buffer =>
  encode(
    oid.text,
    items,
    (item) => Buffer.byteLength(item),
    (out, item, at, bytes) => out.write(item, at, bytes, 'utf8'),
  );

const uuidBytes = 16;

/** Throws RangeError for what is no UUID. */
export const uuidArray = (items: readonly (string | undefined)[]): Buffer =>
  encode(
    oid.uuid,
    items,
    () => uuidBytes,
    (out, item, at) => {
      if (out.write(item.replaceAll('-', ''), at, uuidBytes, 'hex') !== uuidBytes) throw new RangeError('no UUID');
    },
  );

export const byteaArray = (items: readonly (Buffer | undefined)[]): Buffer =>
  encode(
    oid.bytea,
    items,
    (item) => item.length,
    (out, item, at) => out.set(item, at),
  );

export const intArray = (items: readonly number[]): Buffer =>
  encode(
    oid.int4,
    items,
    () => 4,
    (out, item, at) => out.writeInt32BE(item, at),
  );

export const bigintArray = (items: readonly number[]): Buffer =>
  encode(
    oid.int8,
    items,
    () => 8,
    (out, item, at) => out.writeBigInt64BE(BigInt(item), at),
  );

/** Into one buffer without any other: these arrays are most of what a flush makes. */
function encode<T>(elementOid: number, items: readonly (T | undefined)[], bytesOf: Measure<T>, put: Put<T>): Buffer {
  const headerBytes = items.length === 0 ? 12 : 20;
  const lengths = items.map((item) => (item === undefined ? -1 : bytesOf(item)));
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), headerBytes));
  out.writeInt32BE(items.length === 0 ? 0 : 1, 0);
  out.writeInt32BE(lengths.includes(-1) ? 1 : 0, 4);
  out.writeInt32BE(elementOid, 8);
  if (items.length === 0) return out;
  out.writeInt32BE(items.length, 12);
  out.writeInt32BE(1, 16);
  let at = headerBytes;
  items.forEach((item, i) => {
    const length = lengths[i] ?? -1;
    at = out.writeInt32BE(length, at);
    if (item === undefined) return;
    put(out, item, at, length);
    at += length;
  });
  return out;
}
