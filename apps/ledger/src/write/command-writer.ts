// How does a command become durable? Decide on what stands, commit as one claim, and decide anew when somebody was faster.
import {
  ClaimBusy,
  comparePositions,
  noStream,
  type Claims,
  type EventStore,
  type Found,
  type Position,
} from '@derbes/event-store';
import { canonicalJson, Refused, type Draft, type JsonValue } from '@derbes/kernel';
import { type Waited } from '@derbes/read-models';
import { asOwnerName, type KeyRow, type OwnerName, type Vault, type VaultRows } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { spreadingAmong } from '../cascade/spreading-facts.js';
import { ordersAmong, settledAmong } from '../erasure/ordering.js';
import { type Asked } from '../keys/asked.js';
import { type Publication } from '../log/published-wait.js';
import { type FoldCache } from './fold-cache.js';
import { registersAmong, type KnownRegisters } from './known-registers.js';
import { controllerOwner } from './opening.js';
import { wholeSeconds } from './telling-parts.js';
import { type GuardedRows } from './register-guard.js';
import { makeUnit, type Head, type Unlink } from './unit-maker.js';

/** Who loses so often against others is told to come again. */
const attemptsMax = 10;
const busyRetryMs = 1_000;
/** Conflict of a unit that was sealed under an epoch that is not the open one any more. */
export const epochChanged = 'EPOCH_CHANGED';

/** What a command comes to on what stands now; made anew for each attempt. */
export interface Plan {
  /** With the ids that are promised already. */
  readonly drafts: readonly (Draft & { readonly id?: string })[];
  readonly values?: readonly JsonValue[];
  readonly unlinks?: readonly Unlink[];
  /** Where the subjects' streams ended that it was decided on: behind any other event it must not land. */
  readonly heads?: ReadonlyMap<string, Head>;
  /** Told with the outcome, where that depends on what was decided: codes and ids only. */
  readonly result?: object;
}

export interface Commanding<Result extends object> {
  readonly asked: Asked;
  /** What the caller sent, so that the same Idempotency-Key with other content is noticed. */
  readonly content: JsonValue;
  /** With whose key the check of that content goes; the controller's own when absent. */
  readonly contentOwner?: OwnerName;
  readonly decide: (at: string) => Plan | Promise<Plan>;
  /** Codes and ids told with the outcome, for ever the same. */
  readonly result: Result;
  /** Who acts, when it is not the asker's role. */
  readonly actor?: string;
  /** A fact may be moved behind what was told meanwhile; a command is decided anew. */
  readonly kind?: 'fact' | 'command';
  /** How often it is decided anew before its asker is told to come again; for what may not lose against whoever tells most. */
  readonly attempts?: number;
}

/** What one thing told is known by, for ever. */
interface Pair {
  readonly source: string;
  readonly id: string;
}

/** The key's id stands before the caller's word: nobody's idempotency keys meet anybody else's. */
const pairSource = ({ by }: Asked): string => `urn:derbes:key:${by.key}`;

/** Streams read at a time, so that a long batch told again leaves connections to others. */
const readsTogether = 8;

async function positionAt(store: EventStore, stream: string, revision: number): Promise<Position | undefined> {
  for await (const { position } of store.readStream(stream, revision)) return position;
  return undefined;
}

export interface CommandWriterParts {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly cache: FoldCache;
  readonly registers: KnownRegisters;
  readonly landing: 'inside' | 'after';
  readonly clock: () => Date;
  /** Resolves when the read models have reached a position, or will not in time. */
  readonly projected: (position: Position) => Promise<Waited>;
  /** Resolves when a published checkpoint covers a position, or none will in time. */
  readonly published: (position: Position) => Promise<Publication>;
}

export class CommandWriter {
  constructor(private readonly parts: CommandWriterParts) {}

  /**
   * Waits for the read models, or for the log, on behalf of an asker who wants that, and says how the wait ended. A pair that was told
   * before is waited for where its first telling stands.
   */
  async waitUpTo(positions: readonly Position[], asked: Asked, repeats: readonly Pair[] = []): Promise<void> {
    const { waitProjected, tellWaited, waitPublished, tellPublished } = asked;
    if (!waitProjected && !waitPublished) return;
    const standing = await this.positionsOf(repeats);
    const last = [...positions, ...standing].sort(comparePositions).at(-1);
    if (last === undefined) return;
    // At once: both together take no longer than the limit of either.
    await Promise.all([
      waitProjected && this.parts.projected(last).then((waited) => tellWaited?.(waited)),
      waitPublished && this.parts.published(last).then((published) => tellPublished?.(published)),
    ]);
  }

  /** Of each stream that the pairs wrote into, the place of their last event in it. */
  private async positionsOf(pairs: readonly Pair[]): Promise<readonly Position[]> {
    const { vault, claims, store } = this.parts;
    const lasts = new Map<string, number>();
    for (const found of await claims.find(pairs.map(({ source, id }) => vault.claimToken(source, id)))) {
      if (found?.state !== 'landed') continue;
      for (const { stream, revision } of found.events) lasts.set(stream, Math.max(revision, lasts.get(stream) ?? 0));
    }
    const positions: Position[] = [];
    const streams = [...lasts];
    for (let from = 0; from < streams.length; from += readsTogether) {
      const some = streams.slice(from, from + readsTogether);
      const read = await Promise.all(some.map(([stream, revision]) => positionAt(store, stream, revision)));
      positions.push(...read.flatMap((position) => position ?? []));
    }
    return positions;
  }

