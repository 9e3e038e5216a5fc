// derbes-verify witness: how does a regulator run a witness of her own? One folder, one key, one process.
import { parseArgs } from 'node:util';
import { claimFolder } from './folder-claim.js';
import { Evidence } from './evidence.js';
import { keepOwnKey, newOwnKey, readOwnKey } from './own-key.js';
import { bodyBytesMax, listen, type Listening } from './server.js';
import { StateFile } from './state-file.js';
import { readTrustedLogs } from './trusted-logs.js';
import { Witness, type Happening } from './witness.js';
import { WitnessError } from './witness-error.js';

const usage = `derbes-verify witness init DIR --name NAME [--json]
derbes-verify witness serve DIR --logs FILE [--listen 127.0.0.1:8090]
derbes-verify witness status DIR [--json]

A witness cosigns a log's checkpoint when it follows from the last one that it cosigned, and never else.
  init    makes DIR with a key of its own and prints the vkey: NAME is a name such as regulator.example/witness
  serve   answers C2SP tlog-witness: POST /add-checkpoint (at most ${bodyBytesMax} bytes), GET /<SHA-256 of the origin>/checkpoint
          FILE is a C2SP tlog-policy, such as the log.policy of an export; its log lines say what is watched
  status  what was cosigned last; may be asked while it serves

Exit codes: 0 done, 1 refused (CODE: why, on stderr), 2 wrong command line.
`;

const defaultListen = '127.0.0.1:8090';

export interface WitnessIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when the process is told to stop. */
  readonly stopped: () => Promise<void>;
  readonly clock: () => Date;
  /** See `WitnessParts`. */
  readonly persisted?: () => void;
}

/** Carries out one command line of a witness; answers the exit code. */
export async function witnessCommand(args: readonly string[], io: WitnessIo): Promise<number> {
  const [word, ...rest] = args;
  try {
    if (word === 'init') return init(rest, io);
    if (word === 'serve') return await serve(rest, io);
    if (word === 'status') return status(rest, io);
    const asked = word === 'help' || word === '--help' || word === '-h';
    (asked ? io.out : io.err)(usage);
    return asked ? 0 : 2;
  } catch (error) {
    if (!(error instanceof WitnessError)) throw error;
    io.err(`${error.code}: ${error.message}\n${error.code === 'WITNESS_USAGE' ? `\n${usage}` : ''}`);
    return error.code === 'WITNESS_USAGE' ? 2 : 1;
  }
}

const options = {
  json: { type: 'boolean' },
  name: { type: 'string' },
  logs: { type: 'string' },
  listen: { type: 'string' },
} as const;
type Option = keyof typeof options;

/** The one folder and the options of a command line. Throws WITNESS_USAGE. */
function read(args: readonly string[], allowed: readonly Option[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, ...more] = positionals;
    const foreign = (Object.keys(values) as Option[]).find((name) => !allowed.includes(name));
    if (folder === undefined || more.length > 0) throw new Error('name one folder, DIR');
    if (foreign !== undefined) throw new Error(`--${foreign} is not of this command`);
    return { folder, ...values };
  } catch (error) {
    throw new WitnessError('WITNESS_USAGE', error instanceof Error ? error.message : 'the command line is wrong');
  }
}

function init(args: readonly string[], { out }: WitnessIo): number {
  const { folder, name, json } = read(args, ['name', 'json']);
  if (name === undefined) throw new WitnessError('WITNESS_USAGE', '--name says how the witness is called');
  const { vkey, content } = newOwnKey(name);
  // The key last: where there is one, there is a state.
  StateFile.make(folder);
  keepOwnKey(folder, content);
  out(json ? `${JSON.stringify({ vkey })}\n` : `${vkey}\n`);
  return 0;
}

async function serve(args: readonly string[], io: WitnessIo): Promise<number> {
  const { folder, logs: file, listen: at = defaultListen } = read(args, ['logs', 'listen']);
  if (file === undefined) throw new WitnessError('WITNESS_USAGE', '--logs names the file of what is watched');
  const place = placeOf(at);
  const logs = readTrustedLogs(file);
  const key = readOwnKey(folder);
  const release = claimFolder(folder);
  try {
    const state = StateFile.open(folder, key.verifier);
    const say = (line: object) => io.out(`${JSON.stringify({ at: io.clock().toISOString(), ...line })}\n`);
    const evidence = new Evidence(folder, () => say({ what: 'evidence-not-kept' }));
    const told = (happening: Happening) => say(happening);
    const { clock, persisted } = io;
    const witness = new Witness({ key, state, logs, evidence, clock, told, ...(persisted && { persisted }) });
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    const listening = await listen(witness, place, fail);
    say({ what: 'serving', url: urlOf(listening), witness: key.vkey, logs: logs.origins });
    try {
      await Promise.race([io.stopped(), failed]);
    } finally {
      await listening.close();
    }
    say({ what: 'stopped' });
    return 0;
  } finally {
    release();
  }
}

function status(args: readonly string[], { out }: WitnessIo): number {
  const { folder, json } = read(args, ['json']);
  const { vkey, verifier } = readOwnKey(folder);
  const forks = new Evidence(folder, () => undefined).files;
  const logs = StateFile.open(folder, verifier).all.map(({ origin, size, root, time }) => ({
    origin,
    size,
    root: root.toString('base64'),
    cosigned: new Date(time * 1000).toISOString(),
  }));
  if (json) {
    out(`${JSON.stringify({ vkey, logs, forks })}\n`);
    return 0;
  }
  const lines = logs.map(
    ({ origin, size, root, cosigned }) => `${origin}\n  ${size} entries, ${root}\n  ${cosigned}\n`,
  );
  const warning = forks.map((fork) => `FORK: two notes of one size that contradict each other: ${fork}\n`);
  out(`${vkey}\n${lines.length > 0 ? lines.join('') : 'nothing cosigned yet\n'}${warning.join('')}`);
  return 0;
}

/** `127.0.0.1:8090` or `[::1]:8090`. Throws WITNESS_USAGE. */
function placeOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535))
    throw new WitnessError('WITNESS_USAGE', '--listen is an address and a port, such as 127.0.0.1:8090');
  return { host, port };
}

const urlOf = ({ host, port }: Listening): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
