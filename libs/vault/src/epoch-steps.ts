// What does each step of a close do? Every one may be cut off anywhere and begun again by whoever comes next.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Pool } from 'pg';
import { secretKey, unwrap } from './aes-gcm.js';
import { destroyAt, ensureEverywhere, stateOf } from './custody.js';
import { forgetAbandoned } from './epoch-abandoned.js';
import { countSurvivors, openSample } from './epoch-check.js';
import { newEpochRow, type EpochKeys } from './epoch-keys.js';
import { type DestroyedFacts, type EpochLedger } from './epoch-ledger.js';
import { epochRow, keysOf } from './epoch-standing.js';
import { inTransaction } from './in-transaction.js';
import { nextStep, noteClose, type CloseRow } from './epoch-state.js';
import { type ClosePace } from './epoch-pace.js';
import { sweep, type SweepPlace } from './epoch-sweep.js';
import { aad } from './formulas.js';
import { hkName, type Keep } from './keep.js';
import { type Vault } from './vault.js';
import { VaultError } from './vault-error.js';

/** Whoever asks for the daily close is nobody. */
export const scheduled = 'schedule';
/** How long erasures that have begun may take before the close is left for later. */
const erasuresPollMs = 500;
const erasuresPollsMax = 240;
const personsNeeded = 2;

/** What the close needs of the backup of keys: a trial restore from another disk before the old key goes. */
export interface ClosingBackup {
  /** Writes all keys of the open epoch anew, restores them aside, compares them and opens some. Throws KEY_BACKUP_NOT_PROVED. */
  prove(keys: EpochKeys): Promise<void>;
  /** Removes what is left of closed epochs. */
  forgetBefore(epoch: number): Promise<void>;
}

export interface CloseParts {
  readonly app: Pool;
  readonly keep: Keep;
  readonly vault: Pick<Vault, 'reload'>;
  readonly ledger: EpochLedger;
  /** Absent: that there is a single copy of the keys must be accepted. */
  readonly backup?: ClosingBackup;
  readonly clock: () => Date;
  readonly pace?: ClosePace;
  /** For tests alone: told of each point at which a crash is tried. */
  readonly at?: (point: string) => void | Promise<void>;
}

const pointOf =
  ({ at }: CloseParts) =>
  async (point: string): Promise<void> =>
    at?.(point);

/** Every custodian has the old key and the new one, and the new KEK opens with what each of them gives back. */
export async function prepare(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const { app, keep, ledger } = parts;
  const at = pointOf(parts);
  const next = row.epoch + 1;
  for (const { fault } of await stateOf(keep.holders((await epochRow(app, row.epoch)).custodians), hkName(row.epoch))) {
    if (fault) throw new VaultError(fault.code, fault.message);
  }
  await keep.prepare();
  await forgetAbandoned(app, keep.custodians, next);
  const hk = secretKey(await ensureEverywhere(keep.custodians, hkName(next)));
  await at('key-written');
  const kinds = keep.custodians.map(({ kind }) => kind);
  const made = newEpochRow(keep.ledger, hk, next);
  await app.query(
    `insert into epoch (epoch, wrapped_kek, kcv, state, custodians) values ($1, $2, $3, 'coming', $4)
      on conflict (epoch) do update set custodians = array(select unnest(epoch.custodians) union select unnest($4))
      where epoch.state = 'coming'`,
    [next, made.wrapped_kek, made.kcv, kinds],
  );
  const standing = await epochRow(app, next);
  for (const custodian of keep.custodians) {
    const given = await custodian.read(hkName(next));
    const kek = given && unwrap(secretKey(given), standing.wrapped_kek, aad.kek(keep.ledger, next));
    kek?.fill(0);
    if (!kek) {
      throw new VaultError(
        'KEY_NOT_PROVED',
        `the key of epoch ${next} does not open with what ${custodian.kind} holds`,
      );
    }
  }
  await at('key-proved');
  await keep.advance(next);
  const kcv = standing.kcv.toString('base64url');
  const custodians = standing.custodians.map((name) => ({ name, kcv }));
  await ledger.write({ type: 'EpochOpened', facts: { epoch: String(next), custodians } });
  await at('opened');
  return nextStep(app, row);
}

