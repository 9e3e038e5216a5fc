// Does the vault on a real PostgreSQL keep what it is given, and only for those who still hold the keys?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonValue, type Part } from '@derbes/kernel';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type PoolClient } from 'pg';
import {
  makeKeep,
  noRows,
  normalise,
  normaliseRef,
  Vault,
  vaultMigrations,
  vaultParticipant,
  type Identifier,
  type Keep,
  type OwnerName,
  type OwnerRow,
  type PkRow,
  type Sealed,
  type VaultRows,
  type Wanted,
} from './index.js';

let db: TestDatabase;
let scratch: string;
let keep: Keep;
let vault: Vault;

beforeAll(async () => {
  db = await testDatabase(vaultMigrations);
  scratch = await mkdtemp(join(tmpdir(), 'derbes-vault-'));
  keep = await makeKeep({ keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') });
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
});

afterAll(async () => {
  await db.drop();
  await rm(scratch, { recursive: true });
});

async function transaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await db.app.connect();
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    await tx.query('rollback');
    throw error;
  } finally {
    tx.release();
  }
}

/** Writes units as a flush does, and says which of them conflicted. */
const flush = (units: VaultRows[]): Promise<ReadonlyMap<number, string>> =>
  transaction(async (tx) => {
    const found = await vaultParticipant.conflicts(tx, units);
    await vaultParticipant.write(
      tx,
      units.filter((_, i) => !found.has(i)),
    );
    return found;
  });

const identifier = (scheme: string, value: string): Identifier => {
  const normal = normalise(scheme, value);
  if ('code' in normal) throw new Error(normal.reason);
  return normal;
};
const email = (name: string): Identifier => identifier('email', `${name}-${randomUUID()}@example.kz`);

interface Made {
  owner: OwnerName;
  registered: string;
  eventId: string;
  sealed: Sealed[];
  rows: VaultRows;
}

/** A new subject with its ref, one identifier, and the given values sealed beside one event. */
const subject = (
  values: [string, JsonValue][],
  by: Identifier[] = [],
  claim: Buffer | null = null,
  kind: 'subject' | 'organisation' = 'subject',
): Promise<Made> =>
  vault.withKeys(async (ring) => {
    const row = ring.newOwner(kind, randomUUID(), claim);
    const { owner } = row;
    const registered = randomUUID();
    const eventId = randomUUID();
    const sealed = values.map(([category, value], p) =>
      ring.seal({ owner, stream: owner, eventId, p: String(p), category, value }),
    );
    const rows: VaultRows = {
      owners: [row],
      pks: [ring.makeRef({ owner, eventId: registered }), ...sealed.map(({ pk }) => pk)],
      parts: sealed.map((one) => one.row),
      tokens: by.map((one) => vault.tokenRow(vault.token(one), owner, claim)),
      moves: [],
      live: [],
    };
    return Promise.resolve({ owner, registered, eventId, sealed, rows });
  });

const wanted = (made: Made): Wanted[] =>
  made.sealed.map(({ part }) => ({ eventId: made.eventId, owner: made.owner, part }));

