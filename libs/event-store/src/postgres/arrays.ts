// How do many rows reach PostgreSQL in one parameter? As arrays in its binary form (array_send), without escaping or hex.

const oid = { bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

export const textArray = (items: readonly string[]): Buffer => encode(oid.text, items, (item) => Buffer.from(item));

export const uuidArray = (items: readonly (string | undefined)[]): Buffer =>
  encode(oid.uuid, items, (item) => Buffer.from(item.replaceAll('-', ''), 'hex'));

export const byteaArray = (items: readonly (Buffer | undefined)[]): Buffer => encode(oid.bytea, items, (item) => item);

export const intArray = (items: readonly number[]): Buffer =>
  encode(oid.int4, items, (item) => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(item);
    return bytes;
  });

export const bigintArray = (items: readonly number[]): Buffer =>
  encode(oid.int8, items, (item) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(BigInt(item));
    return bytes;
  });

function encode<T>(elementOid: number, items: readonly (T | undefined)[], bytesOf: (item: T) => Buffer): Buffer {
  const elements = items.map((item) => (item === undefined ? undefined : bytesOf(item)));
  const headerBytes = items.length === 0 ? 12 : 20;
  const out = Buffer.allocUnsafe(elements.reduce((sum, element) => sum + 4 + (element?.length ?? 0), headerBytes));
  out.writeInt32BE(items.length === 0 ? 0 : 1, 0);
  out.writeInt32BE(elements.includes(undefined) ? 1 : 0, 4);
  out.writeInt32BE(elementOid, 8);
  if (items.length === 0) return out;
  out.writeInt32BE(items.length, 12);
  out.writeInt32BE(1, 16);
  let at = headerBytes;
  for (const element of elements) {
    out.writeInt32BE(element?.length ?? -1, at);
    at += 4;
    if (element) at += element.copy(out, at);
  }
  return out;
}