/** From the commit on nobody writes under the old epoch: a unit that was made under it is decided again. */
export async function flip(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const flipped = await inTransaction(parts.app, async (tx) => {
    await tx.query(`update epoch set state = 'closing' where epoch = $1 and state = 'open'`, [row.epoch]);
    await tx.query(`update epoch set state = 'open' where epoch = $1 and state = 'coming'`, [row.epoch + 1]);
    return nextStep(tx, row);
  });
  await pointOf(parts)('flipped');
  await parts.vault.reload();
  return flipped;
}

export async function settle({ app, ledger, vault }: CloseParts, row: CloseRow): Promise<CloseRow> {
  await vault.reload();
  await ledger.settleErasures();
  const { rows } = await app.query<{ total: string }>(
    `select count(*) as total from key_owner where epoch <= $1 and state = 'live'`,
    [row.epoch],
  );
  return nextStep(app, row, { total: rows[0]?.total ?? '0' });
}

/** Yields the row about every second, with how far it is written down. */
export async function* wrapAll(parts: CloseParts, begun: CloseRow): AsyncGenerator<CloseRow, CloseRow, undefined> {
  const { app } = parts;
  let row = begun;
  for await (const place of sweepFrom(parts, row.epoch, row)) {
    const { past, done, tookMs } = place;
    row = await noteClose(app, row, { past, done: String(done), busy_ms: String(Math.round(tookMs)) });
    yield row;
  }
  return nextStep(app, row);
}

async function* sweepFrom(parts: CloseParts, epoch: number, from: SweepPlace): AsyncGenerator<SweepPlace> {
  const { app, keep, pace = {} } = parts;
  const { closing, open } = await keysOf(parts, epoch);
  yield* sweep({ app, ledger: keep.ledger, from: closing, to: open }, pace, from, pointOf(parts));
}

/** Nobody is left behind, some were opened, and who is gone was erased; else it waits for a second person. */
export async function verify(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const { app, keep } = parts;
  await erasuresOver(parts, row.epoch);
  const again = { past: '', done: row.done, tookMs: row.tookMs };
  const left = sweepFrom(parts, row.epoch, again);
  while ((await left.next()).done !== true);
  await openSample(app, keep.ledger, (await keysOf(parts, row.epoch)).open);
  const { owners, tokens, missing, unexplained } = await countSurvivors(app, row.epoch, keep.journal);
  await pointOf(parts)('verified');
  const counted = {
    owners: String(owners),
    tokens: String(tokens),
    missing: String(missing),
    unexplained: String(unexplained),
  };
  if (missing + unexplained === 0 || personsOf(row).length >= personsNeeded) return nextStep(app, row, counted);
  return noteClose(app, row, { ...counted, held: 'EPOCH_SURVIVORS_DROPPED' });
}

const personsOf = ({ askedBy, approvedBy }: CloseRow): string[] =>
  [...new Set([askedBy, ...approvedBy])].filter((person) => person !== scheduled);

/** Whoever is being erased is not carried over: her keys must be gone before the count. */
async function erasuresOver({ app, ledger }: CloseParts, epoch: number): Promise<void> {
  for (let polls = 0; polls < erasuresPollsMax; polls++) {
    const text = `select from key_owner where state = 'erasing' and epoch <= $1 limit 1`;
    if ((await app.query(text, [epoch])).rowCount === 0) return;
    await ledger.settleErasures();
    await pause(erasuresPollMs);
  }
  throw new VaultError(
    'ERASURES_UNDER_WAY',
    `erasures begun in epoch ${epoch} do not end; close it again when they have`,
  );
}

export async function backUp(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const { app, backup } = parts;
  if (row.acceptedBy !== null) return nextStep(app, row);
  if (!backup) return noteClose(app, row, { held: 'KEY_BACKUP_NOT_PROVED' });
  try {
    await backup.prove((await keysOf(parts, row.epoch)).open);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'KEY_BACKUP_NOT_PROVED') throw error;
    return noteClose(app, row, { held: error.code });
  }
  await pointOf(parts)('backed-up');
  return nextStep(app, row);
}

