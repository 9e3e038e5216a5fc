// Does a running ledger publish a log of its events that anybody can verify with the key that it names?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ed25519Verifier, openCheckpoint, parsePolicy, RightEdge, tilesBetween } from '@derbes/transparency';
import { LogDirectory } from '@derbes/transparency/files.js';
import { followPages } from '@derbes/event-store';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fact, silent, tell, testLedger, type TestLedger } from '../testing.js';
import { Delivery } from '../delivery/delivery.js';
import { startWorker, type Worker } from '../worker/worker.js';

const waitMsMax = 60_000;
const lookMs = 10;

let test: TestLedger;
let worker: Worker;
let directory: LogDirectory;

beforeAll(async () => {
  test = await testLedger();
  directory = new LogDirectory(test.settings.logDir);
  worker = await startWorker(test.ledger, new Delivery(test.ledger, test.settings), silent);
});
afterAll(async () => {
  await worker?.stop();
  await test?.close();
});

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + waitMsMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to hold within a minute');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Bytes of every event, in the store's order. */
async function events(): Promise<string[]> {
  const all: string[] = [];
  for await (const page of followPages(test.ledger.store, { until: 'head' }))
    all.push(...page.map(({ bytes }) => bytes));
  return all;
}

/** As somebody checks it who has the policy file and the origin, and nothing of ours but the pure part. */
async function checked(): Promise<{ readonly size: number; readonly signatures: number; readonly entries: string[] }> {
  const { logs } = parsePolicy((await directory.readPolicy()) ?? '');
  const note = (await directory.readCheckpoint()) ?? '';
  const { checkpoint, verified } = openCheckpoint(
    note,
    `derbes.local/${test.ledger.id}`,
    logs.map(({ verifier }) => verifier),
  );
  const edge = new RightEdge();
  const entries: string[] = [];
  for (const { level, index, width } of tilesBetween(0, checkpoint.size)) {
    if (level !== 'entries') continue;
    for (const entry of await directory.readEntries(index, width)) {
      edge.appendEntry(entry);
      entries.push(Buffer.from(entry).toString());
    }
  }
  expect(edge.root()).toEqual(checkpoint.root);
  return { size: checkpoint.size, signatures: verified.length, entries };
}

const isWhole = async (): Promise<boolean> => worker.sequencer.status().publishedSize === (await events()).length;

describe('the log of a ledger', () => {
  it('holds every event in the store’s order, signed with the key that the ledger names', async () => {
    await tell(
      test.ledger,
      fact('data.collected', {
        subject: { identifiers: [{ scheme: 'email', value: 'leaf@log.example.kz' }] },
        categories: ['email'],
        purposes: ['account'],
        holder: 'crm',
        origin: { kind: 'subject', means: 'web-form' },
        values: { email: 'leaf@log.example.kz' },
      }),
    );
    await until(isWhole);
    const { entries, signatures } = await checked();
    expect(entries).toEqual(await events());
    expect(signatures).toBe(1);
    const [added] = await test.ledger.log.keys.added();
    const { logs } = parsePolicy((await directory.readPolicy()) ?? '');
    expect(ed25519Verifier(logs[0]!.verifier.key).key).toEqual(logs[0]?.verifier.key);
    expect(entries.filter((entry) => entry.includes(`"vkey":"${added?.vkey}"`))).toHaveLength(1);
  });

  it('keeps the private half in the keep alone, readable by its owner', () => {
    const key = join(test.settings.keepDir, 'log-1.key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(statSync(join(test.settings.keepDir, 'log')).mode & 0o777).toBe(0o700);
  });

  it('is signed with a new key and the old one until the overlap ends, and then with the new one alone', async () => {
    const inAMonth = new Date(Date.now() + 30 * 24 * 3_600_000);
    await test.ledger.log.keys.rotate(new Date());
    await until(isWhole);
    await until(async () => (await checked()).signatures === 1);
    expect(await test.ledger.log.keys.tend()).toEqual([1]);
    expect(existsSync(join(test.settings.keepDir, 'log-1.key'))).toBe(false);
    await test.ledger.log.keys.rotate(inAMonth);
    await until(isWhole);
    await until(async () => (await checked()).signatures === 2);
    await expect(test.ledger.log.keys.rotate(inAMonth)).rejects.toMatchObject({ code: 'LOG_KEY_OVERLAP' });
    expect(await test.ledger.log.keys.tend()).toEqual([]);
  });
});
