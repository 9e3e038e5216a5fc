// Is this export what the log signed? Each step of the answer, in the order in which one builds upon the other.
import { formatVkey, Malformed, parsePolicy, type Policy, type WitnessedCheckpoint } from '@derbes/transparency';
import { BlobCheck } from './blobs.js';
import { caught, compareKept, Comparison, type Kept } from './earlier.js';
import { diagnose } from './diagnosis.js';
import { ExportFiles, keysBytesMax, noteBytesMax, policyBytesMax } from './export-files.js';
import { type AsOf, asOf, judgeAge } from './freshness.js';
import { checkKeysFile, type KeyHistory } from './key-history.js';
import { type Layout, readLayout } from './layout.js';
import { type PassOptions, readEntries, type EntriesRead } from './entries.js';
import { checkEarlierTiles, checkUpperTiles } from './tile-check.js';
import { openSigned, readPolicy } from './trust.js';
import { Found, type Problem } from './verdict.js';

/** What somebody wants verified. */
export interface Asked {
  readonly folder: string;
  readonly policy: Kept;
  readonly checkpoints: readonly Kept[];
  readonly receipts: readonly Kept[];
  /** Blobs that are there are always checked; this demands that there be a folder of them. */
  readonly blobs: boolean;
  readonly maxAgeSeconds?: number;
  readonly nowSeconds: number;
}

export interface Outcome {
  /** Gravest first; empty when the export is what the log signed. */
  readonly problems: readonly Problem[];
  /** What an inspector should know that makes nothing wrong. */
  readonly notes: readonly string[];
  readonly origin?: string;
  readonly size?: number;
  /** The signed root, base64. */
  readonly root?: string;
  readonly asOf?: AsOf;
  readonly cosigned?: readonly string[];
  readonly blobs?: number;
}

/** More entries would not fit into numbers of 32 bits. */
const sizeMax = 4_294_967_294;

export async function verify(asked: Asked, options: PassOptions): Promise<Outcome> {
  const policy = readPolicy(asked.policy.bytes, asked.policy.name);
  const files = new ExportFiles(asked.folder);
  const head = openHead(files, policy);
  const { origin, size, root } = head.checkpoint;
  const known = { origin, size, root: root.toString('base64'), cosigned: witnessesOf(head) };

  const layout = readLayout(files, size);
  const blobs = new BlobCheck(files);
  const entries = await readEntries(files, head.checkpoint, blobs, options);
  if (!entries.tree?.root(size, entries.leaves).equals(root)) {
    const kept = compareKept(policy, asked.checkpoints, asked.receipts, head.checkpoint);
    const problems = [...kept, diagnose(files, size, root), ...beside(policy, asked, head, layout)];
    return { ...known, problems, notes: [] };
  }
  const { tree, history } = entries;
  const named = history.keys.map(({ verifier }) => verifier);
  const comparison = new Comparison(policy, named, tree, head.checkpoint, entries.leaves);
  const compared = [
    ...asked.checkpoints.flatMap((kept) => caught(() => comparison.checkpoint(kept))),
    ...asked.receipts.flatMap((kept) => caught(() => comparison.receipt(kept))),
  ];
  const problems = [
    ...compared,
    ...entries.problems,
    ...history.problems,
    ...entries.tileProblems,
    ...checkUpperTiles(files, tree),
    ...checkEarlierTiles(files, size, layout.earlier),
    ...keysProblems(files, origin, history),
    ...entries.schemaProblems,
    ...blobs.end(asked.blobs),
    ...beside(policy, asked, head, layout, entries),
  ];
  const when = asOf(policy, head, entries.newestSeconds);
  return {
    ...known,
    problems,
    notes: [...unknownTypes(entries), ...notesOf(policy, files)],
    blobs: blobs.count,
    ...(when && { asOf: when }),
  };
}

function openHead(files: ExportFiles, policy: Policy): WitnessedCheckpoint {
  if (!files.stats('.')?.isDirectory()) throw new Found('NOT_AN_EXPORT', '.', 'is no folder');
  if (files.stats('checkpoint.unfinished')) {
    throw new Found(
      'NOT_AN_EXPORT',
      'checkpoint.unfinished',
      'the export was not finished; export into the folder again',
    );
  }
  const note = files.read('checkpoint', noteBytesMax, 'MALFORMED_CHECKPOINT');
  if (!note) throw new Found('NOT_AN_EXPORT', 'checkpoint', 'is missing');
  const head = openSigned(policy, note, 'checkpoint');
  const { size } = head.checkpoint;
  if (size > sizeMax)
    throw new Found('FAILED', 'checkpoint', `signs ${size} entries, more than this verifier can count`);
  return head;
}

function keysProblems(files: ExportFiles, origin: string, { keys }: KeyHistory): Problem[] {
  const file = files.read('keys.json', keysBytesMax, 'EDITED');
  return file ? checkKeysFile(file, origin, keys) : [];
}

/** What is wrong beside the entries. */
function beside(
  policy: Policy,
  asked: Asked,
  head: WitnessedCheckpoint,
  layout: Layout,
  entries?: EntriesRead,
): Problem[] {
  const problems = [...layout.problems];
  if (!head.quorumMet) {
    const cosigned = witnessesOf(head).join(', ') || 'none';
    problems.push({ word: 'BELOW_QUORUM', where: 'checkpoint', says: `too few witnesses cosigned it: ${cosigned}` });
  }
  if (asked.maxAgeSeconds !== undefined && (entries || head.cosignatures.length > 0)) {
    const stale = judgeAge(asOf(policy, head, entries?.newestSeconds), asked.maxAgeSeconds, asked.nowSeconds);
    if (stale) problems.push(stale);
  }
  return problems;
}

/** No fault of the log: a build that is newer than these schemas may have written them. */
function unknownTypes({ unknown }: EntriesRead): string[] {
  return [...unknown].map(
    ([named, place]) =>
      `no schema of ${named} is known (entry ${place} is the first): --schemas names a newer file of them`,
  );
}

/** The policy in the export is whoever made the export's; it is believed in nothing, but an inspector may want to know. */
function notesOf({ logs }: Policy, files: ExportFiles): string[] {
  const own = files.read('log.policy', policyBytesMax, 'FOREIGN_FILE');
  if (!own) return [];
  const notes: string[] = [];
  try {
    const known = new Set(logs.map(({ verifier }) => formatVkey(verifier.key)));
    const others = parsePolicy(own).logs.filter(({ verifier }) => !known.has(formatVkey(verifier.key)));
    if (others.length > 0) notes.push('log.policy in the export names log keys that your policy does not');
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    notes.push('log.policy in the export is malformed');
  }
  return notes;
}

const witnessesOf = ({ cosignatures }: WitnessedCheckpoint): string[] =>
  cosignatures.map(({ witness }) => witness.name);