describe('sealing and opening', () => {
  it('opens what was sealed, in the order asked, from the database alone', async () => {
    const values: [string, JsonValue][] = [
      ['email', 'aigerim@example.kz'],
      ['name', 'Айгерім Ә. ‮ 🐎'],
      ['requisites.iban', { bank: 'Invented', iban: 'KZ00 0000' }],
      ['form', 'x'.repeat(60_000)],
      ['empty', ''],
    ];
    const made = await subject(values);
    await flush([made.rows]);
    const asked = wanted(made).reverse();
    const opened = await (await Vault.open(keep, db.app)).open(asked);
    expect(opened).toEqual(
      values
        .map(([category, value], p) => ({ eventId: made.eventId, p: String(p), owner: made.owner, category, value }))
        .reverse(),
    );
  });

  it('discloses what opens the commitments of those parts that open, and says of the others why not', async () => {
    const made = await subject([
      ['email', 'aigerim@example.kz'],
      ['name', 'Айгерім'],
    ]);
    await flush([made.rows]);
    await transaction((tx) => tx.query(`delete from part where owner = $1 and p = '1'`, [made.owner]));
    const [first, second] = await vault.disclose(wanted(made));
    expect(second).toMatchObject({ code: 'PART_LOST' });
    if (!first || 'code' in first) throw new Error('not disclosed');
    const padded = Buffer.alloc(256);
    padded.writeUInt32BE(Buffer.byteLength(first.plaintext));
    padded.write(first.plaintext, 4);
    const commit = createHmac('sha256', first.commitmentKey).update(padded).digest('base64url');
    expect(commit).toBe(made.sealed[0]?.part.commit);
  });

  it('opens for an answer what it met on the way, what it did not meet, and more than it brings along at once', async () => {
    const made = await subject(Array.from({ length: 1_005 }, (_, i): [string, JsonValue] => ['line', `value ${i}`]));
    const other = await subject([['name', 'Айгерім']], [], null, 'organisation');
    await flush([made.rows, other.rows]);
    const answer = vault.answer();
    const places = await answer.partsOfOwner(made.owner);
    expect(places).toEqual(await vault.partsOfOwner(made.owner));
    expect(places).toHaveLength(1_005);
    const asked = [...wanted(other), ...wanted(made).reverse()];
    const opened = await answer.open(asked);
    expect(opened).toEqual(await vault.open(asked));
    expect(opened.map((one) => ('value' in one ? one.value : one.code))).toEqual([
      'Айгерім',
      ...Array.from({ length: 1_005 }, (_, i) => `value ${1_004 - i}`),
    ]);
  });

  it('opens nothing for an answer whose owner was erased or whose key went after it met the value', async () => {
    const [erased, robbed] = [await subject([['name', 'x']]), await subject([['name', 'y']])];
    await flush([erased.rows, robbed.rows]);
    await transaction((tx) => tx.query(`delete from part_key where owner = $1 and part = '0'`, [robbed.owner]));
    const answer = vault.answer();
    for (const { owner } of [erased, robbed]) expect(await answer.partsOfOwner(owner)).toHaveLength(1);
    await transaction((tx) =>
      tx.query(`update key_owner set state = 'erased', wrapped_sk = null where owner = $1`, [erased.owner]),
    );
    const codes = (await answer.open([...wanted(erased), ...wanted(robbed)])).map((one) => 'code' in one && one.code);
    expect(codes).toEqual(['OWNER_NOT_LIVE', 'PART_KEY_MISSING']);
  });

  it('does not take what it met for another owner', async () => {
    const [one, two] = [await subject([['name', 'x']]), await subject([])];
    await flush([one.rows, two.rows]);
    const answer = vault.answer();
    await answer.partsOfOwner(one.owner);
    const [opened] = await answer.open(wanted(one).map((want) => ({ ...want, owner: two.owner })));
    expect(opened).toMatchObject({ code: 'PART_TAMPERED' });
  });

  it('names the owner of a part only when it is not the subject of the stream', async () => {
    const [person, organisation] = [await subject([]), await subject([], [], null, 'organisation')];
    await flush([person.rows, organisation.rows]);
    const owners = await vault.ownersOf([person.owner, organisation.owner]);
    const parts = await vault.withKeys(async (ring) => {
      for (const row of owners.values()) ring.open(row);
      const at = { eventId: randomUUID(), stream: person.owner, category: 'name', value: 'x' };
      return Promise.resolve([
        ring.seal({ ...at, owner: person.owner, p: '0' }).part,
        ring.seal({ ...at, owner: organisation.owner, p: '1' }).part,
      ]);
    });
    expect(parts.map((part) => part.owner)).toEqual([undefined, organisation.owner]);
  });

  it('hides lengths: values of 1 and 200 characters leave blobs of one size', async () => {
    const { sealed } = await subject([
      ['a', 'x'],
      ['a', 'x'.repeat(200)],
      ['a', 'x'.repeat(240)],
    ]);
    expect(sealed.map(({ row }) => row.blob.length)).toEqual([256 + 28, 256 + 28, 512 + 28]);
  });

  it('opens more parts than one page of the query holds', async () => {
    const made = await subject(Array.from({ length: 1_201 }, (_, i) => ['n', String(i)]));
    await flush([made.rows]);
    const opened = await vault.open(wanted(made));
    expect(opened.map((one) => 'value' in one && one.value)).toEqual(made.sealed.map((_, i) => String(i)));
  });
});

