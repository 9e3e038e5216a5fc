// Is what lives readable, what was executed unreadable here, and what is final unreadable by anything? Whatever the history was.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type JsonValue } from '@derbes/kernel';
import { startEmbedded, type EmbeddedPostgres } from '@derbes/postgres';
import { quietPool, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  closeEpoch,
  makeKeep,
  noRows,
  openKeep,
  Vault,
  vaultMigrations,
  type DoomedPart,
  type Identifier,
  type JournalEntry,
  type Keep,
  type KeepPlace,
  type OwnerName,
  type Wanted,
} from './index.js';
import { Adversary } from './testing/adversary.js';
import { carved, walPageBytes, withoutPageHeaders } from './testing/carved.js';
import { CutOff, executionSteps, ModelLedger, type ExecutionStep } from './testing/model-ledger.js';
import { doomed, identifier, wanted, Workshop } from './testing/workshop.js';

// A crowded machine is no failure, and the long form takes its time.
jest.setTimeout(3_600_000);

/** More for the long form; the short one is always the same. */
const runs = Number(process.env['DERBES_PROPERTY_RUNS'] ?? '0');
const shortRuns = 4;
const shortSeed = 20_261_123;
const bytesRuns = 2;
/** PostgreSQL's, unless initdb is told another. */
const walFileBytes = 16n << 20n;
const closesMax = 12;
const pointsMax = 14;

interface Value {
  readonly want: Wanted;
  readonly category: string;
  readonly value: JsonValue;
  readonly place: DoomedPart;
  /** What the value is looked up by. */
  readonly by?: Identifier;
}

interface Person {
  readonly owner: OwnerName;
  readonly values: Value[];
}

/** What happens; `pick` chooses among what there is. */
interface Happening {
  readonly what: (typeof happenings)[number];
  readonly pick: number;
  readonly cut: number;
}

const happenings = [
  'add',
  'seal',
  'link',
  'unlink',
  'correct',
  'retract',
  'erase-person',
  'erase-category',
  'erase-value',
  'erase-cut-off',
  'close',
  'close-cut-off',
  'backup',
  'restore',
] as const;

const tables = ['epoch', 'epoch_close', 'key_owner', 'part_key', 'part', 'lookup', 'lookup_past', 'token_fence'];
const allTables = [...tables, 'erasure_journal', 'key_gone'];

class World {
  readonly adversary = new Adversary();
  people: Person[] = [];
  /** Of every value whose destruction was ordered: the last epoch under which it stood, once it is destroyed. */
  readonly ordered = new Map<string, { readonly value: Value; readonly erasure: string; epoch?: number }>();
  shop: Workshop;
  ledger: ModelLedger;
  closed = 0;
  backup: { readonly people: Person[] } | undefined;

  private constructor(
    private readonly bytes: Bytes | undefined,
    readonly db: TestDatabase,
    readonly place: KeepPlace,
    public keep: Keep,
    public vault: Vault,
  ) {
    this.shop = new Workshop(vault, db.app);
    this.ledger = new ModelLedger(db.app, vault, {
      destroying: (tx) => this.adversary.look(tx),
      destroyed: ({ erasure }, { epoch }) => {
        for (const one of this.ordered.values()) {
          // What a restore took away before it was destroyed stands in older bytes alone: as long as any key of today.
          if (one.erasure === erasure) one.epoch = Math.max(one.epoch ?? epoch ?? this.vault.epoch, epoch ?? 0);
        }
      },
    });
  }

  /** `bytes`: of the server on which its database stands. */
  static async make(scratch: string, bytes?: Bytes): Promise<World> {
    const db = await testDatabase(vaultMigrations);
    const own = join(scratch, randomUUID());
    const place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data') };
    const keep = await makeKeep(place);
    await Vault.begin(db.app, keep);
    await bytes?.begin();
    return new World(bytes, db, place, keep, await Vault.open(keep, db.app));
  }

  async happen({ what, pick, cut }: Happening): Promise<void> {
    const person = this.people[pick % Math.max(1, this.people.length)];
    if (what === 'add') await this.add();
    else if (what === 'close') await this.close();
    else if (what === 'close-cut-off') await this.close(cut % pointsMax);
    else if (what === 'backup') await this.keepBackup();
    else if (what === 'restore') await this.restore();
    else if (person) await this.about(what, person, pick, cut);
    await this.adversary.look(this.db.app);
  }

