// Does anything that was to be destroyed stand in the bytes of the ledger's files, its backups and logs?
import { type Progress } from '../progress.js';
import { codeOf, filesUnder, isGone, type Unread } from './files.js';
import { Matcher } from './matcher.js';
import { scanFile } from './scan.js';
import { patternsOf, type Form, type Wanted } from './wanted.js';

/** Places that are told one by one; the rest are counted. */
const findingsMax = 1_000;
const unreadMax = 1_000;

export interface Finding {
  readonly kind: Wanted['kind'];
  readonly line: number;
  readonly form: Form;
  readonly file: string;
  readonly offset: number;
  /** The offset is in what the file holds packed. */
  readonly unpacked?: true;
}

export interface Audited {
  readonly files: number;
  readonly bytes: number;
  /** Places in all. */
  readonly found: number;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly unread: readonly Unread[];
}

export interface Asked {
  readonly wanted: readonly Wanted[];
  /** Folders, or single files. */
  readonly places: readonly string[];
  /** The file that names what is looked for, which is not searched. */
  readonly named?: string;
}

/** Reads every file whole, a mebibyte at a time. `told` hears of a finding at once. */
export async function audit(
  { wanted, places, named }: Asked,
  progress: Progress,
  told: (finding: Finding) => void,
): Promise<Audited> {
  const matcher = new Matcher(wanted.flatMap(patternsOf));
  const unread: Unread[] = [];
  const note = (what: Unread): void => {
    if (unread.length < unreadMax) unread.push(what);
  };
  let of = 0;
  for await (const { bytes } of filesUnder(places, () => undefined, named)) of += bytes;
  progress.phase('scanning', of, 'bytes');
  let [files, bytes, found] = [0, 0, 0];
  const findings: Finding[] = [];
  for await (const { path } of filesUnder(places, note, named)) {
    try {
      await scanFile(
        path,
        matcher,
        ({ pattern: { wanted: one, form }, offset, unpacked }) => {
          const finding = { kind: one.kind, line: one.line, form, file: path, offset, ...(unpacked && { unpacked }) };
          if (found++ >= findingsMax) return;
          findings.push(finding);
          told(finding);
        },
        (read) => progress.at((bytes += read)),
      );
      files++;
    } catch (error) {
      if (!isGone(error)) note({ path, code: codeOf(error) });
    }
  }
  return { files, bytes, found, findings, unread };
}
