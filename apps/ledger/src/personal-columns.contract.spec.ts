// Could a personal value stand in the database outside the vault? Not before somebody says here why a new column holds none.
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerMigrations } from './database.js';

/** Where personal values do stand, and in which form. Nothing is added here but by whoever changes the vault. */
const ofTheVault: Readonly<Record<string, string>> = {
  'part.blob': 'a value, sealed under a key of its own',
  'lookup.token':
    'an identifier as HMAC, under a key that ends with the epoch, of an HMAC under a key outside the database',
  'lookup.inner_wrapped': 'the inner HMAC of an identifier, sealed under the key of the epoch',
  'lookup_past.token': 'as lookup.token',
  'lookup_past.inner_wrapped': 'as lookup.inner_wrapped',
  'token_fence.token': 'as lookup.token, of somebody erased; gone with the epoch',
  'key_gone.token': 'as lookup.token, of somebody erased; gone with the epoch',
};

const randomId = 'a kind and a random id';
const claimToken = 'HMAC of a source and an id under a key outside the database; an id that looks personal is refused';
const wrappedKey = 'a random key, sealed';
const moment = 'a moment at which the service wrote';
const counted = 'a count or an order, given by this program';
const closedWord = 'one of a few words of this program';
const code = 'a code of the policy or of this program';
const number = 'a decimal number';
const ofEvents = 'codes, random ids, moments, hashes and keyed commitments: no event has a field for more';

/** Every other column of a form in which a personal value fits, with why there is none. */
const others: Readonly<Record<string, string>> = {
  'api_key.hash': 'SHA-256 of a random key',
  'api_key.role': closedWord,
  'api_key.source': 'the name of an emitting system, given by an administrator',
  'api_key.code': code,
  'api_key.created_at': moment,
  'api_key.revoked_at': moment,
  'claim.token': claimToken,
  'claim.seq': counted,
  'claim.kind': closedWord,
  'claim.state': closedWord,
  'claim.outcome': 'what an emitter is told: codes',
  'claim.check': 'HMAC of what was received, under a key that is destroyed with the person',
  'claim.lease_by': 'random id of a process',
  'claim.lease_until': moment,
  'claim.created_at': moment,
  'claim_event.token': claimToken,
  'claim_event.type': 'the name of an event',
  'claim_event.stream_id': randomId,
  'claim_event.body': ofEvents,
  'claim_reserved.token': claimToken,
  'claim_reserved.created_at': moment,
  'document.sha256': 'a hash of a document that is published',
  'document.bytes': 'a policy, a profile, a calendar or a list of event ids, which is published',
  'document.stored_at': moment,
  'epoch.wrapped_kek': wrappedKey,
  'epoch.kcv': 'check value of a random key',
  'epoch.state': closedWord,
  'epoch.owners': counted,
  'epoch.custodians': 'kinds of custodians',
  'epoch.opened_at': moment,
  'epoch_close.step': closedWord,
  'epoch_close.asked_by': 'random id of a key, or the word for the schedule',
  'epoch_close.approved_by': 'random ids of keys',
  'epoch_close.accepted_by': 'random id of a key',
  'epoch_close.held': code,
  'epoch_close.missing': counted,
  'epoch_close.unexplained': counted,
  'epoch_close.total': counted,
  'epoch_close.done': counted,
  'epoch_close.busy_ms': counted,
  'epoch_close.past': 'the last owner done, a kind and a random id',
  'epoch_close.owners': counted,
  'epoch_close.tokens': counted,
  'epoch_close.erasures': counted,
  'epoch_close.list': 'a hash of a document',
  'epoch_close.unwitnessed_by': 'random id of a key',
  'epoch_close.log_needed': counted,
  'epoch_close.log_published': counted,
  'epoch_close.log_witnesses': closedWord,
  'epoch_close.log_since': moment,
  'epoch_close.destroyed': 'kinds of custodians',
  'epoch_close.began_at': moment,
  'epoch_close.done_at': moment,
  'erasure_journal.entries': counted,
  'erasure_order.cause': closedWord,
  'erasure_order.try_at': moment,
  'erasure_order.underway': 'what is being destroyed right now, by codes, random ids and moments',
  'key_gone.changed': counted,
  'key_owner.owner': randomId,
  'key_owner.kind': closedWord,
  'key_owner.wrapped_sk': wrappedKey,
  'key_owner.state': closedWord,
  'key_owner.claim': claimToken,
  'key_owner.changed': counted,
  'ledger_event.position': counted,
  'ledger_event.stream_id': randomId,
  'ledger_event.type': 'the name of an event',
  'ledger_event.body': ofEvents,
  'ledger_event.leaf_hash': 'a hash of the body',
  'ledger_event.recorded_at': moment,
  'ledger_store.kind': closedWord,
  'ledger_store.place': 'hosts and ports of a server, without a password',
  'ledger_store.state': closedWord,
  'ledger_store.since': moment,
  'log_halt.code': closedWord,
  'claim_gap.position': number,
  'claim_gap.at': moment,
  'log_halt.detail': 'sizes and places of the log, and what to do',
  'log_halt.at': moment,
  'log_head.size': counted,
  'log_head.root': 'a hash of hashes of events',
  'log_head.edge': 'hashes of hashes of events',
  'log_head.position': number,
  'log_head.before_size': counted,
  'log_head.before_position': number,
  'log_head.written_size': counted,
  'log_head.published_size': counted,
  'log_head.published_note': 'the name of the log, a count, a hash and signatures',
  'log_head.published_at': moment,
  'log_leaf.index': counted,
  'log_leaf.hash': 'a hash of an event',
  'lookup.owner': randomId,
  'lookup.scheme': code,
  'lookup.claim': claimToken,
  'lookup.changed': counted,
  'lookup_past.owner': randomId,
  'lookup_past.scheme': code,
  'lookup_past.since': 'from when an identifier meant its owner, whole UTC seconds',
  'lookup_past.until': 'until when an identifier meant its owner, whole UTC seconds',
  'lookup_past.claim': claimToken,
  'lookup_past.changed': counted,
  'clock_notice.channel': 'mail or webhook',
  'clock_notice.warning': 'ids, codes and a moment of the clock',
  'clock_notice.escalation': 'facts of ClockEscalated: ids, codes, moments',
  'clock_notice.notice': randomId,
  'clock_notice.made': moment,
  'clock_notice.held_until': moment,
  'clock_notice.seq': counted,
  'outbox.addressee': 'the word holder or recipient, and its code',
  'outbox.seq': counted,
  'outbox.stream': randomId,
  'outbox.route': closedWord,
  'outbox.state': closedWord,
  'outbox.try_at': moment,
  'outbox.fault': code,
  'part.p': number,
  'part.owner': randomId,
  'part.category': code,
  'part_key.part': 'a decimal number, `check` or `ref`',
  'part_key.owner': randomId,
  'part_key.wrapped_pk': wrappedKey,
  'part_key.changed': counted,
  'read_model.name': 'name of a model',
  'read_model.state': closedWord,
  'read_model.position': number,
  'read_model.reached': 'a moment',
  'read_model.reason': code,
  'read_model.cause': 'a code or the name of an error, never its message',
  'read_model.event_position': number,
  'read_model.applied': counted,
  'read_model.stopped_at': moment,
  'rebuild_job.model': 'name of a model',
  'rebuild_job.state': closedWord,
  'rebuild_job.failure': code,
  'rebuild_job.applied': counted,
  'rebuild_job.total': counted,
  'rebuild_job.requested_at': moment,
  'rebuild_job.started_at': moment,
  'rebuild_job.ended_at': moment,
  'register_index.kind': closedWord,
  'register_index.code': code,
  'register_index.stream': randomId,
  'register_index.changes': counted,
  'register_stream.stream': randomId,
  'schema_migration.name': 'name of a migration',
  'schema_migration.timestamp': 'moment of a migration',
  'schema_migration_lock.id': closedWord,
  'source_stream.source': 'the name of an emitting system, bound to its key by an administrator',
  'source_stream.stream': randomId,
  'spreading_fact.try_at': moment,
  'token_fence.changed': counted,
  'token_fence.since': 'moment of an order',
  'token_fence.until': 'until when an identifier meant somebody, whole UTC seconds',
};
const named = { ...ofTheVault, ...others };

