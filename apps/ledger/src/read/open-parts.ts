// Which values are opened for an answer, and what is said in the place of one that cannot be?
import { type PartRef } from '@derbes/domain';
import { type Part } from '@derbes/kernel';
import { asOwnerName, type Opened, type OwnerName, type Unopened, type Vault, type Wanted } from '@derbes/vault';
import { type OpenedPart, type PartState, type WithOpened } from './dossier-view.js';
import { isRef } from './part-refs.js';

/** Codes of the vault that say that a row or key is gone; every other is told by name below. */
const states: Readonly<Record<string, PartState>> = {
  PART_ERASED: 'erased',
  PART_LOST: 'lost',
  PART_KEY_MISSING: 'lost',
  PART_TAMPERED: 'tampered',
  KEY_TAMPERED: 'tampered',
  EPOCH_CLOSED: 'lost',
};

/** Codes by which somebody may have been erased: her own events say so, or it is lost. A missing row alone is no erasure. */
const ownerGone = new Set(['OWNER_NOT_LIVE', 'OWNER_MISSING']);

/** With what values are opened. */
interface Opening {
  readonly vault: Pick<Vault, 'open'>;
  /** Those of them whose own events say that they were erased. */
  readonly erasedAmong: (owners: readonly OwnerName[]) => Promise<ReadonlySet<OwnerName>>;
}

const keyOf = ({ event, p }: { readonly event: string; readonly p: string }): string => `${event}/${p}`;

/** How parts are shown when none is opened. */
export type Unread = Extract<PartState, 'withheld' | 'not-shown'>;

/**
 * Puts the value, or why there is none, in the place of every part reference of an answer. One call of the vault opens all; its
 * keys are gone when it returns. `parts` gives the event's own trace of a part, by which the value is verified.
 */
export async function openPartsOf<T extends object>(
  said: T,
  traces: ReadonlyMap<string, readonly Part[]>,
  opening: Opening,
): Promise<WithOpened<T>> {
  const refs = new Map<string, PartRef>();
  visit(said, (ref) => refs.set(keyOf(ref), ref));
  const shown = await openTraced([...refs.values()].map(tracedBy(traces)), opening);
  const opened = new Map(shown.map((part) => [keyOf(part), part]));
  return place(said, (ref) => opened.get(keyOf(ref)) ?? { ...ref, state: 'lost' }) as WithOpened<T>;
}

/** A reference with what its event says of the part; without that it cannot be verified, so it is not opened. */
export interface Traced {
  readonly ref: PartRef;
  readonly part: Part | undefined;
}

export const tracedBy =
  (traces: ReadonlyMap<string, readonly Part[]>) =>
  (ref: PartRef): Traced => ({ ref, part: traces.get(ref.event)?.find(({ p }) => p === ref.p) });

/** The same for references alone, in the order given. */
export async function openTraced(
  traced: readonly Traced[],
  { vault, erasedAmong }: Opening,
): Promise<readonly OpenedPart[]> {
  if (traced.length === 0) return [];
  const wanted = traced.flatMap(({ ref, part }): Wanted[] =>
    part ? [{ eventId: ref.event, owner: asOwnerName(ref.owner), part }] : [],
  );
  const all = await vault.open(wanted);
  const gone = all.flatMap((one) => ('code' in one && ownerGone.has(one.code) ? [one.owner] : []));
  const erased = gone.length > 0 ? await erasedAmong([...new Set(gone)]) : new Set<OwnerName>();
  const opened = all.values();
  return traced.map(({ ref, part }) => shown(ref, part && opened.next().value, erased));
}

/** The same without opening anything. */
export const leaveSealed = <T extends object>(said: T, state: Unread): WithOpened<T> =>
  place(said, (ref) => ({ ...ref, state })) as WithOpened<T>;

function shown(ref: PartRef, one: Opened | Unopened | undefined, erased: ReadonlySet<OwnerName>): OpenedPart {
  if (!one) return { ...ref, state: 'lost' };
  if ('value' in one) return { ...ref, state: 'opened', category: one.category, value: one.value };
  const isErased = ownerGone.has(one.code) && erased.has(one.owner);
  return { ...ref, state: isErased ? 'erased' : (states[one.code] ?? 'lost') };
}

function visit(value: unknown, meet: (ref: PartRef) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (isRef(value)) meet(value);
  const record = value as Readonly<Record<string, unknown>>;
  for (const name in record) visit(record[name], meet);
}

function place(value: unknown, fill: (ref: PartRef) => OpenedPart): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => place(item, fill));
  if (isRef(value)) return fill(value);
  const record = value as Readonly<Record<string, unknown>>;
  const placed: Record<string, unknown> = {};
  for (const name in record) placed[name] = place(record[name], fill);
  return placed;
}