  private async about(what: Happening['what'], person: Person, pick: number, cut: number): Promise<void> {
    const one = person.values[pick % Math.max(1, person.values.length)];
    const chosen = (): Value[] => {
      if (what === 'erase-category') return person.values.filter(({ category }) => category === one?.category);
      if (what === 'retract') return person.values.filter(({ place }) => place.eventId === one?.place.eventId);
      return one ? [one] : [];
    };
    if (what === 'seal') await this.seal(person, [['note', randomUUID()]]);
    else if (what === 'link') await this.link(person);
    else if (what === 'unlink') await this.unlink(person);
    else if (what === 'erase-person') await this.erase(person, 'person', person.values);
    else if (what === 'erase-cut-off') {
      const step = executionSteps[cut % executionSteps.length];
      if (pick % 2 === 0) await this.erase(person, 'person', person.values, step);
      else await this.erase(person, 'value', one ? [one] : [], step);
    } else {
      if (what === 'correct') await this.seal(person, [['name', randomUUID()]]);
      await this.erase(person, what === 'erase-category' ? 'category' : 'value', chosen());
    }
  }

  private async add(): Promise<void> {
    const made = await this.shop.written([
      ['name', randomUUID()],
      ['note', randomUUID()],
    ]);
    const person = { owner: made.owner, values: [] };
    this.people.push(person);
    const values = made.rows.parts.length;
    expect(values).toBe(2);
    this.take(person, made, await this.shop.shown(wanted(made)), ['name', 'note']);
    await this.link(person);
  }

  private take(
    person: Person,
    made: Awaited<ReturnType<Workshop['more']>>,
    values: readonly JsonValue[],
    categories: readonly string[],
    by?: Identifier,
  ): void {
    const places = doomed(made, by?.scheme);
    wanted(made).forEach((want, i) => {
      const [place, category, value] = [places[i], categories[i], values[i]];
      if (!place || category === undefined || value === undefined) throw new Error('not sealed');
      person.values.push({ want, place, category, value, ...(by && { by }) });
    });
  }

  private async seal(person: Person, values: [string, JsonValue][], by?: Identifier): Promise<void> {
    const made = await this.shop.more(person.owner, values);
    const tokens = by ? [this.vault.tokenRow(this.vault.token(by), person.owner, null)] : [];
    const conflicts = await this.shop.flush([{ ...made.rows, tokens }]);
    expect([...conflicts.values()]).toEqual([]);
    const categories = values.map(([category]) => category);
    this.take(
      person,
      made,
      values.map(([, value]) => value),
      categories,
      by,
    );
  }

  private async link(person: Person): Promise<void> {
    const by = identifier('email', `${randomUUID()}@example.kz`);
    await this.seal(person, [['email', by.value]], by);
  }

  /** The identifier finds nobody from now on; who it found before is kept. */
  private async unlink(person: Person): Promise<void> {
    const by = person.values.find((one) => one.by && !this.isPast(one.by))?.by;
    if (!by) return;
    this.past.add(by.value);
    const interval = { since: '2026-01-01T00:00:00Z', until: '2026-06-01T00:00:00Z', claim: null };
    const move = this.vault.tokenMove(this.vault.token(by), { from: person.owner, ...interval });
    expect([...(await this.shop.flush([{ ...noRows, moves: [move] }])).values()]).toEqual([]);
  }

  private past = new Set<string>();
  private readonly isPast = (by: Identifier): boolean => this.past.has(by.value);

  private async erase(
    person: Person,
    scope: JournalEntry['scope'],
    values: Value[],
    stopAt?: ExecutionStep,
  ): Promise<void> {
    if (values.length === 0) return;
    const erasure = randomUUID();
    for (const value of values) this.ordered.set(keyOf(value), { value, erasure });
    if (scope === 'person') this.people = this.people.filter((one) => one !== person);
    else person.values.splice(0, person.values.length, ...person.values.filter((one) => !values.includes(one)));
    const order = { erasure, owner: person.owner, scope, at: '2026-11-22T10:00:00Z' };
    const parts = values.map(({ place }) => place);
    try {
      await this.ledger.carryOut(scope === 'person' ? order : { ...order, parts }, stopAt);
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
    }
  }

