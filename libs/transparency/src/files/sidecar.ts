// What stands beside a bundle of entries, for this ledger alone? The claims of its events, by which a repeat is known for what it is.
import { type CarriedClaim, type CarriedReservation } from '@derbes/event-store';
import { LogTrouble } from './log-trouble.js';
import { tileWidthMax, type Tile } from '../tiles.js';

export interface Sidecar {
  /** Of the bundle: the first `width` entries of bundle `index`. */
  readonly index: number;
  readonly width: number;
  readonly claims: readonly CarriedClaim[];
  readonly reserved: readonly CarriedReservation[];
}

/** Tokens, codes and ids fill a few hundred bytes an event; outcomes of the longest kind, a megabyte each, still fit. */
export const sidecarBytesMax = 400 * 1024 * 1024;

const format = 'derbes.claims/v1';
const hash = /^[0-9a-f]{64}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const placeMax = 1_000;

/** One line, the same for the same claims. */
export const writeSidecar = ({ index, width, claims, reserved }: Sidecar): Buffer =>
  Buffer.from(`${JSON.stringify({ format, bundle: index, width, claims, reserved })}\n`);

/** Throws LogTrouble LOG_SIDECAR_DAMAGED for anything that `writeSidecar` has not written for this bundle. */
export function readSidecar(bytes: Uint8Array, { index, width }: Pick<Tile, 'index' | 'width'>, path: string): Sidecar {
  try {
    const { claims, reserved, ...head } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    assert(head['format'] === format && head['bundle'] === index && head['width'] === width);
    assert(Array.isArray(claims) && claims.length <= tileWidthMax && claims.every(isClaim));
    assert(Array.isArray(reserved) && reserved.every(isReservation));
    return { index, width, claims, reserved };
  } catch (cause) {
    throw new LogTrouble('LOG_SIDECAR_DAMAGED', `${path} is not what it was written as`, { cause });
  }
}

function assert(holds: boolean): asserts holds {
  if (!holds) throw new RangeError('not the claims of a bundle');
}

function isClaim(value: unknown): value is CarriedClaim {
  const { token, kind, state, outcome, check, checkEvent, of, events } = (value ?? {}) as Record<string, unknown>;
  return (
    matches(hash, token) &&
    (kind === 'fact' || kind === 'command') &&
    (state === 'landed' || state === 'erased') &&
    typeof outcome === 'string' &&
    (check === undefined || matches(hash, check)) &&
    (checkEvent === undefined || matches(uuid, checkEvent)) &&
    isCount(of) &&
    Array.isArray(events) &&
    events.length > 0 &&
    events.every(isPlaced)
  );
}

function isPlaced(value: unknown): boolean {
  const { id, place } = (value ?? {}) as Record<string, unknown>;
  return matches(uuid, id) && isCount(place);
}

function isReservation(value: unknown): value is CarriedReservation {
  const { token, id } = (value ?? {}) as Record<string, unknown>;
  return matches(hash, token) && matches(uuid, id);
}

const matches = (form: RegExp, value: unknown): boolean => typeof value === 'string' && form.test(value);
const isCount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= placeMax;