describe('a part that does not open says why, and hides no other', () => {
  const damaged = async (damage: (made: Made) => Promise<unknown>, ask = wanted): Promise<(string | JsonValue)[]> => {
    const made = await subject([
      ['name', 'kept'],
      ['name', 'hit'],
    ]);
    await flush([made.rows]);
    await damage(made);
    const answers = await vault.open(ask(made));
    for (const answer of answers) {
      if ('code' in answer) expect(answer.message).toContain(`event ${made.eventId} part ${answer.p}`);
    }
    return answers.map((answer) => ('code' in answer ? answer.code : answer.value));
  };
  const at = (made: Made): string[] => [made.eventId, '1'];

  it('PART_LOST when its blob is gone', async () => {
    const codes = await damaged((m) => db.owner.query('delete from part where event = $1 and p = $2', at(m)));
    expect(codes).toEqual(['kept', 'PART_LOST']);
  });

  it('PART_KEY_MISSING when its key is gone', async () => {
    const codes = await damaged((m) => db.owner.query('delete from part_key where event = $1 and part = $2', at(m)));
    expect(codes).toEqual(['kept', 'PART_KEY_MISSING']);
  });

  it('PART_TAMPERED when any byte of the blob changed', async () => {
    for (const byte of [0, 11, 12, 267, 268, 283]) {
      const codes = await damaged((m) =>
        db.owner.query(
          'update part set blob = set_byte(blob, $3, get_byte(blob, $3) # 1) where event = $1 and p = $2',
          [...at(m), byte],
        ),
      );
      expect(codes).toEqual(['kept', 'PART_TAMPERED']);
    }
  });

  it('PART_TAMPERED when blob and key were both swapped for another true pair of the same owner', async () => {
    const codes = await damaged(async (m) => {
      await db.owner.query(
        `update part set blob = o.blob from part o where part.event = $1 and part.p = $2 and o.event = $1 and o.p = '0'`,
        at(m),
      );
      await db.owner.query(
        `update part_key k set wrapped_pk = o.wrapped_pk from part_key o
         where k.event = $1 and k.part = $2 and o.event = $1 and o.part = '0'`,
        at(m),
      );
    });
    expect(codes).toEqual(['kept', 'PART_TAMPERED']);
  });

  it('PART_TAMPERED when the row names another owner or category', async () => {
    const other = await subject([]);
    await flush([other.rows]);
    for (const [column, value] of [
      ['owner', other.owner],
      ['category', 'email'],
    ]) {
      const codes = await damaged((m) =>
        db.owner.query(`update part set ${column} = $3 where event = $1 and p = $2`, [...at(m), value]),
      );
      expect(codes).toEqual(['kept', 'PART_TAMPERED']);
    }
  });

  it('PART_TAMPERED when the event commits to another value or blob', async () => {
    const forged = (change: Partial<Part>) => (made: Made) =>
      wanted(made).map((want, i) => (i === 1 ? { ...want, part: { ...want.part, ...change } } : want));
    for (const change of [{ commit: 'A'.repeat(43) }, { blob: 'A'.repeat(43) }]) {
      expect(await damaged(() => Promise.resolve(), forged(change))).toEqual(['kept', 'PART_TAMPERED']);
    }
  });

  it('KEY_TAMPERED when the wrapped key of the part changed', async () => {
    const codes = await damaged((m) =>
      db.owner.query(
        'update part_key set wrapped_pk = set_byte(wrapped_pk, 20, get_byte(wrapped_pk, 20) # 1) where event = $1 and part = $2',
        at(m),
      ),
    );
    expect(codes).toEqual(['kept', 'KEY_TAMPERED']);
  });

  it('OWNER_MISSING, OWNER_NOT_LIVE or KEY_TAMPERED when it is the key row that is at fault', async () => {
    const rows: [string, string][] = [
      ['delete from key_owner where owner = $1', 'OWNER_MISSING'],
      [`update key_owner set state = 'erasing' where owner = $1`, 'OWNER_NOT_LIVE'],
      [`update key_owner set state = 'erased', wrapped_sk = null where owner = $1`, 'OWNER_NOT_LIVE'],
      [
        'update key_owner set wrapped_sk = set_byte(wrapped_sk, 30, get_byte(wrapped_sk, 30) # 1) where owner = $1',
        'KEY_TAMPERED',
      ],
      ['update key_owner set epoch = 7 where owner = $1', 'EPOCH_CLOSED'],
    ];
    for (const [sql, code] of rows) {
      const made = await subject([['name', 'x']]);
      await flush([made.rows]);
      await db.owner.query(sql, [made.owner]);
      expect(await vault.open(wanted(made))).toMatchObject([{ code }]);
    }
  });

  it('a key row moved to another owner opens nothing', async () => {
    const [a, b] = [await subject([['name', 'a']]), await subject([['name', 'b']])];
    await flush([a.rows, b.rows]);
    await db.owner.query(
      'update key_owner x set wrapped_sk = y.wrapped_sk from key_owner y where x.owner = $1 and y.owner = $2',
      [a.owner, b.owner],
    );
    expect(await vault.open(wanted(a))).toMatchObject([{ code: 'KEY_TAMPERED' }]);
  });
});

