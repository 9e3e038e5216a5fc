// Whose key is this, and which keys are there?
import { codePattern } from '@derbes/domain';
import { looksPersonal } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { Problem } from '../http/problem/problem.js';
import { type Principal, type Role } from '../write/received.js';
import { hashKey, hasKeyForm, makeKey } from './key.js';

/** The ledger's own sources begin so; no emitter may speak under one. */
export const ownSourcePrefix = 'urn:derbes:';
/** Under which officers send what they take back. */
export const officerSource = 'urn:derbes:officer';

/** To what a key is bound: an emitter's to its source, a holder's or recipient's to its code. */
export interface Bound {
  readonly source?: string;
  readonly code?: string;
}

export interface NewKey {
  readonly id: string;
  readonly role: Role;
  readonly source?: string;
  /** Of a holder or recipient: whose tasks it may see and acknowledge. */
  readonly code?: string;
  /** Told once, kept nowhere. */
  readonly key: string;
}

export interface ListedKey {
  readonly id: string;
  readonly role: Role;
  readonly source?: string;
  /** Of a holder or recipient: whose tasks it may see and acknowledge. */
  readonly code?: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** How long another process may still take a key that was revoked here. */
export const cacheMs = 5_000;
const cachedKeysMax = 10_000;
export const listedKeysMax = 10_000;
/** Whoever makes the first keys holds this advisory lock; none of the ledger's other locks has its number. */
const firstKeysLock = 4_021_990_131;

interface Row {
  id: string;
  role: Role;
  source: string | null;
  code: string | null;
  created_at: Date;
  revoked_at: Date | null;
}

export class ApiKeys {
  private readonly cache = new Map<string, { principal: Principal; untilMs: number }>();
  private readonly asking = new Map<string, Promise<Principal | undefined>>();
  /** Counts revocations, so that a look-up under way when one happens is not cached. */
  private revocations = 0;

