// Is a LOG_POLICY that cannot be relied on refused before anything is signed?
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cosigner, formatVkey } from '@derbes/transparency';
import { SampleLog } from '@derbes/transparency/testing.js';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWitnessPolicy } from './witness-policy.js';

const vkey = formatVkey(cosigner('witness.example/w', generateKeyPairSync('ed25519').privateKey, 1).key);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'derbes-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string | Buffer): string {
  const path = join(folder, 'log.policy');
  writeFileSync(path, text);
  return path;
}

it('is read for its witnesses and its quorum, and not for the keys of the log', () => {
  const policy = readWitnessPolicy(
    written(`log ${new SampleLog().vkey}\nwitness w ${vkey} https://w.example\nquorum w\n`),
  );
  expect(policy).toMatchObject({ logs: [], witnesses: [{ name: 'w', url: 'https://w.example' }] });
  expect(policy.quorum).toBe(policy.witnesses[0]);
});

it('may be absent: then nobody is asked', () => {
  expect(readWitnessPolicy(undefined)).toEqual({ logs: [], witnesses: [], groups: [], quorum: 'none' });
});

it.each([
  ['empty', ''],
  ['without a quorum', `witness w ${vkey}\n`],
  ['with a quorum of nobody it names', `witness w ${vkey}\nquorum v\n`],
  ['with a witness twice', `witness w ${vkey}\nwitness v ${vkey}\nquorum w\n`],
  ['with a log’s key for a witness', `witness w ${new SampleLog().vkey}\nquorum w\n`],
  ['too long', Buffer.alloc(300_000, '\n')],
])('is refused when it is %s', (_, text) => {
  expect(() => readWitnessPolicy(written(text))).toThrow(expect.objectContaining({ code: 'LOG_POLICY_WRONG' }));
});

it('is refused when it is not there', () => {
  const missing = join(folder, 'missing');
  expect(() => readWitnessPolicy(missing)).toThrow(`LOG_POLICY (${missing}): it cannot be read`);
});
