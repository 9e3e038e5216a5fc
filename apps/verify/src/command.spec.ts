import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cosignedSeconds,
  ledgerEvents,
  logSigner,
  policyOf,
  receiptOf,
  witnessSigner,
  writeExport,
} from './testing/test-log.js';
import { meanings } from './verdict.js';

const root = join(import.meta.dirname, '..', '..', '..');
const size = 21_000;
const signing = { log: logSigner(), witnesses: [witnessSigner('a')] };

let scratch: string;
let program: string;
let folder: string;
let policy: string;

/** The one file, alone in a folder, as an inspector has it. */
function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: scratch,
    encoding: 'utf8',
  });
  return { exit: status, out: stdout, err: stderr };
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'derbes-verify-'));
  program = join(scratch, 'verify.mjs');
  const bundle = 'import("./bin/build.mjs").then((build) => build.bundleVerifier(process.argv[1]))';
  execFileSync(process.execPath, ['-e', bundle, program], { cwd: root });
  folder = join(scratch, 'export');
  policy = join(scratch, 'log.policy');
  writeExport(folder, ledgerEvents(size), signing);
  writeFileSync(policy, policyOf(signing.log, signing.witnesses));
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('verify.mjs, the one file', () => {
  it('imports nothing but what Node brings', () => {
    const imported = [...readFileSync(program, 'utf8').matchAll(/^import .* from "([^"]+)";$/gm)].map(
      ([, from]) => from,
    );
    expect(imported.length).toBeGreaterThan(0);
    for (const from of imported) expect(from).toMatch(/^node:/);
  });

  it('says OK in one line, with threads, and leaves stderr alone', () => {
    const { exit, out, err } = run(folder, '--policy', policy);
    expect(out).toMatch(
      /^OK ledger\.example\/test: 21000 entries, root \S{44}, cosigned by w0, as of 2026-11-20T12:00:00Z \(witnesses\)\n$/,
    );
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });

  it('finds one changed byte in the middle, with threads, and says where', () => {
    const path = join(folder, 'tile/entries/041');
    const bytes = readFileSync(path);
    copyFileSync(path, join(scratch, 'kept'));
    bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { exit, out } = run(folder, '--policy', policy);
    copyFileSync(join(scratch, 'kept'), path);
    expect({ exit, out }).toEqual({
      exit: 22,
      out: expect.stringMatching(/^EDITED entry 105\d\d: has other bytes than were signed\n$/) as string,
    });
  });

  it('answers programs with one object', () => {
    const { exit, out } = run(folder, '--policy', policy, '--max-age', '1s', '--json');
    expect(JSON.parse(out)).toMatchObject({
      ...{ verdict: 'STALE', exit: 18, origin: 'ledger.example/test', size, cosigned: ['w0'], notes: [] },
      asOf: { at: new Date(cosignedSeconds * 1000).toISOString().replace('.000', ''), by: 'witnesses' },
      problems: [{ word: 'STALE', where: 'checkpoint' }],
    });
    expect(exit).toBe(18);
  });

  it('compares with older checkpoints and receipts that it is given', () => {
    const older = join(scratch, 'older');
    writeFileSync(join(scratch, 'old.checkpoint'), writeExport(older, ledgerEvents(100), signing));
    const receipt = receiptOf([...ledgerEvents(100)], 50, readFileSync(join(older, 'checkpoint'), 'utf8'));
    writeFileSync(join(scratch, 'mine.tlog-proof'), receipt);
    const kept = ['--checkpoint', 'old.checkpoint', '--receipt', 'mine.tlog-proof'];
    expect(run(folder, '--policy', policy, ...kept)).toMatchObject({ exit: 0 });
    writeExport(join(scratch, 'rolled'), ledgerEvents(60), signing);
    expect(run(join(scratch, 'rolled'), '--policy', policy, ...kept)).toMatchObject({
      exit: 20,
      out: expect.stringContaining('ROLLED_BACK old.checkpoint: signs 100 entries, and the export shows 60') as string,
    });
  });

  it('takes the schemas of a newer build, with threads', () => {
    const published = readFileSync(join(root, 'docs', 'event-schemas.json'), 'utf8');
    const narrower = { ...(JSON.parse(published) as { $defs: object }) };
    narrower.$defs = { ...narrower.$defs, 'SubjectRegistered@1': { const: 'nothing' } };
    writeFileSync(join(scratch, 'as-published.json'), published);
    writeFileSync(join(scratch, 'narrower.json'), JSON.stringify(narrower));
    expect(run(folder, '--policy', policy, '--schemas', 'as-published.json')).toMatchObject({ exit: 0 });
    expect(run(folder, '--policy', policy, '--schemas', 'narrower.json')).toMatchObject({
      exit: 35,
      out: expect.stringMatching(/^BAD_FACTS entry 6: breaks the schema of SubjectRegistered@1: /) as string,
    });
  });

  it.each([
    [[]],
    [['export', '--policy', 'log.policy', '--schemas', 'log.policy']],
    [['export', 'more', '--policy', 'log.policy']],
    [['export']],
    [['export', '--policy', 'nothing-there']],
    [['export', '--policy', 'log.policy', '--max-age', 'soon']],
    [['export', '--policy', 'log.policy', '--trust-me']],
  ])('refuses %j as USAGE', (words) => {
    expect(run(...words)).toMatchObject({ exit: 2, out: expect.stringMatching(/^USAGE /) as string });
  });

  it('tells every word and exit code in --help, each code once', () => {
    const { exit, out } = run('--help');
    expect(exit).toBe(0);
    for (const [word, { exit: code }] of Object.entries(meanings))
      expect(out).toMatch(new RegExp(`^ +${code} +${word} `, 'm'));
    const codes = Object.values(meanings).map((one) => one.exit);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('is the entry of the witness, too', () => {
    expect(run('witness', '--help')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('witness serve') as string,
    });
  });
});

it('docs/verification.md explains every word with its exit code', () => {
  const text = readFileSync(join(root, 'docs', 'verification.md'), 'utf8');
  for (const [word, { exit }] of Object.entries(meanings)) expect(text).toContain(`| ${exit} | \`${word}\` |`);
});
