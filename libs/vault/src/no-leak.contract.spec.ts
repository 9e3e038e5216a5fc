// Does any value reach PostgreSQL's files in a form that somebody without the keep could read?
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedPostgres } from '@derbes/postgres';
import { testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  makeKeep,
  noRows,
  normalise,
  Vault,
  vaultMigrations,
  vaultParticipant,
  VaultError,
  type VaultRows,
} from './index.js';
import { findBytes, type Hit } from './testing.js';

/** Every file of the server is read, more than once. */
const searchMsMax = 180_000;

let db: TestDatabase;
/** Of this file alone: what other files leave and drop meanwhile would be searched too, and vanish under the search. */
let server: EmbeddedPostgres;
let scratch: string;
let vault: Vault;
const logged: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-leak-'));
  server = await startEmbedded({ dataDir: join(scratch, 'server'), throwaway: true });
  process.env['DERBES_TEST_POSTGRES'] = JSON.stringify(server.connection);
  db = await testDatabase(vaultMigrations);
  const keep = await makeKeep({ keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') });
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
});

afterAll(async () => {
  await db?.drop();
  await server?.stop();
  await rm(scratch, { recursive: true });
});

/** Searches every file of the server after a checkpoint: heap, indexes, WAL, statistics. */
async function searchServer(needles: string[]): Promise<Hit[]> {
  const admin = new pg.Client(testServer());
  await admin.connect();
  try {
    await admin.query('checkpoint');
    const { rows } = await admin.query<{ data_directory: string }>('show data_directory');
    return await findBytes(needles, { paths: [rows[0]?.data_directory ?? 'unknown'] });
  } finally {
    await admin.end();
  }
}

const sealed = {
  email: `aigerim.${randomUUID()}@example.kz`,
  name: `Айгерім ${randomUUID()}`,
  form: { text: `free text ${randomUUID()}`, nested: [`deep ${randomUUID()}`] },
};
const account = `account-${randomUUID()}`;
const clientId = `client-${randomUUID()}`;
const source = `urn:x:${randomUUID()}`;
const needles = [sealed.email, sealed.name, sealed.form.text, ...sealed.form.nested, account, clientId];

it(
  'sealed values, identifiers and client ids stand in no file of the server, no error and no answer',
  async () => {
    const identifiers = [normalise('email', sealed.email), normalise('account', account)].map((one) => {
      if ('code' in one) throw new Error(one.reason);
      return vault.token(one);
    });
    const claim = vault.claimToken(source, clientId);
    const unit = await vault.withKeys((ring) => {
      const owner = ring.newOwner('subject', randomUUID(), claim);
      const eventId = randomUUID();
      const at = { owner: owner.owner, stream: owner.owner, eventId };
      const parts = Object.entries(sealed).map(([category, value], p) =>
        ring.seal({ ...at, p: String(p), category, value }),
      );
      const check = ring.makeCheck({ ...at, received: { id: clientId, source, data: sealed } });
      const ref = ring.makeRef(at);
      const tokens = identifiers.map((one) => vault.tokenRow(one, owner.owner, claim));
      const rows: VaultRows = {
        owners: [owner],
        pks: [...parts.map(({ pk }) => pk), check.pk, ref],
        parts: parts.map(({ row }) => row),
        tokens: [...tokens, vault.refFor(ring, ref, source).row],
        moves: [],
        live: [],
      };
      return Promise.resolve(rows);
    });
    const tx = await db.app.connect();
    tx.on('notice', (notice) => logged.push(JSON.stringify(notice)));
    await tx.query('begin');
    await vaultParticipant.conflicts(tx, [unit]);
    await vaultParticipant.write(tx, [unit]);
    await tx.query('commit');
    // The same rows again: what PostgreSQL says of a duplicate key goes to logs and answers.
    const duplicate = await vaultParticipant.write(tx, [unit]).catch((error: unknown) => error);
    logged.push(JSON.stringify(duplicate), String(duplicate));
    tx.release();
    expect(duplicate).toMatchObject({ code: '23505' });
    await vault.lookup(identifiers);
    const [{ owner: from } = { owner: 'subject-' as const }] = unit.owners;
    const freed = identifiers.map((one) =>
      vault.tokenMove(one, { from, since: '2026-11-20T09:00:00Z', until: '2026-11-21T09:00:00Z', claim: null }),
    );
    const officer = await db.app.connect();
    await vaultParticipant.write(officer, [{ ...noRows, moves: freed }]);
    officer.release();
    expect((await vault.holders(identifiers)).size).toBe(identifiers.length);
    const long = await vault
      .withKeys((ring) => {
        const { owner } = ring.newOwner('subject', randomUUID(), null);
        const value = sealed.name.repeat(3_000);
        ring.seal({ owner, stream: owner, eventId: randomUUID(), p: '0', category: 'name', value });
        return Promise.resolve('sealed');
      })
      .catch((error: unknown) => error);
    expect(long).toBeInstanceOf(VaultError);
    logged.push(String(long));

    expect(await searchServer(needles)).toEqual([]);
    expect(await findBytes(needles, { paths: [scratch], buffers: { logged: logged.join('\n') } })).toEqual([]);
  },
  searchMsMax,
);

it(
  'the search would have found them: planted values are found in the heap and in the WAL, in each form',
  async () => {
    const planted = Array.from({ length: 4 }, () => `planted-${randomBytes(9).toString('hex')}-Ә`);
    const [plain = '', base64 = '', hex = '', wide = ''] = planted;
    await db.owner.query('create table planted (a text, b text, c text, d bytea)');
    await db.owner.query('insert into planted values ($1, $2, $3, $4)', [
      plain,
      Buffer.from(`xy${base64}`).toString('base64'),
      Buffer.from(hex).toString('hex'),
      Buffer.from(wide, 'utf16le'),
    ]);
    const hits = await searchServer(planted);
    for (const [needle, form] of [
      [plain, 'plain'],
      [base64, 'base64 at 2'],
      [hex, 'hex'],
      [wide, 'utf16le'],
    ]) {
      const places = hits.filter((hit) => hit.needle === needle && hit.form === form).map(({ where }) => where);
      expect(places.some((where) => where.includes('/base/'))).toBe(true);
      expect(places.some((where) => where.includes('/pg_wal/'))).toBe(true);
    }
  },
  searchMsMax,
);