/** Neither a name, a number of a person nor a date of birth fits; a uuid is made at random everywhere. */
const wordless = ['uuid', 'boolean', 'smallint', 'integer'];

interface Column {
  readonly name: string;
  readonly type: string;
}

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(ledgerMigrations);
}, 60_000);
afterAll(() => db.drop());

/** Of every table of the database, whichever schema it is in; those that the service makes for its registers are held to their forms. */
async function columns(): Promise<Column[]> {
  const { rows } = await db.owner.query<Column>(
    `select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname || '.' || a.attname as name,
        format_type(a.atttypid, null) as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'f') and a.attnum > 0 and not a.attisdropped
        and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
      order by 1`,
  );
  return rows;
}

const unexplained = (found: readonly Column[]): string[] =>
  found.filter(({ name, type }) => !wordless.includes(type) && !(name in named)).map(({ name }) => name);

describe('every column of the ledger in which a personal value would fit', () => {
  it('is the vault’s own, or says why it holds none', async () => {
    const found = await columns();
    expect(found.length).toBeGreaterThan(80);
    expect(unexplained(found)).toEqual([]);
    const names = new Set(found.map(({ name }) => name));
    expect(Object.keys(named).filter((name) => !names.has(name))).toEqual([]);
  });

  it('is missed when it is new: in a table of before, in a new one, in another schema, as an array, a document or a domain', async () => {
    const known = new Set((await columns()).map(({ name }) => name));
    await db.owner.query('alter table part_key add column note text');
    await db.owner.query(
      'create table guest (id uuid, phones text[], told jsonb, born date, iin bigint, height numeric)',
    );
    await db.owner.query('create schema elsewhere');
    await db.owner.query('create domain elsewhere.word as varchar(40)');
    await db.owner.query(
      'create table elsewhere.name (word elsewhere.word, photo bytea, seen timestamptz, age smallint)',
    );
    expect(unexplained(await columns()).filter((name) => !known.has(name))).toEqual([
      'elsewhere.name.photo',
      'elsewhere.name.seen',
      'elsewhere.name.word',
      'guest.born',
      'guest.height',
      'guest.iin',
      'guest.phones',
      'guest.told',
      'part_key.note',
    ]);
  });
});
