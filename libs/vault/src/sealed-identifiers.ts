// By which tokens is a person found whose identifier is sealed in a part? It is opened for as long as that takes to find out.
import { type PoolClient } from 'pg';
import { unwrap } from './aes-gcm.js';
import { type VaultKeys } from './epoch-keys.js';
import * as formulas from './formulas.js';
import { normalise } from './normalise.js';
import { textArray, uuidArray } from './pg-arrays.js';
import { type DoomedPart, type OwnerName } from './rows.js';

interface SealedRow {
  readonly scheme: string;
  readonly event: string;
  readonly part: string;
  readonly blob: Buffer;
  readonly wrapped_pk: Buffer | null;
}

interface TokenRow {
  readonly token: Buffer;
  readonly scheme: string;
  readonly norm: number;
  readonly epoch: number;
}

/**
 * The owner's tokens, of earlier links too, behind those parts that name a scheme. Of a part that does not open all tokens of its
 * scheme are meant: rather one too many is forgotten than one too few. Of parts that are gone, none: their tokens went with them.
 */
export async function tokensOfParts(
  tx: PoolClient,
  keys: VaultKeys,
  { owner, sk }: { owner: OwnerName; sk: Buffer },
  parts: readonly DoomedPart[],
): Promise<Buffer[]> {
  const named = parts.filter(({ scheme }) => scheme !== undefined);
  if (named.length === 0) return [];
  const { rows: sealed } = await tx.query<SealedRow>({
    name: 'vault-sealed-identifiers',
    text: `select w.scheme, t.event, t.p as part, t.blob, k.wrapped_pk
      from unnest((select $2::uuid[]), (select $3::text[]), (select $4::text[])) as w (event, p, scheme)
      join part t on t.event = w.event and t.p = w.p and t.owner = $1
      left join part_key k on k.event = t.event and k.part = t.p and k.owner = $1`,
    values: [
      owner,
      uuidArray(named.map(({ eventId }) => eventId)),
      textArray(named.map(({ p }) => p)),
      textArray(named.map(({ scheme = '' }) => scheme)),
    ],
  });
  if (sealed.length === 0) return [];
  const { rows: tokens } = await tx.query<TokenRow>({
    name: 'vault-tokens-of-owner',
    text: `select token, scheme, norm, epoch from lookup where owner = $1 and scheme = any($2::text[])
      union all select token, scheme, norm, epoch from lookup_past where owner = $1 and scheme = any($2::text[])`,
    values: [owner, textArray([...new Set(sealed.map(({ scheme }) => scheme))])],
  });
  return sealed.flatMap((row) => {
    const values = identifiersIn(keys, owner, sk, row);
    const ofScheme = tokens.filter(({ scheme }) => scheme === row.scheme);
    return ofScheme
      .filter((one) => !values || values.some((value) => finds(keys, one, value)))
      .map(({ token }) => token);
  });
}

/** The value as sealed and in its normal form of today; undefined when it does not open. */
function identifiersIn(keys: VaultKeys, owner: OwnerName, sk: Buffer, row: SealedRow): string[] | undefined {
  const { event, part, blob, wrapped_pk: wrapped } = row;
  const pk = wrapped && unwrap(sk, wrapped, formulas.aad.pk(keys.ledger, owner, event, part));
  if (!pk) return undefined;
  const kEnc = formulas.sealingKey(pk, event, part);
  const padded = unwrap(kEnc, blob, formulas.aad.part(keys.ledger, owner, event, part));
  const value = padded && formulas.unpad(padded)?.value;
  for (const secret of [pk, kEnc, padded]) secret?.fill(0);
  if (typeof value !== 'string') return undefined;
  const normal = normalise(row.scheme, value);
  return 'code' in normal ? [value] : [value, normal.value];
}

function finds(keys: VaultKeys, { token, scheme, norm, epoch }: TokenRow, value: string): boolean {
  const idx = keys.epochs.get(epoch)?.idx;
  return (
    idx !== undefined &&
    formulas.lookupToken(idx, formulas.lookupInner(keys.kStatic, scheme, norm, value)).equals(token)
  );
}
