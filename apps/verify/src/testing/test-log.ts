// What does a test hand to the verifier? A log of real events, signed, cosigned and written as tlog-tiles lays it out, by the pure part alone.
import { hash, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  buildProof,
  cosigner,
  ed25519Signer,
  formatCheckpoint,
  formatTlogProof,
  formatVkey,
  hashBytes,
  inclusionPlan,
  leafHash,
  nodeHash,
  type NoteSigner,
  privateKeyOf,
  RightEdge,
  rootInTile,
  signatureLine,
  signNote,
  type TreeNode,
  tilePath,
  tilesBetween,
  tileWidthMax,
  writeBundle,
} from '@derbes/transparency';

export const origin = 'ledger.example/test';
export const cosignedSeconds = Date.UTC(2026, 10, 20, 12) / 1000;

/** The same key for the same word, in every run. */
export function keyOf(word: string): KeyObject {
  return privateKeyOf(hash('sha256', word, 'buffer'));
}

export const logSigner = (word = 'log', name = origin): NoteSigner => ed25519Signer(name, keyOf(word));
export const witnessSigner = (word: string, seconds = cosignedSeconds): NoteSigner =>
  cosigner(`witness.example/${word}`, keyOf(word), seconds);

/** A policy of that log and those witnesses, all of whom must have cosigned. */
export function policyOf(log: NoteSigner, witnesses: readonly NoteSigner[] = [], quorum = 'all'): string {
  const named = witnesses.map(({ key }, i) => `witness w${i} ${formatVkey(key)}\n`);
  const group = witnesses.length === 0 ? '' : `group g ${quorum} ${witnesses.map((_, i) => `w${i}`).join(' ')}\n`;
  return `log ${formatVkey(log.key)}\n${named.join('')}${group}quorum ${group === '' ? 'none' : 'g'}\n`;
}

