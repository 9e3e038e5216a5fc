// What of the vault's rows stands in bytes of a database: in its write-ahead log, its files, a copy? No row is asked for, none was taken back.
import { ownerKinds } from '../rows.js';
import { type SeenRow } from './adversary.js';

export const walPageBytes = 8_192;
/** A page of the log begins with a header, the first page of a file with a longer one (xlog_internal.h): a row goes on behind it. */
const walHeaderBytes = 24;
const walFirstHeaderBytes = 40;
const walFirstHeaderFlag = 2;

/** A part of a log file, whole pages, as its records follow upon one another. */
export function withoutPageHeaders(file: Buffer): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0; at < file.length; at += walPageBytes) {
    const page = file.subarray(at, at + walPageBytes);
    const isFirst = page.length > 1 && (page.readUInt16LE(2) & walFirstHeaderFlag) !== 0;
    pages.push(page.subarray(isFirst ? walFirstHeaderBytes : walHeaderBytes));
  }
  return Buffer.concat(pages);
}

// A value of fewer than 127 bytes stands behind one byte, twice its length with that byte, plus one; a longer one behind four. Numbers stand at a multiple of
// their size. Each character of the text is a byte.
const sized = (bytes: number): string => `\\x${(2 * (bytes + 1) + 1).toString(16).padStart(2, '0')}`;
const short = '[\\x05-\\xff]';
const wrapped = `${sized(60)}([^]{60})`;
const token = `${sized(32)}([^]{32})`;
const moment = `${sized(20)}\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ`;
const name = `(?:${ownerKinds.join('|')})-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`;
const code = `${short}([a-z0-9.-]+)`;
const gap = '\\0{0,7}';
const number = '[^]{4}';

/** Columns in the order in which they stand in the table; around the owner's name, by which a row is found. */
const owners = new RegExp(name, 'g');
const eventAndPart = new RegExp(`([^]{16})${code}${short}$`);
const lookedUpBy = new RegExp(`${token}${short}$`);
const ownKey = new RegExp(`^${short}[a-z]+${gap}${number}${wrapped}`);
const partKey = new RegExp(`^${wrapped}`);
const innerDigest = new RegExp(`^${code}${gap}[^]{2}(?:${moment}){0,2}${gap}${number}${wrapped}`);
/** A sealed value is longer than one byte could say. */
const value = new RegExp(`^${code}${gap}(${number})`);
/** More than a row has on either side of the name. */
const aroundBytes = 160;
/** Neither of an owner. */
const epochKey = new RegExp(`(${number})${wrapped}${sized(8)}[^]{8}`, 'g');
const fence = new RegExp(`${token}${moment}`, 'g');
const blobBytesMin = 284;
const blobBytesMax = 2_000;

/** Every row of keys, tokens and values that stands there, live, dead or never committed; what only looks like one opens with no key. */
export function carved(bytes: Buffer): SeenRow[] {
  const text = bytes.toString('latin1');
  const rows: SeenRow[] = [];
  for (const [, epoch = '', kek = ''] of text.matchAll(epochKey))
    rows.push(row('kek', kek, String(bytesOf(epoch).readInt32LE())));
  for (const [, token = ''] of text.matchAll(fence)) rows.push(row('token', token));
  for (const { 0: owner, index } of text.matchAll(owners)) {
    const before = text.slice(Math.max(0, index - aroundBytes), index);
    const behind = index + owner.length;
    rows.push(...rowsOf(owner, before, text.slice(behind, behind + blobBytesMax + aroundBytes)));
  }
  return rows;
}

function rowsOf(owner: string, before: string, behind: string): SeenRow[] {
  const rows: SeenRow[] = [];
  const sk = ownKey.exec(behind)?.[1];
  if (sk !== undefined) rows.push(row('sk', sk, owner));
  const token = lookedUpBy.exec(before)?.[1];
  const [, scheme, inner] = innerDigest.exec(behind) ?? [];
  if (token !== undefined && inner !== undefined) rows.push(row('token', token), row('inner', inner, owner, scheme));
  const [, event, part] = eventAndPart.exec(before) ?? [];
  if (event === undefined) return rows;
  const pk = partKey.exec(behind)?.[1];
  if (pk !== undefined) rows.push(row('pk', pk, owner, uuidOf(event), part));
  const [all = '', , size] = value.exec(behind) ?? [];
  if (size === undefined) return rows;
  const length = (bytesOf(size).readUInt32LE() >>> 2) - size.length;
  if (length >= blobBytesMin && length <= blobBytesMax)
    rows.push(row('blob', behind.slice(all.length, all.length + length), owner, uuidOf(event), part));
  return rows;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

const row = (kind: SeenRow['kind'], bytes: string, a = '', b = '', c = ''): SeenRow => ({
  kind,
  a,
  b,
  c,
  bytes: bytesOf(bytes),
});

function uuidOf(text = ''): string {
  const hex = bytesOf(text).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
