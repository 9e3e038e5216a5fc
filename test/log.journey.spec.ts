// Can a stranger check what the service answered, with files alone, when the service is gone? Told, received, exported, verified.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { leafHash, parsePolicy, parseTlogProof, verifyTlogProof } from '@derbes/transparency';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { collected } from './kiberon.js';
import { Journey, journeyMsMax, type Role } from './service-process.js';

jest.setTimeout(journeyMsMax);

const bin = join(import.meta.dirname, '..', 'bin');
const email = 'receipt@example.kz';
const tellsMax = 100;
let journey: Journey;

async function node(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(bin, program), ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

const derbes = (role: Role, ...args: readonly string[]) =>
  node('derbes.mjs', args, { DERBES_URL: journey.service.url, DERBES_KEY: journey.keys[role] });
const verify = (...args: readonly string[]) => node('verify.mjs', args);
const placed = (name: string): string => join(journey.places.root, name);

beforeAll(async () => {
  journey = await Journey.begin();
});
afterAll(async () => {
  await journey?.end();
});

/** Told until the checkpoint that covers it has so many signatures: the new key signs as soon as the log has taken it in. */
async function toldUnder(signatures: number): Promise<string> {
  for (let attempt = 0; attempt < tellsMax; attempt++) {
    const told = await journey.as('emitter').tell(collected(email, { values: { email } }), '?wait=receipt');
    const { checkpoint = '' } = told.json<{ checkpoint?: string }>();
    if (checkpoint.split('\n— ').length - 1 === signatures) return checkpoint;
  }
  throw new Error(`no checkpoint had ${signatures} signatures`);
}

describe('a log whose signing key is changed', () => {
  it('is signed by both keys, and who trusts either of them verifies the whole of it', async () => {
    const policy = async () => (await journey.as('auditor').get('/log/log.policy')).text;
    writeFileSync(placed('old-key'), await toldUnder(1));
    writeFileSync(placed('old.policy'), await policy());
    const rotated = await derbes('admin', 'log', 'rotate-key');
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining('+') });
    writeFileSync(placed('both-keys'), await toldUnder(2));
    writeFileSync(placed('new.policy'), await policy());
    expect(readFileSync(placed('new.policy'), 'utf8')).toContain(rotated.stdout.trim());
    expect(readFileSync(placed('old.policy'), 'utf8')).not.toContain(rotated.stdout.trim());
    const to = ['export', placed('rotated'), '--policy', placed('old.policy')];
    expect(await derbes('auditor', ...to)).toMatchObject({ code: 0 });
    const kept = ['--checkpoint', placed('old-key'), '--checkpoint', placed('both-keys')];
    for (const trusted of ['old.policy', 'new.policy']) {
      const verdict = await verify(placed('rotated'), '--policy', placed(trusted), ...kept);
      expect(verdict).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK/) });
    }
    // A key that never signed this log is believed by nobody.
    const foreign = readFileSync(placed('old.policy'), 'utf8').replace(
      /[A-Za-z0-9+/]{40}(?=[A-Za-z0-9+/=]*$)/m,
      'A'.repeat(40),
    );
    writeFileSync(placed('foreign.policy'), foreign);
    expect((await verify(placed('rotated'), '--policy', placed('foreign.policy'))).code).not.toBe(0);
  });
});

describe('what a service told', () => {
  it('is under a signed checkpoint, proved by a receipt and opened to its person, all checked without the service', async () => {
    const told = await journey.as('emitter').tell(collected(email, { values: { email } }), '?wait=receipt');
    expect(told.status).toBe(201);
    const { checkpoint } = told.json<{ checkpoint: string }>();
    writeFileSync(placed('emitters-checkpoint'), checkpoint);
    writeFileSync(placed('trusted.policy'), (await journey.as('auditor').get('/log/log.policy')).text);

    const reason = 'subject-request';
    const officer = journey.as('officer');
    const search = { identifier: { scheme: 'email', value: email } };
    const found = await officer.post('/v1/subjects/search', search, { reason });
    const [{ subject = '' } = {}] = found.json<{ subjects: { subject: string }[] }>().subjects;
    const timeline = (await officer.get(`/v1/subjects/${subject}/timeline`, { reason })).json<{
      lines: { type: string; event: string }[];
    }>();
    const event = timeline.lines.find(({ type }) => type === 'DataCollected')?.event ?? '';
    const handed = ['--to', placed('hers'), '--opening', '--reason', 'subject-request'];
    expect(await derbes('officer', 'receipt', event, ...handed)).toMatchObject({ code: 0 });
    expect(await derbes('auditor', 'export', placed('export'), '--policy', placed('trusted.policy'))).toMatchObject({
      code: 0,
    });
    await journey.service.stop();

    const proof = parseTlogProof(readFileSync(join(placed('hers'), `${event}.tlog-proof`)));
    const entry = proof.extra ?? Buffer.alloc(0);
    verifyTlogProof(proof, leafHash(entry), parsePolicy(readFileSync(placed('trusted.policy'))));
    expect(JSON.parse(entry.toString())).toMatchObject({ id: event, type: 'DataCollected' });
    expect(readFileSync(join(placed('hers'), `${event}.opening.json`), 'utf8')).toContain(email);
    const kept = [
      ...['--checkpoint', placed('emitters-checkpoint')],
      ...['--receipt', join(placed('hers'), `${event}.tlog-proof`)],
    ];
    const verdict = await verify(placed('export'), '--policy', placed('trusted.policy'), ...kept);
    expect(verdict).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK/) });
    // And it is the events that were verified: one of them changed is found.
    const bundles = join(placed('export'), 'tile/entries');
    const [bundle = ''] = readdirSync(bundles, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const bytes = readFileSync(bundle);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(bundle, bytes);
    const edited = await verify(placed('export'), '--policy', placed('trusted.policy'));
    expect(edited).toMatchObject({ code: 22, stdout: expect.stringMatching(/^EDITED/) });
  });
});
