// Which values are opened for an answer, and what is said in the place of one that cannot be?
import { type PartRef } from '@derbes/domain';
import { type Part } from '@derbes/kernel';
import { asOwnerName, type Opened, type Unopened, type Vault, type Wanted } from '@derbes/vault';
import { type OpenedPart, type PartState, type WithOpened } from './dossier-view.js';

/** Codes of the vault that say that a row or key is gone; every other is told by name below. */
const states: Readonly<Record<string, PartState>> = {
  PART_LOST: 'lost',
  PART_KEY_MISSING: 'lost',
  OWNER_MISSING: 'lost',
  PART_TAMPERED: 'tampered',
  KEY_TAMPERED: 'tampered',
  OWNER_NOT_LIVE: 'erased',
  EPOCH_CLOSED: 'erased',
};

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
  vault: Pick<Vault, 'open'>,
): Promise<WithOpened<T>> {
  const refs = new Map<string, PartRef>();
  visit(said, (ref) => refs.set(keyOf(ref), ref));
  const wanted = [...refs.values()].flatMap((ref): Wanted[] => {
    const part = traces.get(ref.event)?.find(({ p }) => p === ref.p);
    return part ? [{ eventId: ref.event, owner: asOwnerName(ref.owner), part }] : [];
  });
  const opened = new Map((await vault.open(wanted)).map((one) => [keyOf({ event: one.eventId, p: one.p }), one]));
  return place(said, (ref) => shown(ref, opened.get(keyOf(ref)))) as WithOpened<T>;
}

/** The same without opening anything. */
export const leaveSealed = <T extends object>(said: T, state: Unread): WithOpened<T> =>
  place(said, (ref) => ({ ...ref, state })) as WithOpened<T>;

function shown(ref: PartRef, one: Opened | Unopened | undefined): OpenedPart {
  if (!one) return { ...ref, state: 'lost' };
  if ('value' in one) return { ...ref, state: 'opened', category: one.category, value: one.value };
  return { ...ref, state: states[one.code] ?? 'lost' };
}

function isRef(value: object): value is PartRef {
  const { event, p, owner } = value as Partial<PartRef>;
  return typeof event === 'string' && typeof p === 'string' && typeof owner === 'string';
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
