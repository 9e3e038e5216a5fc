// Did everybody survive who was not erased? Counted, and tried on some, before the key of an epoch goes.
import { type Pool, type PoolClient } from 'pg';
import { unwrap } from './aes-gcm.js';
import { type EpochKeys } from './epoch-keys.js';
import * as formulas from './formulas.js';
import { type Journal } from './journal.js';
import { type OwnerName } from './rows.js';
import { VaultError } from './vault-error.js';

/** One owner of so many is opened: key, a value, an identifier. */
const sampledOneOf = 1_000;
const sampleMax = 10_000;
/** Fewer than this are all opened. */
const allBelow = 100;

export interface Survivors {
  readonly owners: number;
  readonly tokens: number;
  /** Owners that stand nowhere, or whose key or identifier did not open, and were not erased. */
  readonly missing: number;
  /** Erased owners of whom the journal knows nothing. */
  readonly unexplained: number;
}

/** Who stands under the next epoch, and who is lost without an erasure that explains it. */
export async function countSurvivors(app: Pool, epoch: number, journal: Journal): Promise<Survivors> {
  const { rows } = await app.query<Record<'expected' | 'standing' | 'owners' | 'tokens' | 'left', string>>(
    `select
      (select coalesce(sum(owners), 0) from epoch where epoch in ($1, $1 + 1)) as expected,
      (select count(*) from key_owner) as standing,
      (select count(*) from key_owner where epoch > $1 and state = 'live') as owners,
      (select count(*) from lookup where epoch > $1) as tokens,
      (select count(*) from (
        select owner from key_owner where epoch <= $1 and state = 'live'
        union select t.owner from (
          select owner from lookup where epoch <= $1 union all select owner from lookup_past where epoch <= $1
        ) t join key_owner o on o.owner = t.owner and o.state = 'live'
      ) l) as left`,
    [epoch],
  );
  const [counted] = rows;
  if (!counted) throw new VaultError('EPOCH_MISSING', 'nothing was counted');
  // What a request said goes whole with the decision about its records, or with the person: the entry names it beside its own owner.
  const known = new Set(
    (await journal.entries()).flatMap(({ scope, owner, also = [] }) => (scope === 'person' ? [owner, ...also] : also)),
  );
  const { rows: erased } = await app.query<{ owner: OwnerName }>(
    // What may not be told of goes by its term and stands in no journal; that none of it is lost is watched by its own guard.
    `select owner from key_owner where state = 'erased' and epoch <= $1 and owner not like 'restricted-%'`,
    [epoch],
  );
  const missing = Math.max(0, Number(counted.expected) - Number(counted.standing)) + Number(counted.left);
  return {
    owners: Number(counted.owners),
    tokens: Number(counted.tokens),
    missing,
    unexplained: erased.filter(({ owner }) => !known.has(owner)).length,
  };
}

interface SampleRow {
  readonly owner: OwnerName;
  readonly wrapped_sk: Buffer;
  readonly event: string | null;
  readonly p: string | null;
  readonly blob: Buffer | null;
  readonly wrapped_pk: Buffer | null;
  readonly token: Buffer | null;
  readonly scheme: string | null;
  readonly inner_wrapped: Buffer | null;
}

/** Opens some owners under the epoch's key, each with a value and an identifier. Throws EPOCH_NOT_PROVED. Answers how many. */
export async function openSample(
  app: Pool | PoolClient,
  ledger: string,
  keys: EpochKeys,
  tables = '',
): Promise<number> {
  const { rows } = await app.query<SampleRow>(
    `with sample as materialized (
        (select owner, wrapped_sk from ${tables}key_owner tablesample bernoulli (${100 / sampledOneOf})
          where epoch = $1 and state = 'live' limit ${sampleMax})
        union
        (select owner, wrapped_sk from ${tables}key_owner where epoch = $1 and state = 'live' limit ${allBelow})
      )
      select s.owner, s.wrapped_sk, v.event, v.p, v.blob, v.wrapped_pk, l.token, l.scheme, l.inner_wrapped
      from sample s
      left join lateral (
        select p.event, p.p, p.blob, k.wrapped_pk from part p
        join ${tables}part_key k on k.event = p.event and k.part = p.p where p.owner = s.owner limit 1
      ) v on true
      left join lateral (
        select token, scheme, inner_wrapped from ${tables}lookup where owner = s.owner and epoch = $1 limit 1
      ) l on true`,
    [keys.epoch],
  );
  for (const row of rows) if (!opens(ledger, keys, row)) throw notProved(keys.epoch, row.owner);
  return rows.length;
}

const notProved = (epoch: number, owner: OwnerName): VaultError =>
  new VaultError('EPOCH_NOT_PROVED', `${owner} stands under epoch ${epoch} and does not open: its old key stays`);

function opens(ledger: string, keys: EpochKeys, row: SampleRow): boolean {
  const { owner, event, p, blob, wrapped_pk: wrappedPk, token, scheme, inner_wrapped: innerWrapped } = row;
  const sk = unwrap(keys.kek, row.wrapped_sk, formulas.aad.sk(ledger, owner, keys.epoch));
  if (!sk) return false;
  try {
    if (innerWrapped && token && scheme !== null) {
      const inner = unwrap(keys.kek, innerWrapped, formulas.aad.inner(ledger, owner, scheme, keys.epoch));
      if (!inner || !formulas.lookupToken(keys.idx, inner).equals(token)) return false;
    }
    if (event === null || p === null || !blob || !wrappedPk) return true;
    const pk = unwrap(sk, wrappedPk, formulas.aad.pk(ledger, owner, event, p));
    if (!pk) return false;
    const kEnc = formulas.sealingKey(pk, event, p);
    const padded = unwrap(kEnc, blob, formulas.aad.part(ledger, owner, event, p));
    const whole = padded !== undefined && formulas.unpad(padded) !== undefined;
    for (const secret of [pk, kEnc, padded]) secret?.fill(0);
    return whole;
  } finally {
    sk.fill(0);
  }
}