describe('look-up', () => {
  it('finds a subject by any spelling of its identifier, with its key row and ref key in the one answer', async () => {
    const person = await subject([], [identifier('phone', '+7 700 111 22 33')]);
    await flush([person.rows]);
    const token = vault.token(identifier('phone', '8 (700) 111-22-33'));
    const found = (await vault.lookup([token, vault.token(email('nobody'))])).get(token.token.toString('hex'));
    expect(found).toMatchObject({ owner: person.owner, state: 'live', epoch: 1, claim: null });
    expect(found?.refPk).toMatchObject({ event: person.registered, part: 'ref', owner: person.owner });
  });

  it('never takes an organisation for a subject', async () => {
    const bin = identifier('bin', '111240000001');
    const organisation = await subject([], [bin], null, 'organisation');
    await flush([organisation.rows]);
    const token = vault.token(bin);
    expect(await vault.lookup([token])).toEqual(new Map());
    expect((await vault.lookup([token], 'organisation')).get(token.token.toString('hex'))?.owner).toBe(
      organisation.owner,
    );
  });

  it('records nothing when nobody is found', async () => {
    const count = async (): Promise<unknown> => (await db.app.query('select count(*) from lookup')).rows;
    const before = await count();
    await vault.lookup([vault.token(email('nobody'))]);
    expect(await count()).toEqual(before);
  });

  it('gives each source its own ref, the same every time, and finds the subject by it', async () => {
    const person = await subject([]);
    await flush([person.rows]);
    const row = (await vault.ownersOf([person.owner])).get(person.owner);
    const [crm, again, site] = await vault.withKeys(async (ring) => {
      if (!row?.refPk) throw new Error('the subject has no ref key');
      ring.open(row);
      const { refPk } = row;
      return Promise.resolve(
        ['urn:x:crm', 'urn:x:crm', 'urn:x:site'].map((source) => vault.refFor(ring, refPk, source)),
      );
    });
    expect(again?.ref).toBe(crm?.ref);
    expect(site?.ref).not.toBe(crm?.ref);
    const offered = [crm, again, site].flatMap((one) => (one ? [one.row] : []));
    const unit: VaultRows = { ...noRows, tokens: offered };
    // Offered with every answer, by several units of a flush and by later flushes: written once.
    expect(await flush([unit, unit])).toEqual(new Map());
    expect(await flush([unit])).toEqual(new Map());
    const ref = normaliseRef('urn:x:crm', crm?.ref ?? '');
    const stolen = normaliseRef('urn:x:site', crm?.ref ?? '');
    if ('code' in ref || 'code' in stolen) throw new Error('the ref is malformed');
    const tokens = [vault.token(ref), vault.token(stolen)];
    expect([...(await vault.lookup(tokens)).values()].map(({ owner }) => owner)).toEqual([person.owner]);
  });

  it('lists where an owner is mentioned, across streams, page by page', async () => {
    const made = await subject([
      ['name', 'a'],
      ['email', 'b'],
    ]);
    await flush([made.rows]);
    const all = await vault.partsOfOwner(made.owner);
    expect(all).toEqual([
      { eventId: made.eventId, p: '0', category: 'name' },
      { eventId: made.eventId, p: '1', category: 'email' },
    ]);
    expect(await vault.partsOfOwner(made.owner, all[0])).toEqual(all.slice(1));
    expect(await vault.partsOfOwner(made.owner, all[1])).toEqual([]);
  });
});

describe('the same pair again', () => {
  const received = { type: 't', source: 's', id: 'c0ffee-1', time: 'x', data: { values: { email: 'a@example.kz' } } };

  it('is the same, another, or lost when the check went with the person', async () => {
    const made = await subject([]);
    const { check, row } = await vault.withKeys(async (ring) => {
      ring.open({ ...made.rows.owners[0], state: 'live', refPk: null, generation: 0 } as never);
      const one = ring.makeCheck({ owner: made.owner, eventId: made.eventId, received });
      return Promise.resolve({ check: one.check, row: one.pk });
    });
    await flush([{ ...made.rows, pks: [...made.rows.pks, row] }]);
    const replay = { checkEvent: made.eventId, check };
    const replays = [
      { ...replay, received },
      { ...replay, received: { ...received, time: 'y' } },
      { checkEvent: randomUUID(), check, received },
    ];
    expect(await vault.compareChecks(replays)).toEqual(['same', 'other', 'lost']);
    await db.owner.query(`update key_owner set state = 'erasing' where owner = $1`, [made.owner]);
    expect(await vault.compareChecks(replays)).toEqual(['lost', 'lost', 'lost']);
  });
});

