// How do many rows reach PostgreSQL in one parameter? As arrays in its binary format, which needs no escaping or hex.

const oid = { text: 25, uuid: 2950, bytea: 17, int4: 23 } as const;

export const textArray = (items: readonly string[]): Buffer => encode(oid.text, items, (item) => Buffer.from(item));
export const uuidArray = (items: readonly string[]): Buffer =>
  encode(oid.uuid, items, (item) => Buffer.from(item.replaceAll('-', ''), 'hex'));
export const byteaArray = (items: readonly (Buffer | null)[]): Buffer => encode(oid.bytea, items, (item) => item);
export const intArray = (items: readonly number[]): Buffer =>
  encode(oid.int4, items, (item) => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(item);
    return bytes;
  });

/** The wire form of a one-dimensional array (array_send): header, then length and bytes of each, -1 for null. */
function encode<T>(elementOid: number, items: readonly T[], bytesOf: (item: T) => Buffer | null): Buffer {
  const elements = items.map(bytesOf);
  const header = items.length === 0 ? 12 : 20;
  const out = Buffer.allocUnsafe(elements.reduce((sum, element) => sum + 4 + (element?.length ?? 0), header));
  out.writeInt32BE(items.length === 0 ? 0 : 1, 0);
  out.writeInt32BE(elements.includes(null) ? 1 : 0, 4);
  out.writeInt32BE(elementOid, 8);
  if (items.length === 0) return out;
  out.writeInt32BE(items.length, 12);
  out.writeInt32BE(1, 16);
  let at = header;
  for (const element of elements) {
    out.writeInt32BE(element?.length ?? -1, at);
    at += 4;
    if (element) at += element.copy(out, at);
  }
  return out;
}
