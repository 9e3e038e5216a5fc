// Which units of a flush can be written? Pure: what stands decides, and an earlier unit counts for a later one.
import { checkEvent } from '../append-check.js';
import { AppendTooLarge, EventIdTaken, MalformedEvent } from '../errors.js';
import { noStream } from '../port.js';
import { type Claim, type Unit } from '../unit.js';
import { type ConflictingUnit } from './committed.js';
import { type Attempt, type FlushState, type StandingClaim } from './flush-table.js';
import { type LandedHeads } from './landed-heads.js';

/** Why a unit is not written. */
export type Objection =
  | { readonly kind: 'standing'; readonly claim: StandingClaim }
  /** This very call wrote it: its connection died at commit. */
  | { readonly kind: 'own'; readonly claim: StandingClaim }
  /** Open claims stand on its streams and land first. */
  | { readonly kind: 'blocked'; readonly tokens: readonly Buffer[] }
  /** An earlier unit of this flush has to be through first. */
  | { readonly kind: 'again' }
  | { readonly kind: 'conflict'; readonly conflict: ConflictingUnit };

/** An atomic batch makes at most so many events. */
const unitEventsMax = 1_000;
const tokenBytes = 32;
/** Codes alone fill a few hundred bytes. */
const outcomeBytesMax = 1_048_576;

/**
 * The unit's size in bytes. Throws what `EventStore.append` throws for a malformed event, and MalformedEvent for a unit that
 * could never land.
 */
export function checkUnit({ claim, events }: Unit<unknown>): number {
  if (claim.token.length !== tokenBytes) throw new MalformedEvent(`a claim's token has ${tokenBytes} bytes`);
  if (Buffer.byteLength(claim.outcome) > outcomeBytesMax) throw new MalformedEvent('an outcome too long');
  if (events.length > unitEventsMax) throw new MalformedEvent(`a unit of more than ${unitEventsMax} events`);
  const ids = new Set<string>();
  const next = new Map<string, number>();
  let bytes = 0;
  for (const event of events) {
    bytes += checkEvent(event, event.stream, event.expectedRevision + 1);
    if (ids.has(event.id)) throw new EventIdTaken(event.id);
    ids.add(event.id);
    if ((next.get(event.stream) ?? event.expectedRevision) !== event.expectedRevision) {
      throw new MalformedEvent('events of one unit leave a gap in their stream');
    }
    next.set(event.stream, event.expectedRevision + 1);
  }
  return bytes;
}

/** Throws for units that cannot all be one batch. */
export function checkBatch(units: readonly Unit<unknown>[]): void {
  let events = 0;
  for (const unit of units) {
    checkUnit(unit);
    // A command may have to be withdrawn, and after its commit point a batch must not lose one of its members.
    if (unit.claim.kind !== 'fact') throw new MalformedEvent('a command in an atomic batch');
    events += unit.events.length;
  }
  if (events > unitEventsMax)
    throw new AppendTooLarge(`${events} events; an atomic batch has at most ${unitEventsMax}`);
}

export const hex = (token: Buffer): string => token.toString('hex');

/** Takes units in order; each that is not objected to counts as written for those after it. */
export class Assessment {
  private readonly tokens = new Set<string>();
  private readonly ids = new Set<string>();
  private readonly heads = new Map<string, { readonly revision: number; readonly kind: Claim['kind'] }>();

  /** `inside`: the flush lands as a whole. */
  constructor(
    private readonly state: FlushState,
    private readonly inside: boolean,
    private readonly landed: LandedHeads,
  ) {}

  /** Undefined when the unit can be written. */
  take({ unit, attempt }: Attempt<unknown>): Objection | undefined {
    const objection = this.objectionTo(unit, attempt);
    if (objection) return objection;
    this.tokens.add(hex(unit.claim.token));
    for (const event of unit.events) {
      this.ids.add(event.id);
      this.heads.set(event.stream, { revision: event.expectedRevision + 1, kind: unit.claim.kind });
    }
    return undefined;
  }

  private objectionTo(unit: Unit<unknown>, attempt: string): Objection | undefined {
    const { claim, events } = unit;
    const token = hex(claim.token);
    const standing = this.state.claims.get(token);
    if (standing) return { kind: standing.attempt === attempt ? 'own' : 'standing', claim: standing };
    if (this.tokens.has(token)) return { kind: 'again' };
    const reserved = this.state.reserved.get(token);
    if (reserved !== undefined && !events.some(({ id }) => id === reserved)) return conflict('RESERVED_ID');
    const open = new Set(events.flatMap(({ stream }) => this.state.open.get(stream) ?? []));
    if (open.size > 0) return { kind: 'blocked', tokens: [...open].map((text) => Buffer.from(text, 'hex')) };
    if (events.some(({ id }) => this.state.takenIds.has(id) || this.ids.has(id))) return conflict('EVENT_ID_TAKEN');
    return this.revisionObjection(unit);
  }

  /**
   * A place that is neither landed nor claimed before is refused, whoever decided on it: a claim on it might never land. No
   * claim is open on these streams here, so what they lack now was refused, withdrawn, or is yet to come.
   */
  private revisionObjection({ claim, events }: Unit<unknown>): Objection | undefined {
    const own = new Map<string, number>();
    for (const { stream, expectedRevision } of events) {
      const earlier = this.heads.get(stream);
      if (earlier && !this.inside && !isFactOnFact(claim.kind, earlier.kind)) return { kind: 'again' };
      const head = own.get(stream) ?? earlier?.revision ?? this.headOf(stream);
      if ((head ?? noStream) !== expectedRevision) return conflict('WRONG_REVISION', stream, head);
      own.set(stream, expectedRevision + 1);
    }
    return undefined;
  }

  /** With the events in another store, as far as it is known to have come: beyond that the append will tell. */
  private headOf(stream: string): number | undefined {
    return this.state.ledger ? (this.state.ledger.heads.get(stream) ?? noStream) : this.landed.reached(stream);
  }
}

/** What follows its claim into another store lands in order; but a command may be withdrawn, and decides on what stands only. */
const isFactOnFact = (later: Claim['kind'], earlier: Claim['kind']): boolean => later === 'fact' && earlier === 'fact';

const conflict = (code: string, stream?: string, actual?: number): Objection => ({
  kind: 'conflict',
  conflict: {
    status: 'conflict',
    code,
    ...(stream !== undefined && { stream }),
    ...(actual !== undefined && { actual }),
  },
});