describe('conflicts', () => {
  it('TOKEN_TAKEN for a token in the table or of an earlier unit; the others of the flush are untouched', async () => {
    const [taken, fresh] = [email('taken'), email('fresh')];
    await flush([(await subject([], [taken])).rows]);
    const units = [
      (await subject([], [fresh])).rows,
      (await subject([], [taken])).rows,
      (await subject([], [fresh])).rows,
      (await subject([])).rows,
    ];
    expect(await flush(units)).toEqual(
      new Map([
        [1, 'TOKEN_TAKEN'],
        [2, 'TOKEN_TAKEN'],
      ]),
    );
    const owners = units.map((unit) => unit.owners[0]?.owner as OwnerName);
    expect([...(await vault.ownersOf(owners)).keys()].sort()).toEqual([owners[0], owners[3]].sort());
  });

  it('takes the same identifier linked twice to one owner for a conflict: the second link would be a second event', async () => {
    const by = email('twice');
    const person = await subject([], [by]);
    await flush([person.rows]);
    const again: VaultRows = { ...noRows, tokens: [vault.tokenRow(vault.token(by), person.owner, null)] };
    expect(await flush([again])).toEqual(new Map([[0, 'TOKEN_TAKEN']]));
  });

  it('OWNER_NOT_LIVE for an owner unknown, erasing or erased, named in `live` or by any row', async () => {
    const person = await subject([]);
    await flush([person.rows]);
    const stranger = await subject([['name', 'x']]);
    const naming: VaultRows[] = [
      { ...noRows, live: [stranger.owner] },
      { ...stranger.rows, owners: [] },
      { ...noRows, live: [person.owner] },
    ];
    expect(await flush(naming)).toEqual(
      new Map([
        [0, 'OWNER_NOT_LIVE'],
        [1, 'OWNER_NOT_LIVE'],
      ]),
    );
    for (const change of [`state = 'erasing'`, `state = 'erased', wrapped_sk = null`]) {
      await db.owner.query(`update key_owner set ${change} where owner = $1`, [person.owner]);
      expect(await flush([{ ...noRows, live: [person.owner] }])).toEqual(new Map([[0, 'OWNER_NOT_LIVE']]));
    }
  });

  it('counts an owner made by an earlier unit as live, but not one made by a later or a conflicting unit', async () => {
    const by = email('first');
    const [first, later, failing] = [await subject([], [by]), await subject([]), await subject([], [by])];
    const naming = (owner: OwnerName): VaultRows => ({ ...noRows, live: [owner] });
    const units = [
      first.rows,
      naming(first.owner),
      naming(later.owner),
      later.rows,
      failing.rows,
      naming(failing.owner),
    ];
    expect(await flush(units)).toEqual(
      new Map([
        [2, 'OWNER_NOT_LIVE'],
        [4, 'TOKEN_TAKEN'],
        [5, 'OWNER_NOT_LIVE'],
      ]),
    );
  });

  it('locks the key rows, so that an erasure waits for the flush and the next flush sees it', async () => {
    const person = await subject([]);
    await flush([person.rows]);
    const naming: VaultRows = { ...noRows, live: [person.owner] };
    const refused = await transaction(async (tx) => {
      await vaultParticipant.conflicts(tx, [naming]);
      return db.app
        .query('select from key_owner where owner = $1 for update nowait', [person.owner])
        .then(() => 'not locked')
        .catch((error: { code: string }) => error.code);
    });
    expect(refused).toBe('55P03');
    expect(await flush([naming])).toEqual(new Map());
  });

  it('asks nothing of the database for units without rows', async () => {
    expect(await vaultParticipant.conflicts(undefined as never, [noRows, noRows])).toEqual(new Map());
    await vaultParticipant.write(undefined as never, [noRows]);
  });
});

