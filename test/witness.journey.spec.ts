// Do two witnesses see all that a ledger signs, is it told when one is away, and does a ledger that was put back find out by them?
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Journey, journeyMsMax, ServiceProcess, until } from './service-process.js';
import { WitnessProcess } from './witness-process.js';
import { logHealth, publicFile, published, tellPublished } from './witnessed-log.js';

jest.setTimeout(journeyMsMax);

let journey: Journey;
let witnesses: readonly [WitnessProcess, WitnessProcess];
let policy: string;

const copied = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true });
  expect(spawnSync('cp', ['-a', from, to]).status).toBe(0);
};

beforeAll(async () => {
  journey = await Journey.begin();
  const { places } = journey;
  policy = join(places.root, 'log.policy');
  await until('the log names its key', () => publicFile(journey, 'log.policy') !== '' && published(journey));
  await journey.service.stop();
  // What an operator's backup might be: database, keep and log of one moment.
  mkdirSync(join(places.root, 'earlier'));
  for (const dir of ['data', 'keep']) copied(join(places.root, dir), join(places.root, 'earlier', dir));
  const logs = join(places.root, 'logs.policy');
  writeFileSync(logs, publicFile(journey, 'log.policy'));
  witnesses = [
    new WitnessProcess('regulator', join(places.root, 'w1'), logs),
    new WitnessProcess('auditor', join(places.root, 'w2'), logs),
  ];
  for (const witness of witnesses) await witness.start();
  const lines = witnesses.map((witness) => witness.line()).join('');
  writeFileSync(policy, `${lines}group both all regulator auditor\nquorum both\n`);
  journey.service = await ServiceProcess.start(places, { LOG_POLICY: policy });
});
afterAll(async () => {
  await Promise.all((witnesses ?? []).map((witness) => witness.kill()));
  await journey?.end();
});

it('publishes what both cosigned, and says so when one is away until it is back', async () => {
  expect(await tellPublished(journey, 'first')).toBe(201);
  const both = await until('both have cosigned', () => {
    const now = published(journey);
    return now?.quorumMet === true && now;
  });
  expect(both.cosignatures.map(({ witness }) => witness.name)).toEqual(['regulator', 'auditor']);

  const [, auditor] = witnesses;
  await auditor.kill();
  expect(await tellPublished(journey, 'second')).toBe(201);
  const below = await until('it is published below the quorum', () => {
    const now = published(journey);
    return now?.quorumMet === false && now;
  });
  expect(below.checkpoint.size).toBeGreaterThan(both.checkpoint.size);
  expect(below.cosignatures.map(({ witness }) => witness.name)).toEqual(['regulator']);
  const said = await until('health says so', async () => /below quorum: [^"]*/.exec(await logHealth(journey))?.[0]);
  expect(said).toBe('below quorum: auditor WITNESS_UNREACHABLE');

  await auditor.start();
  // Nothing new is told: the same checkpoint is published with what it cosigns.
  const again = await until(
    'both have cosigned again',
    () => published(journey)?.quorumMet === true && published(journey),
  );
  expect(again.checkpoint.size).toBeGreaterThanOrEqual(below.checkpoint.size);
});

it('halts when database, keep and log were put back to before what a witness saw', async () => {
  const { places } = journey;
  const seen = await until(
    'the witnesses saw more',
    () => published(journey)?.quorumMet === true && published(journey),
  );
  await journey.service.stop();
  for (const dir of ['data', 'keep']) copied(join(places.root, 'earlier', dir), join(places.root, dir));
  expect(published(journey)?.checkpoint.size).toBeLessThan(seen.checkpoint.size);
  const signed = publicFile(journey, 'checkpoint');
  journey.service = ServiceProcess.spawn(places, { LOG_POLICY: policy });
  await until('it says where it is', () => /http:\/\//.test(journey.service.stdout));
  const halted = await until('it is halted', async () => /LOG_ROLLED_BACK: [^"]*/.exec(await logHealth(journey))?.[0]);
  expect(halted).toContain(`holds ${seen.checkpoint.size} entries of this log`);
  expect(await tellPublished(journey, 'after')).toBeGreaterThanOrEqual(500);
  // Nothing was signed over what the witnesses hold.
  expect(publicFile(journey, 'checkpoint')).toBe(signed);
});