  /** Throws Refused, ClaimBusy and the store's errors. `status` is `repeated` for an Idempotency-Key seen before. */
  async write<Result extends object>(
    command: Commanding<Result>,
  ): Promise<Result & { readonly status: 'recorded' | 'repeated' }> {
    const { vault, claims, clock } = this.parts;
    const { asked } = command;
    const token = vault.claimToken(pairSource(asked), asked.idempotencyKey ?? randomUUID());
    for (let attempt = 0; attempt < (command.attempts ?? attemptsMax); attempt++) {
      // A command is refused on what every process knows: what this one remembers may be old.
      await this.parts.registers.fresh();
      const now = wholeSeconds(clock().toISOString());
      // Taken before deciding: what a register gains meanwhile is met as a wrong revision, never written behind unseen.
      const heads = new Map(this.parts.registers.heads);
      const plan = await this.planOrRepeat(token, command, now);
      if ('outcome' in plan) return this.repeated<Result>(plan, command);
      for (const [stream, head] of plan.heads ?? []) heads.set(stream, head);
      const result = { ...command.result, ...plan.result };
      if (plan.drafts.length === 0 && asked.idempotencyKey === undefined) return { ...result, status: 'recorded' };
      const unit = await this.unit(token, { ...command, result }, plan, heads, now);
      const streams = plan.drafts.map(({ stream }) => stream);
      const rows: GuardedRows = {
        ...unit.rows,
        grows: registersAmong(streams),
        orders: ordersAmong(unit.events),
        settled: settledAmong(unit.events),
        spreading: spreadingAmong(unit.events),
      };
      const committed = await claims.commit({ ...unit, rows });
      for (const { stream } of plan.drafts) this.parts.cache.drop(stream.slice(stream.indexOf('-') + 1));
      if (committed.status === 'recorded') {
        await this.parts.registers.grown(streams);
        if (committed.position !== undefined) await this.waitUpTo([committed.position], asked);
        return { ...result, status: 'recorded' };
      }
      if (committed.status === 'repeated') {
        // Whoever recorded it may have died before telling; now that it is acknowledged, everybody must know.
        await this.parts.registers.grown(streams);
        return this.repeated<Result>(committed, command);
      }
      if (committed.status === 'erased') throw new Refused('SUBJECT_ERASED', 'the person was erased');
      if (committed.code === epochChanged) await vault.reload();
      await this.parts.registers.grown(streams);
    }
    throw new ClaimBusy(busyRetryMs);
  }

  /** What was done under this key before is told again, although it could not be done a second time. */
  private async planOrRepeat(
    token: Buffer,
    { decide, asked }: Commanding<object>,
    now: string,
  ): Promise<Plan | Extract<Found, { outcome: string }>> {
    try {
      return await decide(now);
    } catch (error) {
      if (!(error instanceof Refused) || asked.idempotencyKey === undefined) throw error;
      const standing = await this.parts.claims.settle(token);
      if (standing?.state !== 'landed') throw error;
      return standing;
    }
  }

  private async unit<Result extends object>(
    token: Buffer,
    command: Commanding<Result>,
    plan: Plan,
    heads: ReadonlyMap<string, Head>,
    now: string,
  ) {
    const { vault, registers, landing } = this.parts;
    const standing = await this.standing(plan, command.contentOwner);
    const drafts = plan.drafts.map((draft) => ({ ...draft, id: draft.id ?? randomUUID() }));
    return vault.withKeys((ring) =>
      Promise.resolve(
        makeUnit(vault, ring, {
          token,
          kind: command.kind ?? 'command',
          landing,
          drafts,
          values: plan.values ?? [],
          actor: command.actor ?? command.asked.by.role,
          now,
          head: (stream) => heads.get(stream) ?? { revision: noStream },
          editionAt: (moment) => registers.editionAt(moment),
          standing,
          links: [],
          ...(plan.unlinks && { unlinks: plan.unlinks }),
          received: {
            content: command.content,
            owner: command.contentOwner ?? controllerOwner(vault.ledger),
            under: drafts[0]?.id ?? randomUUID(),
          },
          outcome: canonicalJson({ status: 'recorded', ...command.result }),
        }).unit,
      ),
    );
  }

  /** Key rows of every owner that the plan may touch and that stands. */
  private standing(plan: Plan, contentOwner?: OwnerName): Promise<Map<OwnerName, KeyRow>> {
    const named = plan.drafts.flatMap(({ stream, seals }) => [
      ...(stream.startsWith('subject-') ? [stream] : []),
      ...(seals ?? []).flatMap(({ owner }) => owner ?? []),
    ]);
    const owners = new Set([...named, contentOwner ?? controllerOwner(this.parts.vault.ledger)]);
    return this.parts.vault.ownersOf([...owners].map(asOwnerName));
  }

  private async repeated<Result extends object>(
    { outcome, check, checkEvent }: { readonly outcome: string; readonly check?: Buffer; readonly checkEvent?: string },
    { asked, content }: Pick<Commanding<Result>, 'asked' | 'content'>,
  ): Promise<Result & { readonly status: 'repeated' }> {
    if (check && checkEvent !== undefined) {
      const [compared] = await this.parts.vault.compareChecks([{ check, checkEvent, received: content }]);
      if (compared === 'other') {
        throw new Refused('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key came with another command before');
      }
    }
    const { idempotencyKey: id } = asked;
    if (id !== undefined) await this.waitUpTo([], asked, [{ source: pairSource(asked), id }]);
    return { ...(JSON.parse(outcome) as Result), status: 'repeated' };
  }
}
