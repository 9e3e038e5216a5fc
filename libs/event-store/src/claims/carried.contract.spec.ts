// Are claims that an older database has otherwise completed by those that come back, and never doubled?
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { eventStoreMigrations } from '../migrations.js';
import { claimsOfEvents, putClaims, putReservations, reservationsAmong, type CarriedClaim } from './carried.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase(eventStoreMigrations);
});
afterEach(() => db.drop());

const stream = 'subject-00000000-0000-4000-8000-000000000001';
const claimOf = (ids: readonly string[], more: Partial<CarriedClaim> = {}): CarriedClaim => ({
  token: randomBytes(32).toString('hex'),
  kind: 'fact',
  state: 'landed',
  outcome: '{"status":"recorded"}',
  of: ids.length,
  events: ids.map((id, place) => ({ id, place })),
  ...more,
});
const standing = (...ids: string[]) => new Map(ids.map((id, revision) => [id, { type: 'DataUsed', stream, revision }]));

async function open({ token, outcome }: CarriedClaim, ids: readonly string[]): Promise<void> {
  await db.app.query(
    `insert into claim (token, attempt, kind, state, outcome) values (decode($1, 'hex'), gen_random_uuid(), 'command', 'open', $2)`,
    [token, outcome],
  );
  for (const [place, id] of ids.entries()) {
    await db.app.query(
      `insert into claim_event (id, token, place, type, stream_id, expected_revision, body)
       values ($1, decode($2, 'hex'), $3, 'DataUsed', $4, 7, '{}')`,
      [id, token, place, stream],
    );
  }
}

async function rows(): Promise<{ state: string; id: string; revision: number; waits: boolean }[]> {
  const { rows } = await db.app.query<{ state: string; id: string; revision: number; waits: boolean }>(
    `select c.state, e.id, e.expected_revision + 1 as revision, e.body is not null as waits
     from claim c left join claim_event e on e.token = c.token order by e.place`,
  );
  return rows;
}

it('comes back as it went, and again without change', async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  const claim = claimOf([one, two], { check: 'ab'.repeat(32), checkEvent: one });
  for (let times = 0; times < 2; times++) {
    expect(await putClaims(db.app, [claim], standing(one, two))).toEqual([]);
    expect(await claimsOfEvents(db.app, [two, one])).toEqual([claim]);
  }
  expect((await rows()).map(({ revision }) => revision)).toEqual([0, 1]);
});

it('is left out where none of its events comes back, and completed by the bundle that has the others', async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  const claim = claimOf([one, two]);
  await putClaims(db.app, [claim], standing());
  expect(await rows()).toEqual([]);
  await putClaims(db.app, [claim], standing(one));
  await putClaims(db.app, [claim], standing(two));
  expect(await claimsOfEvents(db.app, [one, two])).toEqual([claim]);
});

it('that was open here has landed once all its events are back, and its places are those of the log', async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  const claim = claimOf([one, two]);
  await open(claim, [one, two]);
  expect(await putClaims(db.app, [claim], standing(one))).toEqual([]);
  expect((await rows()).map(({ state, waits }) => [state, waits])).toEqual([
    ['open', false],
    ['open', true],
  ]);
  expect(await putClaims(db.app, [claim], standing(one, two))).toEqual([Buffer.from(claim.token, 'hex')]);
  expect(await rows()).toEqual([
    { state: 'landed', id: one, revision: 0, waits: false },
    { state: 'landed', id: two, revision: 1, waits: false },
  ]);
});

it('that was open here under other events was decided anew: what the log has stands', async () => {
  const [former, later] = [randomUUID(), randomUUID()];
  const claim = claimOf([later]);
  await open(claim, [former]);
  await putClaims(db.app, [claim], standing(later));
  expect(await rows()).toEqual([{ state: 'landed', id: later, revision: 0, waits: false }]);
});

it('takes the place of an id that was kept for it; ids of pairs that nobody told stay kept', async () => {
  const [told, untold] = [randomUUID(), randomUUID()];
  const claim = claimOf([told]);
  const kept = { token: randomBytes(32).toString('hex'), id: untold };
  await putReservations(db.app, [{ token: claim.token, id: told }, kept]);
  await putClaims(db.app, [claim], standing(told));
  await putReservations(db.app, [{ token: claim.token, id: told }, kept]);
  const { rows: reserved } = await db.app.query('select event_id as id from claim_reserved');
  expect(reserved).toEqual([{ id: untold }]);
  const among = await reservationsAmong(db.app, [told, untold, randomUUID()]);
  expect(new Set(among)).toEqual(new Set([{ token: claim.token, id: told }, kept]));
});