describe('identifiers that move', () => {
  const holder = async (by: Identifier): Promise<OwnerName | undefined> =>
    (await vault.lookup([vault.token(by)])).values().next().value?.owner;
  const minute = (n: number): string => `2026-11-20T09:${String(n).padStart(2, '0')}:00Z`;
  const move = (
    by: Identifier,
    from: OwnerName,
    to?: OwnerName,
    until = minute(30),
    claim: Buffer | null = null,
  ): VaultRows => ({
    ...noRows,
    moves: [
      vault.tokenMove(vault.token(by), {
        from,
        ...(to && { to: vault.tokenRow(vault.token(by), to, claim) }),
        since: minute(0),
        until,
        claim,
      }),
    ],
  });
  const held = async (by: Identifier) => {
    const one = (await vault.holders([vault.token(by)])).values().next().value;
    const past = one?.past.map((before) => [before.holder.owner, before.until]);
    return one && { now: one.holder?.owner, past };
  };

  it('find their new owner alone, or nobody', async () => {
    const by = identifier('cookie', randomUUID());
    const [device, person] = [await subject([], [by]), await subject([])];
    await flush([device.rows, person.rows]);
    expect(await flush([move(by, device.owner, person.owner)])).toEqual(new Map());
    expect(await holder(by)).toBe(person.owner);
    expect(await flush([move(by, device.owner, person.owner)])).toEqual(new Map([[0, 'TOKEN_MOVED']]));
    expect(await flush([move(by, person.owner)])).toEqual(new Map());
    expect(await holder(by)).toBeUndefined();
  });

  it('may be linked, moved twice, unlinked and linked anew in one flush', async () => {
    const [moving, freed] = [identifier('cookie', randomUUID()), identifier('cookie', randomUUID())];
    const [a, b] = [await subject([], [moving, freed]), await subject([])];
    const c = await subject([], [freed]);
    const units = [
      a.rows,
      b.rows,
      move(moving, a.owner, b.owner),
      move(freed, a.owner),
      c.rows,
      move(moving, b.owner, c.owner),
    ];
    expect(await flush(units)).toEqual(new Map());
    expect([await holder(moving), await holder(freed)]).toEqual([c.owner, c.owner]);
  });

  it('still tell whom they found before and until when, the earliest first, in one question', async () => {
    const [by, other] = [identifier('phone', '+7 701 000 11 22'), identifier('cookie', randomUUID())];
    const [a, b] = [await subject([], [by, other]), await subject([])];
    const c = await subject([], [by]);
    await flush([a.rows, b.rows]);
    expect(await held(by)).toEqual({ now: a.owner, past: [] });
    await flush([move(by, a.owner, b.owner, minute(40))]);
    // What an officer says of an earlier time is told later.
    await flush([move(by, b.owner, undefined, minute(20))]);
    const past = [
      [b.owner, minute(20)],
      [a.owner, minute(40)],
    ];
    expect(await held(by)).toEqual({ now: undefined, past });
    expect(await vault.lookup([vault.token(by)])).toEqual(new Map());
    await flush([c.rows]);
    expect(await held(by)).toEqual({ now: c.owner, past });
    const found = await vault.holders([by, other, email('nobody')].map((one) => vault.token(one)));
    expect([...found.values()].map(({ holder }) => holder?.owner).sort()).toEqual([a.owner, c.owner].sort());
    expect([...found.values()].map(({ holder }) => holder?.refPk?.part)).toEqual(['ref', 'ref']);
  });

  it('of two that ended at one moment put the one first that held for a time', async () => {
    const by = identifier('cookie', randomUUID());
    const [a, b] = [await subject([], [by]), await subject([], [by])];
    const [first, second] = [move(by, a.owner), move(by, b.owner)].map((rows) => rows.moves[0]);
    if (!first || !second) throw new Error('nothing moves');
    await flush([a.rows, { ...noRows, moves: [first] }]);
    await flush([b.rows, { ...noRows, moves: [{ ...second, since: first.until }] }]);
    expect((await held(by))?.past).toEqual([
      [a.owner, minute(30)],
      [b.owner, minute(30)],
    ]);
  });

  it('are removed with their past by their owner, and open as the rows that they were', async () => {
    const by = identifier('cookie', randomUUID());
    const [a, b] = [await subject([], [by]), await subject([])];
    await flush([a.rows, b.rows]);
    const row = async (table: string) =>
      (
        await db.app.query<Record<string, unknown>>(
          `select token, owner, scheme, norm, epoch, inner_wrapped from ${table} where token = $1 and owner = $2`,
          [vault.token(by).token, a.owner],
        )
      ).rows;
    const before = await row('lookup');
    await flush([move(by, a.owner, b.owner)]);
    expect(before).toHaveLength(1);
    expect(await row('lookup_past')).toEqual(before);
    await db.app.query('delete from lookup_past where owner = $1', [a.owner]);
    expect(await held(by)).toEqual({ now: b.owner, past: [] });
  });

  it('and whose claim is withdrawn find whom they found before; once landed they cannot be', async () => {
    const [claim, landing] = [randomBytes(32), randomBytes(32)];
    const [freed, moved, landed] = [1, 2, 3].map(() => identifier('cookie', randomUUID()));
    if (!freed || !moved || !landed) throw new Error('three were made');
    const [a, b] = [await subject([], [freed, moved, landed]), await subject([])];
    await flush([a.rows, b.rows]);
    await flush([
      move(freed, a.owner, undefined, minute(30), claim),
      move(moved, a.owner, b.owner, minute(30), claim),
      move(landed, a.owner, undefined, minute(30), landing),
    ]);
    await transaction((tx) => vaultParticipant.landed(tx, [landing]));
    for (const each of [claim, landing]) await transaction((tx) => vaultParticipant.withdraw(tx, each, []));
    expect(await held(freed)).toEqual({ now: a.owner, past: [] });
    expect(await held(moved)).toEqual({ now: a.owner, past: [] });
    expect(await held(landed)).toEqual({ now: undefined, past: [[a.owner, minute(30)]] });
  });

  it('and were linked meanwhile are not taken back by a claim that is withdrawn', async () => {
    const claim = randomBytes(32);
    const by = identifier('cookie', randomUUID());
    const [a, b] = [await subject([], [by]), await subject([], [by])];
    await flush([a.rows, move(by, a.owner, undefined, minute(30), claim), b.rows]);
    await transaction((tx) => vaultParticipant.withdraw(tx, claim, []));
    expect(await held(by)).toEqual({ now: b.owner, past: [] });
  });

  it('keep no column that says more than a row of today but the interval', async () => {
    const columns = async (table: string) =>
      (
        await db.owner.query<{ name: string; type: string }>(
          `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
           where attrelid = $1::regclass and attnum > 0 order by attname`,
          [table],
        )
      ).rows.map(({ name, type }) => `${name} ${type}`);
    const today = await columns('lookup');
    expect(today).toHaveLength(8);
    expect(await columns('lookup_past')).toEqual([...today, 'since text', 'until text'].sort());
  });

  it('to an owner who is not live are a conflict; one that slipped by is an error, not a lost row', async () => {
    const by = identifier('cookie', randomUUID());
    const [a, b] = [await subject([], [by]), await subject([])];
    await flush([a.rows]);
    expect(await flush([move(by, a.owner, b.owner)])).toEqual(new Map([[0, 'OWNER_NOT_LIVE']]));
    await expect(transaction((tx) => vaultParticipant.write(tx, [move(by, b.owner)]))).rejects.toMatchObject({
      code: 'TOKEN_MOVED',
    });
    expect(await holder(by)).toBe(a.owner);
  });
});