/** RFC 8785 for what events are made of. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** A random-looking UUID (version 4), the same for the same word. */
export function uuidOf(word: string): string {
  const hex = hash('sha256', word, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface Told {
  readonly v?: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly facts?: object;
  readonly at?: string;
  readonly id?: string;
  readonly parts?: readonly object[];
}

/** The bytes of one event. */
export function eventOf({
  v = '1',
  type,
  stream,
  revision,
  facts = {},
  at = '2026-11-20T09:00:00Z',
  id,
  parts,
}: Told): Buffer {
  const of = id ?? uuidOf(`${stream} ${revision}`);
  return Buffer.from(
    canonical({
      v,
      ...{ id: of, type, stream, revision: String(revision), at, occurred: at, actor: 'emitter', facts, parts },
    }),
  );
}

const kcv = { name: 'file', kcv: Buffer.from('0011223344556677', 'hex').toString('base64url') };

/** What the test's blob of that event and part is. */
export const blobOf = (stream: string, revision: number): Buffer =>
  hash('sha256', `blob ${stream} ${revision}`, 'buffer');

/** `count` events: the ledger's own first, then subjects, each with a stream of five events that seal a value. */
export function* ledgerEvents(count: number, vkey = formatVkey(logSigner().key)): Generator<Buffer> {
  const own: Omit<Told, 'stream' | 'revision'>[] = [
    { type: 'LedgerOpened', facts: { ledger: uuidOf('ledger'), origin, format: 'derbes.ledger/v1' } },
    { type: 'EpochOpened', facts: { epoch: '1', custodians: [kcv] } },
    { type: 'SigningKeyAdded', facts: { number: '1', vkey } },
    { type: 'EpochOpened', facts: { epoch: '2', custodians: [kcv] } },
    {
      type: 'EpochClosed',
      facts: { epoch: '1', survivors: { owners: '1', tokens: '1' }, erasures: '0', list: hash('sha256', 'list') },
    },
    {
      type: 'KeyDestroyed',
      facts: { epoch: '1', custodian: 'file', kcv: '0011223344556677', destroyed: '2026-11-20T09:00:00Z' },
    },
  ];
  for (const [revision, told] of own.slice(0, count).entries()) yield eventOf({ ...told, stream: 'ledger', revision });
  // Streams in turns of four, so that neighbours are of different ones.
  for (let i = 0; i < count - own.length; i++) {
    const group = Math.floor(i / 20);
    const stream = `subject-${uuidOf(`subject ${group * 4 + (i % 4)}`)}`;
    const revision = Math.floor((i % 20) / 4);
    yield subjectEvent(stream, revision, i);
  }
}

function subjectEvent(stream: string, revision: number, i: number): Buffer {
  const at = new Date(Date.UTC(2026, 10, 20, 9) + i * 1000).toISOString().replace('.000', '');
  if (revision === 0) return eventOf({ type: 'SubjectRegistered', stream, revision, at, facts: { kind: 'person' } });
  return eventOf({
    ...{ type: 'DataCollected', stream, revision, at },
    facts: {
      ...{ basis: { code: 'consent' }, capacity: 'own', categories: ['email'], holder: 'crm' },
      ...{ origin: { kind: 'subject', means: 'web-form' }, purposes: ['account'], role: 'private' },
    },
    parts: [
      {
        p: '0',
        commit: hash('sha256', `commit ${i}`, 'base64url'),
        blob: hash('sha256', blobOf(stream, revision), 'base64url'),
      },
    ],
  });
}

export interface Signing {
  readonly log: NoteSigner;
  readonly witnesses: readonly NoteSigner[];
}

export function signedBy({ log, witnesses }: Signing, size: number, root: Buffer, name = origin): string {
  const text = formatCheckpoint({ origin: name, size, root });
  return signNote(text, [log]) + witnesses.map((witness) => signatureLine(text, witness)).join('');
}

/** MTH of these leaf hashes. */
export function rootOf(hashes: readonly Uint8Array[]): Buffer {
  const edge = new RightEdge();
  for (const one of hashes) edge.append(one);
  return edge.root();
}

/** Writes bundles and tiles of these entries; answers the root. Memory for hashes alone. */
export function writeTiles(folder: string, entries: Iterable<Buffer>): { size: number; root: Buffer } {
  const write = (path: string, bytes: Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  const levels: Buffer[][] = [[]];
  const edge = new RightEdge();
  let bundle: Buffer[] = [];
  const flush = (): void => {
    const index = Math.floor((edge.size - 1) / tileWidthMax);
    write(tilePath({ level: 'entries', index, width: bundle.length }), writeBundle(bundle));
    const hashes = Buffer.concat(bundle.map(leafHash));
    write(tilePath({ level: 0, index, width: bundle.length }), hashes);
    if (bundle.length === tileWidthMax) (levels[1] ??= []).push(rootInTile(hashes));
    bundle = [];
  };
  for (const entry of entries) {
    edge.appendEntry(entry);
    bundle.push(entry);
    if (bundle.length === tileWidthMax) flush();
  }
  if (bundle.length > 0) flush();
  for (let level = 1; levels[level]; level++) {
    const hashes = levels[level] ?? [];
    for (let at = 0; at + tileWidthMax <= hashes.length; at += tileWidthMax) {
      (levels[level + 1] ??= []).push(rootInTile(Buffer.concat(hashes.slice(at, at + tileWidthMax))));
    }
  }
  for (const { level, index, width } of tilesBetween(0, edge.size)) {
    if (level === 'entries' || level === 0) continue;
    const from = index * tileWidthMax;
    write(tilePath({ level, index, width }), Buffer.concat((levels[level] ?? []).slice(from, from + width)));
  }
  return { size: edge.size, root: edge.root() };
}

/** A whole export; answers its checkpoint. */
export function writeExport(folder: string, entries: Iterable<Buffer>, signing: Signing): string {
  const { size, root } = writeTiles(folder, entries);
  const checkpoint = signedBy(signing, size, root);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'checkpoint'), checkpoint);
  return checkpoint;
}

/** The receipt for one entry of a tree of those entries. */
export function receiptOf(entries: readonly Buffer[], index: number, checkpoint: string, extra = true): string {
  const hashes = entries.map(leafHash);
  const node = ({ height, index: at }: TreeNode): Buffer =>
    height === 0
      ? (hashes[at] ?? Buffer.alloc(hashBytes))
      : nodeHash(node({ height: height - 1, index: at * 2 }), node({ height: height - 1, index: at * 2 + 1 }));
  const entry = entries[index];
  return formatTlogProof({
    ...(extra && entry && { extra: entry }),
    index,
    hashes: buildProof(inclusionPlan(index, entries.length), node),
    checkpoint,
  });
}