  /** To its end, unless it is cut off at a point on the way. */
  private async close(cutAt?: number): Promise<void> {
    let points = 0;
    const parts = {
      app: this.db.app,
      keep: this.keep,
      vault: this.vault,
      ledger: this.ledger,
      clock: () => new Date(),
      pace: { pageOwners: 2 },
      at: async () => {
        await this.adversary.look(this.db.app);
        if (points++ === cutAt) throw new CutOff();
      },
    };
    try {
      for await (const { epoch, step, held } of closeEpoch(parts, { by: 'admin', acceptSingleCopy: true })) {
        if (held) throw new Error(`${held.code}: ${held.message}`);
        if (step === 'done') this.closed = epoch;
      }
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
      await this.open();
    }
  }

  /** As after a restart. */
  private async open(): Promise<void> {
    this.keep = await openKeep(this.place);
    this.vault = await Vault.open(this.keep, this.db.app);
    this.shop = new Workshop(this.vault, this.db.app);
    this.ledger.vault = this.vault;
  }

  private async keepBackup(): Promise<void> {
    await this.copyTables('backup');
    this.backup = { people: copyOf(this.people) };
    this.backupPast = new Set(this.past);
  }
  private backupPast = new Set<string>();

  private async copyTables(to: string): Promise<void> {
    await this.db.owner.query(`drop schema if exists ${to} cascade; create schema ${to}`);
    for (const table of allTables) await this.db.owner.query(`create table ${to}.${table} as table public.${table}`);
  }