describe('claims', () => {
  it("a stream is an erased person's when the key is erasing, erased or gone", async () => {
    const people = [await subject([]), await subject([]), await subject([])];
    await flush(people.map(({ rows }) => rows));
    const [live, erasing, done] = people.map(({ owner }) => owner);
    await db.owner.query(`update key_owner set state = 'erasing' where owner = $1`, [erasing]);
    await db.owner.query(`update key_owner set state = 'erased', wrapped_sk = null where owner = $1`, [done]);
    const gone = `subject-${randomUUID()}`;
    const asked = [live ?? '', erasing ?? '', done ?? '', gone, 'policy', 'ledger'];
    const found = await transaction((tx) => vaultParticipant.erased(tx, asked));
    expect(found).toEqual(new Set([erasing, done, gone]));
  });

  it('a withdrawn command leaves nothing, and takes nothing of others', async () => {
    const claim = randomBytes(32);
    const [by, other] = [email('withdrawn'), await subject([['name', 'stays']], [email('stays')])];
    await flush([other.rows]);
    const made = await subject([['name', 'x']], [by], claim);
    // The command also links an identifier to, and seals a part of, somebody who stood before it.
    const extra = email('linked');
    const linked = vault.tokenRow(vault.token(extra), other.owner, claim);
    await flush([{ ...made.rows, tokens: [...made.rows.tokens, linked] }]);
    expect((await vault.ownersOf([made.owner])).get(made.owner)?.claim).toEqual(claim);
    await transaction((tx) => vaultParticipant.withdraw(tx, claim, [made.eventId, made.registered]));
    expect(await vault.ownersOf([made.owner])).toEqual(new Map());
    expect(await vault.lookup([by, extra].map((one) => vault.token(one)))).toEqual(new Map());
    const left = await db.app.query(
      'select from part_key where owner = $1 union all select from part where owner = $1',
      [made.owner],
    );
    expect(left.rowCount).toBe(0);
    expect(await vault.open(wanted(other))).toMatchObject([{ value: 'stays' }]);
  });

  it('a withdrawn command takes the refs of its own new subject, and leaves those of others, which other answers gave out', async () => {
    const claim = randomBytes(32);
    const standing = await subject([]);
    await flush([standing.rows]);
    const made = await subject([], [], claim);
    const refs = await vault.withKeys((ring) => {
      const pkOf = ({ rows }: Made): PkRow => rows.pks[0] as PkRow;
      for (const { rows } of [standing, made])
        ring.open({ ...(rows.owners[0] as OwnerRow), state: 'live', refPk: null, generation: 0 });
      return Promise.resolve([standing, made].map((one) => vault.refFor(ring, pkOf(one), 'urn:x:crm')));
    });
    await flush([{ ...made.rows, tokens: refs.map(({ row }) => row) }]);
    await transaction((tx) => vaultParticipant.withdraw(tx, claim, [made.registered]));
    const given = refs.map(({ ref }) => normaliseRef('urn:x:crm', ref));
    const left = await vault.lookup(given.flatMap((one) => ('code' in one ? [] : [vault.token(one)])));
    expect([...left.values()].map(({ owner }) => owner)).toEqual([standing.owner]);
    const rows = await db.app.query('select from lookup where owner = $1', [made.owner]);
    expect(rows.rowCount).toBe(0);
  });

  it('a landed claim is named no longer, and can no longer be withdrawn', async () => {
    const claim = randomBytes(32);
    const by = email('landed');
    const made = await subject([], [by], claim);
    await flush([made.rows]);
    await transaction((tx) => vaultParticipant.landed(tx, [claim, randomBytes(32)]));
    expect((await vault.ownersOf([made.owner])).get(made.owner)?.claim).toBeNull();
    await transaction((tx) => vaultParticipant.withdraw(tx, claim, []));
    expect((await vault.lookup([vault.token(by)])).size).toBe(1);
  });
});