  constructor(
    private readonly pool: Pool,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Who holds this key, when that was found lately; undefined says nothing. */
  standing(key: string): Principal | undefined {
    if (!hasKeyForm(key)) return undefined;
    const cached = this.cache.get(hashKey(key).toString('base64'));
    return cached && cached.untilMs > this.nowMs() ? cached.principal : undefined;
  }

  /** Who holds this key; undefined for one that is not ours or was revoked. Callers that ask at once share one question. */
  find(key: string): Promise<Principal | undefined> {
    if (!hasKeyForm(key)) return Promise.resolve(undefined);
    const hash = hashKey(key);
    const name = hash.toString('base64');
    const cached = this.cache.get(name);
    if (cached && cached.untilMs > this.nowMs()) return Promise.resolve(cached.principal);
    const standing = this.asking.get(name);
    if (standing) return standing;
    const asking = this.ask(hash, name).finally(() => this.asking.delete(name));
    this.asking.set(name, asking);
    return asking;
  }

  private async ask(hash: Buffer, name: string): Promise<Principal | undefined> {
    const before = this.revocations;
    const { rows } = await this.pool.query<Row>({
      name: 'find-key',
      text: 'select id, role, source, code from api_key where hash = $1 and revoked_at is null',
      values: [hash],
    });
    const [row] = rows;
    if (!row) return undefined;
    const principal = { key: row.id, role: row.role, ...boundTo(row) };
    if (before === this.revocations) this.remember(name, principal);
    return principal;
  }

  /** Makes a key. Throws KEY_SOURCE_MISSING, KEY_SOURCE_NOT_TAKEN, KEY_CODE_MISSING and KEY_CODE_NOT_TAKEN. */
  async add(role: Role, bound: Bound = {}): Promise<NewKey> {
    return insertKey(this.pool, role, bound);
  }

  /** Newest last. */
  async list(): Promise<ListedKey[]> {
    const { rows } = await this.pool.query<Row>(
      'select id, role, source, code, created_at, revoked_at from api_key order by created_at, id limit $1',
      [listedKeysMax],
    );
    return rows.map(listed);
  }

  /** Revokes for ever; a second time changes nothing. Undefined when there is no such key. */
  async revoke(id: string): Promise<ListedKey | undefined> {
    const { rows } = await this.pool.query<Row>(
      `update api_key set revoked_at = coalesce(revoked_at, now()) where id = $1
       returning id, role, source, code, created_at, revoked_at`,
      [id],
    );
    this.revocations++;
    this.asking.clear();
    for (const [hash, { principal }] of this.cache) if (principal.key === id) this.cache.delete(hash);
    return rows[0] && listed(rows[0]);
  }

  /** The first keys of a ledger that has none; nothing when it has, however many were revoked. */
  async makeFirst(emitterSource: string): Promise<NewKey[]> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      // Two processes may start on one new database: one makes the keys, the other finds them.
      await client.query('select pg_advisory_xact_lock($1)', [firstKeysLock]);
      const { rowCount } = await client.query('select 1 from api_key limit 1');
      const made: NewKey[] = [];
      if (rowCount === 0) {
        for (const role of ['admin', 'officer', 'auditor'] as const) made.push(await insertKey(client, role, {}));
        made.push(await insertKey(client, 'emitter', { source: emitterSource }));
      }
      await client.query('commit');
      return made;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  private remember(hash: string, principal: Principal): void {
    if (this.cache.size >= cachedKeysMax) this.cache.clear();
    this.cache.set(hash, { principal, untilMs: this.nowMs() + cacheMs });
  }
}

async function insertKey(db: Pool | PoolClient, role: Role, bound: Bound): Promise<NewKey> {
  checkSource(role, bound.source);
  checkCode(role, bound.code);
  const made: NewKey = { id: randomUUID(), role, ...bound, key: makeKey(role) };
  await db.query('insert into api_key (id, hash, role, source, code) values ($1, $2, $3, $4, $5)', [
    made.id,
    hashKey(made.key),
    role,
    bound.source ?? null,
    bound.code ?? null,
  ]);
  return made;
}

function checkSource(role: Role, source: string | undefined): void {
  if (role === 'emitter' && !source) throw new Problem('KEY_SOURCE_MISSING', 'an emitter key is bound to one source');
  if (source !== undefined && (role !== 'emitter' || source.startsWith(ownSourcePrefix))) {
    throw new Problem(
      'KEY_SOURCE_NOT_TAKEN',
      role === 'emitter' ? 'this source is the ledger’s own' : `a key of role ${role} has no source`,
    );
  }
  if (source?.split(/[:/?#]/).some((segment) => looksPersonal(segment))) {
    throw new Problem('KEY_SOURCE_NOT_TAKEN', 'a source stands in events for ever, and this one looks like a person', {
      status: 400,
    });
  }
}

const codeForm = new RegExp(codePattern);

function checkCode(role: Role, code: string | undefined): void {
  const isBound = role === 'holder' || role === 'recipient';
  if (isBound && !code) throw new Problem('KEY_CODE_MISSING', `a ${role} key is bound to one ${role}`);
  if (code === undefined) return;
  if (!isBound) throw new Problem('KEY_CODE_NOT_TAKEN', `a key of role ${role} has no code`);
  if (!codeForm.test(code)) throw new Problem('KEY_CODE_NOT_TAKEN', 'this is no code of a holder or recipient');
}

const boundTo = ({ source, code }: Pick<Row, 'source' | 'code'>): Bound => ({
  ...(source !== null && { source }),
  ...(code !== null && { code }),
});

function listed({ id, role, source, code, created_at, revoked_at }: Row): ListedKey {
  return {
    id,
    role,
    ...boundTo({ source, code }),
    createdAt: created_at.toISOString(),
    ...(revoked_at !== null && { revokedAt: revoked_at.toISOString() }),
  };
}
