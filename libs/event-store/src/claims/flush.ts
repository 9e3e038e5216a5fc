// How do the units of many callers become durable at once? One transaction; a unit that cannot be written is left out alone.
import { inAppendTransaction, type Done } from '../postgres/transaction.js';
import { type Participant, type Unit } from '../unit.js';
import { Assessment, hex, type Objection } from './assess.js';
import { readFlushState, readPositions, writeLanded, writeOpen, type Attempt, type FlushState } from './flush-table.js';
import { storeSetting } from '../store-place.js';
import { type ClaimsSettings } from './options.js';
import { type Transaction } from '../postgres/together.js';

export type Verdict =
  /** The claim is durable and its events with it. */
  | { readonly kind: 'landed'; readonly position?: string }
  /** The claim is durable; its events have yet to land. */
  | { readonly kind: 'claimed' }
  | Exclude<Objection, { kind: 'own' }>;

export interface FlushForm {
  /** Events stand in the same transaction. */
  readonly inside: boolean;
  /** Write all units or none. */
  readonly atomic: boolean;
}

/** A verdict for each unit, in order. */
export function flushUnits<Rows>(
  settings: ClaimsSettings<Rows>,
  attempts: readonly Attempt<Rows>[],
  form: FlushForm,
): Promise<readonly Verdict[]> {
  return inAppendTransaction(
    settings.pool,
    (tx) => decideAndWrite(tx, settings, attempts, form),
    settings.at && (() => settings.at?.('written')),
    settings.place === undefined ? undefined : `set local ${storeSetting} = '${settings.place}'`,
  );
}

async function decideAndWrite<Rows>(
  tx: Transaction,
  settings: ClaimsSettings<Rows>,
  attempts: readonly Attempt<Rows>[],
  form: FlushForm,
): Promise<Done<readonly Verdict[]>> {
  const units = attempts.map(({ unit }) => unit);
  const [state, refused] = await Promise.all([
    readFlushState(tx, units, settings.landing === 'inside'),
    settings.participant.conflicts(
      tx,
      units.map(({ rows }) => rows),
    ),
  ]);
  const beginning = () => new Assessment(state, form.inside, settings.heads);
  const objections = await objectionsTo(tx, settings.participant, attempts, refused, beginning);
  const written = form.atomic && objections.size > 0 ? [] : attempts.filter((_, i) => !objections.has(i));
  const value = await verdictsOn(tx, units, objections, state, form);
  if (written.length === 0) return { value, end: 'nothing' };
  const end = form.inside && written.some(({ unit }) => unit.events.length > 0) ? 'appended' : 'written';
  const rows = written.map(({ unit }) => unit.rows);
  const asked = Promise.all([write(tx, settings, written, state, form), settings.participant.write(tx, rows)]);
  if (settings.participant.writesAtOnce?.(rows)) return { value, end, asked };
  await asked;
  return { value, end };
}

function write(
  tx: Transaction,
  { process, leaseMs: ms }: ClaimsSettings<unknown>,
  written: readonly Attempt<unknown>[],
  state: FlushState,
  { inside }: FlushForm,
): Promise<void> {
  const reserved = written.map(({ unit }) => unit.claim.token).filter((token) => state.reserved.has(hex(token)));
  if (inside) return writeLanded(tx, written, reserved, state.ledger?.last ?? 0);
  return writeOpen(tx, written, reserved, { process, ms });
}

/**
 * What speaks against units, by index: first what stands, then the participant, then what the participant took away. `refusedOfAll`: what
 * the participant said of all of them, which holds unless something else speaks against one.
 */
async function objectionsTo<Rows>(
  tx: Transaction,
  participant: Participant<Rows>,
  attempts: readonly Attempt<Rows>[],
  refusedOfAll: ReadonlyMap<number, string>,
  beginning: () => Assessment,
): Promise<Map<number, Objection>> {
  const objections = assess(attempts, new Map(), beginning());
  const candidates = [...attempts.keys()].filter((i) => !objections.has(i));
  if (candidates.length === 0) return objections;
  const rows = candidates.map((i) => (attempts[i] as Attempt<Rows>).unit.rows);
  const refused = objections.size === 0 ? refusedOfAll : await participant.conflicts(tx, rows);
  if (refused.size === 0) return objections;
  for (const [n, code] of refused) {
    objections.set(candidates[n] ?? -1, { kind: 'conflict', conflict: { status: 'conflict', code } });
  }
  // A unit may have stood on one that is refused now.
  return assess(attempts, objections, beginning());
}

function assess(
  attempts: readonly Attempt<unknown>[],
  known: ReadonlyMap<number, Objection>,
  assessment: Assessment,
): Map<number, Objection> {
  const objections = new Map(known);
  for (const [i, attempt] of attempts.entries()) {
    if (known.has(i)) continue;
    const objection = assessment.take(attempt);
    if (objection) objections.set(i, objection);
  }
  return objections;
}

async function verdictsOn(
  tx: Transaction,
  units: readonly Unit<unknown>[],
  objections: ReadonlyMap<number, Objection>,
  state: FlushState,
  form: FlushForm,
): Promise<Verdict[]> {
  const own = units.filter((_, i) => objections.get(i)?.kind === 'own').map(({ claim }) => claim.token);
  const positions = form.inside && own.length > 0 ? await readPositions(tx, own) : new Map<string, string>();
  let last = state.ledger?.last ?? 0;
  return units.map(({ claim, events }, i) => {
    const objection = objections.get(i);
    if (objection && objection.kind !== 'own') return objection;
    if (!form.inside) return { kind: 'claimed' };
    if (!objection) last += events.length;
    const position = objection ? positions.get(hex(claim.token)) : events.length > 0 ? String(last) : undefined;
    return { kind: 'landed', ...(position !== undefined && { position }) };
  });
}