describe('opening the vault', () => {
  const scratchKeep = (name: string): Promise<Keep> =>
    makeKeep({ keepDir: join(scratch, name), dataDir: join(scratch, 'data') });

  it('makes the first epoch once, however often it is asked', async () => {
    const { rows } = await db.app.query('select * from epoch');
    await Promise.all([Vault.begin(db.app, keep), Vault.begin(db.app, keep)]);
    expect((await db.app.query('select * from epoch')).rows).toEqual(rows);
  });

  it('refuses a keep of another ledger, and a database without the epoch, and never makes a second KEK', async () => {
    const stranger = await scratchKeep('stranger');
    await expect(Vault.open(stranger, db.app)).rejects.toMatchObject({ code: 'KEK_TAMPERED' });
    const empty = await testDatabase(vaultMigrations);
    try {
      await expect(Vault.open(keep, empty.app)).rejects.toMatchObject({ code: 'EPOCH_MISSING' });
      const made = await subject([]);
      const tx = await empty.app.connect();
      await vaultParticipant.write(tx, [made.rows]);
      tx.release();
      await Vault.begin(empty.app, keep);
      await expect(Vault.open(keep, empty.app)).rejects.toMatchObject({ code: 'EPOCH_MISSING' });
    } finally {
      await empty.drop();
    }
  });

  it('refuses a keep that is behind the database', async () => {
    await db.owner.query(`insert into epoch select 2, wrapped_kek, kcv, 'coming' from epoch where epoch = 1`);
    await expect(Vault.open(keep, db.app)).rejects.toMatchObject({ code: 'KEEP_BEHIND_DATABASE' });
    await db.owner.query('delete from epoch where epoch = 2');
  });

  it('shows no key to an inspector, a serialiser or an error', async () => {
    const made = await subject([['name', 'x']]);
    const shown = await vault.withKeys(async (ring) => {
      ring.open({ ...made.rows.owners[0], state: 'live', refPk: null, generation: 0 } as never);
      const things = [vault, ring, keep];
      return Promise.resolve(
        things.map((one) => inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one)).join(),
      );
    });
    expect(shown).not.toMatch(/Buffer|[0-9a-f]{2}( [0-9a-f]{2}){7}|secret":|"data":/);
  });

  it('zeroes the keys of a request when it ends, by an error too', async () => {
    let held: { has(owner: OwnerName): boolean } | undefined;
    const made = await subject([]);
    const failing = vault.withKeys((ring) => {
      held = ring;
      ring.newOwner('subject', randomUUID(), null);
      return Promise.reject(new Error('the request failed'));
    });
    await expect(failing).rejects.toThrow('the request failed');
    expect(held?.has(made.owner)).toBe(false);
    expect(() =>
      (held as never as { newOwner: (...a: unknown[]) => void }).newOwner('subject', randomUUID(), null),
    ).toThrow(/RING_CLOSED/);
  });
});
