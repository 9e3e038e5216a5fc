// What was asked for on the command line, and how is the answer told?
import { parseArgs } from 'node:util';
import { noteBytesMax, policyBytesMax, readBounded } from './export-files.js';
import { type Kept } from './earlier.js';
import { FactsForms, NotASchema, type SchemasFile } from './facts-form.js';
import { helpText } from './help.js';
import { ProgressBar } from './progress-bar.js';
import { exitCodeOf, jsonReport, textReport } from './report.js';
import { Found } from './verdict.js';
import { type Asked, type Outcome, verify } from './verify.js';
import { tlogProofBytesMax } from '@derbes/transparency';

export interface VerifyIo {
  readonly out: (text: string) => void;
  readonly err: NodeJS.WriteStream;
  readonly nowSeconds: () => number;
  /** The file that threads run. */
  readonly thread?: URL;
}

const options = {
  policy: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  receipt: { type: 'string', multiple: true },
  'max-age': { type: 'string' },
  schemas: { type: 'string' },
  blobs: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** More files than a shell hands over in one line. */
const keptMax = 100_000;

/** Carries out one command line; answers the exit code. */
export async function verifyCommand(words: readonly string[], io: VerifyIo): Promise<number> {
  const json = words.includes('--json');
  const bar = new ProgressBar(io.err);
  let outcome: Outcome;
  try {
    const { values, positionals } = parsed(words);
    if (values.help) {
      io.out(helpText());
      return 0;
    }
    const asked = askedFor(values, positionals, io.nowSeconds());
    const thread = io.thread && { thread: io.thread };
    const schemas = values.schemas === undefined ? undefined : { schemas: schemasIn(values.schemas) };
    outcome = await verify(asked, { ...thread, ...schemas, progress: (done, of) => bar.show(done, of) });
  } catch (error) {
    outcome = { problems: [problemOf(error)], notes: [] };
  } finally {
    bar.clear();
  }
  io.out(json ? jsonReport(outcome) : textReport(outcome));
  return exitCodeOf(outcome);
}

function problemOf(error: unknown): Found {
  if (error instanceof Found) return error;
  return new Found('FAILED', 'verifier', error instanceof Error ? error.message : String(error));
}

type Values = ReturnType<typeof parsed>['values'];

function askedFor(values: Values, positionals: readonly string[], nowSeconds: number): Asked {
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw usage('one export is to be named');
  if (values.policy === undefined) throw usage('--policy is missing: without it nobody says whom to believe');
  const maxAge = values['max-age'];
  return {
    folder,
    policy: kept(values.policy, policyBytesMax),
    checkpoints: keptFiles(values.checkpoint, noteBytesMax),
    receipts: keptFiles(values.receipt, tlogProofBytesMax),
    blobs: values.blobs ?? false,
    ...(maxAge !== undefined && { maxAgeSeconds: secondsIn(maxAge) }),
    nowSeconds,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not understood');
  }
}

/** The schemas of all events are 60 KB; a later build has more of them, and not a hundred times as many. */
const schemasBytesMax = 8_388_608;

function schemasIn(name: string): SchemasFile {
  const { bytes } = kept(name, schemasBytesMax);
  try {
    const file = JSON.parse(bytes.toString()) as SchemasFile;
    new FactsForms(file).assertUsable();
    return file;
  } catch (error) {
    const why = error instanceof NotASchema ? ` (${error.message})` : '';
    throw usage(`is no file of schemas of events${why}`, name);
  }
}

function keptFiles(names: readonly string[] = [], bytesMax: number): Kept[] {
  if (names.length > keptMax) throw usage(`more than ${keptMax} files of a kind`);
  return names.map((name) => kept(name, bytesMax));
}

function kept(name: string, bytesMax: number): Kept {
  const bytes = readBounded(name, bytesMax, name, 'USAGE');
  if (!bytes) throw usage('is not there', name);
  return { name, bytes };
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90s`, `15m`, `2h` or `7d`. */
function secondsIn(age: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(age) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? NaN);
  if (!Number.isSafeInteger(seconds)) throw usage('is an age such as 90s, 15m, 2h or 7d', '--max-age');
  return seconds;
}

const usage = (says: string, where = 'command line'): Found => new Found('USAGE', where, `${says}; see --help`);