export async function record(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const { app, ledger } = parts;
  const executed = (await ledger.erasuresOf(row.epoch)).map((erasure) => erasure.executed).sort();
  const document = Buffer.from(executed.map((id) => `${id}\n`).join(''));
  const list = await ledger.keepDocument(document);
  if (list !== createHash('sha256').update(document).digest('hex')) {
    throw new VaultError('DOCUMENT_TAMPERED', 'the list of erasures was stored under another hash');
  }
  const approved = row.approvedBy.at(-1);
  await ledger.write({
    type: 'EpochClosed',
    facts: {
      epoch: String(row.epoch),
      survivors: { owners: String(row.owners ?? 0), tokens: String(row.tokens ?? 0) },
      erasures: String(executed.length),
      list,
      backup: row.acceptedBy === null ? 'restored' : 'single-copy-accepted',
      ...(approved !== undefined && { approved }),
    },
  });
  await pointOf(parts)('recorded');
  return nextStep(app, row, { erasures: String(executed.length), list });
}

/** First no process can load the old KEK any more, then each custodian destroys what opens it. */
export async function destroy(parts: CloseParts, begun: CloseRow): Promise<CloseRow> {
  const { app, keep, ledger, clock } = parts;
  const at = pointOf(parts);
  let row = begun;
  await inTransaction(app, async (tx) => {
    const left = await tx.query(`select from key_owner where epoch <= $1 and state <> 'erased' limit 1`, [row.epoch]);
    if (left.rowCount !== 0 && row.missing === 0) {
      throw new VaultError('EPOCH_NOT_PROVED', `keys stand under epoch ${row.epoch} still: its key stays`);
    }
    await tx.query(`update epoch set state = 'closed', wrapped_kek = null where epoch = $1`, [row.epoch]);
  });
  await parts.vault.reload();
  await at('forgotten');
  const { custodians, kcv } = await epochRow(app, row.epoch);
  for (const custodian of keep.holders(custodians)) {
    if (row.destroyed.includes(custodian.kind)) continue;
    await destroyAt(custodian, hkName(row.epoch));
    await at('key-destroyed');
    const destroyed = `${clock().toISOString().slice(0, 19)}Z`;
    const said = { epoch: String(row.epoch), custodian: custodian.kind, kcv: kcv.toString('hex'), destroyed };
    await ledger.write({ type: 'KeyDestroyed', facts: { ...said, ...coveredBy(row) } });
    row = await noteClose(app, row, { destroyed: [...row.destroyed, custodian.kind] });
  }
  await at('destroyed');
  return nextStep(app, row);
}

/** What KeyDestroyed says of the checkpoint; a close that an earlier version of the program led this far waited for none. */
function coveredBy({ logPublished, logWitnesses, unwitnessedBy }: CloseRow): Pick<DestroyedFacts, 'log'> {
  if (logPublished === null || logWitnesses === null) return {};
  const accepted = logWitnesses === 'accepted-without' && unwitnessedBy !== null ? { accepted: unwitnessedBy } : {};
  return { log: { size: String(logPublished), witnesses: logWitnesses, ...accepted } };
}

/** What was kept of the erased until their epoch ended goes: fences, rows without keys, entries of the journal, backups. */
export async function finish(parts: CloseParts, row: CloseRow): Promise<CloseRow> {
  const { app, keep, backup, ledger } = parts;
  await backup?.forgetBefore(row.epoch + 1);
  // An order that takes several executions stands in the journal once under its own id, then under theirs.
  const made = await ledger.erasuresOf(row.epoch);
  const final = new Set(made.flatMap(({ order, executed }) => [order, executed]));
  const done = await inTransaction(app, async (tx) => {
    await tx.query('select from epoch where epoch >= $1 order by epoch for update', [row.epoch]);
    await tx.query('delete from token_fence where epoch <= $1', [row.epoch]);
    if (!backup) await tx.query('delete from key_gone');
    const { rowCount } = await tx.query('delete from key_owner where epoch <= $1', [row.epoch]);
    // Counting all of them holds writers up: only after a loss that was approved.
    const standing = row.missing === 0 ? 'n.owners + o.owners - $2' : '(select count(*) from key_owner) + 0 * $2::int';
    await tx.query(`update epoch n set owners = ${standing} from epoch o where o.epoch = $1 and n.epoch = $1 + 1`, [
      row.epoch,
      rowCount ?? 0,
    ]);
    await tx.query('delete from lookup where epoch <= $1', [row.epoch]);
    await tx.query('delete from lookup_past where epoch <= $1', [row.epoch]);
    await keep.journal.restart(tx, row.epoch + 1, ({ erasure }) => !final.has(erasure));
    return nextStep(tx, row, { done_at: new Date() });
  });
  await pointOf(parts)('done');
  return done;
}