  private async putBack(from: string): Promise<void> {
    for (const table of allTables) {
      const { rows } = await this.db.owner.query<{ names: string }>(
        `select string_agg(quote_ident(attname), ', ') as names from pg_attribute
          where attrelid = 'public.${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      );
      const names = rows[0]?.names ?? '';
      await this.db.owner.query(
        `truncate public.${table}; insert into public.${table} (${names}) select ${names} from ${from}.${table}`,
      );
    }
  }

  /** What was backed up stands again, and the journal of the keep is applied to it; or nobody can open it any more. */
  private async restore(): Promise<void> {
    if (!this.backup) return;
    await this.copyTables('today');
    await this.putBack('backup');
    try {
      await this.open();
    } catch (error) {
      // The key store is of an epoch whose key is destroyed, maybe by a close that was cut off since: today's is put back.
      expect((error as { code?: unknown }).code).toBe('KEY_STORE_OLD');
      const text = 'select epoch from epoch where wrapped_kek is not null';
      const { rows } = await this.db.owner.query<{ epoch: number }>(text);
      const keys = await Promise.all(rows.map(({ epoch }) => this.keep.hk(epoch)));
      expect(keys).toContain(undefined);
      await this.putBack('today');
      return this.open();
    }
    this.people = copyOf(this.backup.people);
    this.past = new Set(this.backupPast);
    for (const person of [...this.people]) {
      person.values.splice(0, person.values.length, ...person.values.filter((one) => !this.ordered.has(keyOf(one))));
    }
    await this.ledger.applyJournal();
    await this.ledger.settleErasures();
    const rows = await this.vault.ownersOf(this.people.map(({ owner }) => owner));
    const ended = this.people.filter(({ owner }) => rows.get(owner)?.state !== 'live');
    for (const { values } of ended) expect(values).toEqual([]);
    this.people = this.people.filter((one) => !ended.includes(one));
  }

  /** Through the service: what lives opens and is found, what was destroyed does not, whether it is asked with its erasure or not. */
  async readAll(): Promise<void> {
    await this.ledger.settleErasures();
    const live = this.people.flatMap(({ values }) => values);
    expect(await this.shop.shown(live.map(({ want }) => want))).toEqual(live.map(({ value }) => value));
    for (const { owner, values } of this.people) {
      for (const { by } of values) {
        if (!by) continue;
        const token = this.vault.token(by);
        const held = (await this.vault.holders([token])).get(token.token.toString('hex'));
        const found = this.isPast(by) ? held?.past.map(({ holder }) => holder.owner) : [held?.holder?.owner];
        expect(found).toEqual([owner]);
      }
    }
    const gone = [...this.ordered.values()];
    const bare = await this.shop.shown(gone.map(({ value }) => value.want));
    expect(bare.filter((shown, i) => shown === gone[i]?.value.value)).toEqual([]);
    const asked = await this.shop.shown(gone.map(({ value, erasure }) => ({ ...value.want, erasure })));
    expect(new Set(asked)).toEqual(new Set(gone.length > 0 ? ['PART_ERASED'] : []));
  }

  /** By whoever has all bytes of ever and all keys of today. Answers how much of what was destroyed can still be reached. */
  async attack(): Promise<number> {
    const reached = await (await this.attacker()).reach(this.keep, closesMax, await this.keysLeft());
    for (const { place, value, by } of this.people.flatMap(({ values }) => values)) {
      expect(reached.values.get(`${place.eventId}/${place.p}`)).toBe(value);
      if (by) expect(reached.knows(by)).toBe(true);
    }
    let left = 0;
    for (const { value, epoch } of this.ordered.values()) {
      const { place, by } = value;
      const isReached = reached.values.has(`${place.eventId}/${place.p}`);
      if (epoch === undefined || epoch > this.closed) {
        left += Number(isReached);
        continue;
      }
      expect([keyOf(value), epoch, isReached, by !== undefined && reached.knows(by)]).toEqual([
        keyOf(value),
        epoch,
        false,
        false,
      ]);
    }
    return left;
  }

  /** Whoever has the bytes was shown no row; that rows were all found in them is known by whoever saw the rows. */
  private async attacker(): Promise<Adversary> {
    if (!this.bytes) return this.adversary;
    const attacker = new Adversary();
    attacker.take(carved(await this.bytes.log()));
    expect(attacker.lacks(this.adversary)).toEqual([]);
    for (const file of await this.bytes.files(this.db.name)) attacker.take(carved(file));
    return attacker;
  }

  /** Whatever may be a key, in any file of the keep: 32 bytes in base64. */
  private async keysLeft(): Promise<Buffer[]> {
    const { keepDir } = this.place;
    const files = (await readdir(keepDir, { withFileTypes: true })).filter((one) => one.isFile());
    const texts = await Promise.all(files.map(({ name }) => readFile(join(keepDir, name), 'latin1')));
    const runs = texts.flatMap((text) => text.match(/[A-Za-z0-9+/_-]{43}(?![A-Za-z0-9+/_-])/g) ?? []);
    return [...new Set(runs)].map((run) => Buffer.from(run, 'base64'));
  }
}

/** Whatever a server of its own ever wrote: no row is asked for. */
class Bytes {
  private from = 0n;

  private constructor(
    private readonly dataDir: string,
    private readonly server: EmbeddedPostgres,
    private readonly superuser: ReturnType<typeof quietPool>,
  ) {}

  static async start(dataDir: string): Promise<Bytes> {
    // Whole rows in the log, updated ones, too, and no file of the log is ever removed or written again.
    const settings = { wal_level: 'logical', wal_keep_size: '64GB', max_wal_size: '64GB', autovacuum: 'off' };
    const server = await startEmbedded({ dataDir, throwaway: true, settings });
    return new Bytes(dataDir, server, quietPool({ ...server.connection, max: 1 }));
  }

  get connection(): EmbeddedPostgres['connection'] {
    return this.server.connection;
  }

  async stop(): Promise<void> {
    await this.superuser.end();
    await this.server.stop();
  }

  /** A database begins here; what was written before is another's. */
  async begin(): Promise<void> {
    this.from = await this.written();
  }

  /** All of the write-ahead log since then. */
  async log(): Promise<Buffer> {
    const to = await this.written();
    const dir = join(await this.show('data_directory'), 'pg_wal');
    const parts: Buffer[] = [];
    for (let n = this.from / walFileBytes; n * walFileBytes < to; n++) {
      const name = [1n, n >> 8n, n & 255n].map((part) => part.toString(16).padStart(8, '0'));
      const file = await readFile(join(dir, name.join('').toUpperCase()));
      const begin = this.from - n * walFileBytes;
      const page = begin > 0n ? Number(begin) - (Number(begin) % walPageBytes) : 0;
      parts.push(withoutPageHeaders(file.subarray(page, Number(to - n * walFileBytes))));
    }
    return Buffer.concat(parts);
  }

  /** The files of the database as they are on the disk now. */
  async files(database: string): Promise<Buffer[]> {
    const { rows } = await this.superuser.query<{ dir: string }>(
      `select current_setting('data_directory') || '/base/' || oid as dir from pg_database where datname = $1`,
      [database],
    );
    const dir = rows[0]?.dir ?? '';
    return Promise.all((await readdir(dir)).map((name) => readFile(join(dir, name))));
  }

  /** What was written by whom no longer matters: all of it is on the disk. */
  private async written(): Promise<bigint> {
    await this.superuser.query('checkpoint');
    const { rows } = await this.superuser.query<{ at: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as at`);
    return BigInt(rows[0]?.at ?? 0);
  }

  private async show(setting: string): Promise<string> {
    const { rows } = await this.superuser.query<{ is: string }>('select current_setting($1) as is', [setting]);
    return rows[0]?.is ?? '';
  }
}

const keyOf = ({ place }: Value): string => `${place.eventId}/${place.p}`;
const copyOf = (people: readonly Person[]): Person[] =>
  people.map(({ owner, values }) => ({ owner, values: [...values] }));

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-reach-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function live(history: readonly Happening[], bytes?: Bytes): Promise<void> {
  const world = await World.make(scratch, bytes);
  try {
    for (const one of history) {
      await world.happen(one);
      if (one.what === 'restore' || one.what === 'close') await world.attack();
    }
    await world.readAll();
    await world.attack();
    // After the last close all that was ordered is final.
    await world.happen({ what: 'close', pick: 0, cut: 0 });
    await world.happen({ what: 'close', pick: 0, cut: 0 });
    await world.readAll();
    expect(await world.attack()).toBe(0);
  } finally {
    await world.db.drop();
  }
}

const happening = fc.record({
  what: fc.constantFrom(...happenings),
  pick: fc.nat(1_000),
  cut: fc.nat(1_000),
});

const histories = fc
  .array(happening, { minLength: 14, maxLength: 26 })
  .map((tail) => [{ what: 'add' as const, pick: 0, cut: 0 }, { what: 'add' as const, pick: 0, cut: 0 }, ...tail]);

const form = (short: number): fc.Parameters<unknown> =>
  runs > 0 ? { numRuns: runs } : { numRuns: short, seed: shortSeed, endOnFailure: true };

/** What is destroyed and not final yet is found, so that what is not destroyed well would be. */
async function findsWhatIsNotFinal(bytes?: Bytes): Promise<void> {
  const world = await World.make(scratch, bytes);
  try {
    const order: Happening['what'][] = ['add', 'add', 'erase-person', 'erase-value'];
    for (const [pick, what] of order.entries()) await world.happen({ what, pick, cut: 0 });
    await world.readAll();
    expect(await world.attack()).toBe(4);
    await world.happen({ what: 'close', pick: 0, cut: 0 });
    expect(await world.attack()).toBe(0);
  } finally {
    await world.db.drop();
  }
}

describe('whatever happens', () => {
  it('what lives is readable, what was executed is not, and what is final is not for anybody', () =>
    fc.assert(
      fc.asyncProperty(histories, (history) => live(history)),
      form(shortRuns),
    ));

  it('the attack finds what is destroyed and not final yet: it would find what is not destroyed well', () =>
    findsWhatIsNotFinal());
});

describe('whoever has every byte that the server ever wrote, its write-ahead log with it,', () => {
  let bytes: Bytes;
  const shared = process.env['DERBES_TEST_POSTGRES'];
  beforeAll(async () => {
    bytes = await Bytes.start(join(scratch, 'server'));
    process.env['DERBES_TEST_POSTGRES'] = JSON.stringify(bytes.connection);
  });
  afterAll(async () => {
    process.env['DERBES_TEST_POSTGRES'] = shared;
    await bytes?.stop();
  });

  it('reads what lives and nothing that is final, after any history', () =>
    fc.assert(
      fc.asyncProperty(histories, (history) => live(history, bytes)),
      form(bytesRuns),
    ));

  it('finds what is destroyed and not final yet', () => findsWhatIsNotFinal(bytes));
});
