// Who has seen this checkpoint? All witnesses of the policy are asked at once; none of them can hold the log up for long.
import { setTimeout as pause } from 'node:timers/promises';
import { type Checkpoint } from '../checkpoint.js';
import { type Cosigned, type Cosigning, type WitnessStanding } from '../sequencing/cosigning.js';
import { meetsQuorum, type Policy, type Witness } from '../tlog-policy.js';
import { AskedWitness, type LogSide, type SignedTree } from './asked-witness.js';
import { prefixOf } from './ask.js';
import { WitnessTrouble, type WitnessTroubleCode } from './trouble.js';

/** How long a checkpoint waits for its quorum before it is published below it. Its entries wait with it, of a promised minute. */
export const cosignMsMax = 5_000;
/** How long it then still waits for the witnesses beyond the quorum. */
const lingerMs = 200;
/** One that fails is left alone for a second, then for twice as long each time: it is waited for once a minute at most. */
const pauseMs = 1_000;
const pauseMsMax = 60_000;

/** A witness of the policy has no address, or one that is not asked. */
export class WitnessNotUsable extends Error {
  readonly code = 'LOG_POLICY_WRONG';
  override readonly name = 'WitnessNotUsable';
}

interface Asked {
  readonly of: Witness;
  readonly witness: AskedWitness;
  state: 'unasked' | 'cosigned' | WitnessTroubleCode;
  failures: number;
  /** Not before this, by the monotonic clock. */
  againAtMs: number;
  busy: boolean;
}

export interface WitnessesParts extends LogSide {
  /** Told whenever the state of a witness becomes another. */
  readonly onChange?: (standing: WitnessStanding) => void;
  /** Instead of `cosignMsMax`. */
  readonly msMax?: number;
}

/** Verified lines of one checkpoint, by witness. */
type Lines = Map<Witness, string>;

export class Witnesses implements Cosigning {
  readonly #asked: readonly Asked[];
  readonly #msMax: number;
  /** The checkpoint of the last note, and who cosigned it: asked again for it, only the others are asked. */
  #of: Checkpoint | undefined;
  #lines: Lines = new Map();
  /** What was found when nobody waited for it any more. */
  #late: Error | undefined;

  /** Throws WitnessNotUsable. */
  constructor(
    private readonly policy: Policy,
    private readonly parts: WitnessesParts,
  ) {
    this.#msMax = parts.msMax ?? cosignMsMax;
    this.#asked = policy.witnesses.map((of) => {
      const prefix = prefixOf(of.url);
      if (typeof prefix === 'string') throw new WitnessNotUsable(`witness ${of.name} ${prefix}`);
      const witness = new AskedWitness(of.name, prefix, of.verifier, parts);
      return { of, witness, state: 'unasked', failures: 0, againAtMs: 0, busy: false };
    });
  }

  get standing(): readonly WitnessStanding[] {
    return this.#asked.map(({ witness, state }) => ({ name: witness.name, state, size: witness.held }));
  }

  /** Answers after `cosignMsMax` at the latest, with or without a quorum. See `Cosigning`. */
  async cosign(note: string, checkpoint: Checkpoint): Promise<Cosigned> {
    const late = this.#late;
    this.#late = undefined;
    if (late) throw late;
    if (this.#of?.size !== checkpoint.size || !this.#of.root.equals(checkpoint.root)) this.#lines = new Map();
    this.#of = checkpoint;
    const lines = this.#lines;
    await this.#gather({ note, checkpoint }, lines);
    return {
      lines: this.#asked.map(({ of }) => lines.get(of) ?? '').join(''),
      belowQuorum: !this.#isQuorum(lines),
    };
  }

  close(): void {
    for (const { witness } of this.#asked) witness.close();
  }

  /** Until all have answered, or the quorum and those that are as fast. */
  async #gather(tree: SignedTree, lines: Lines): Promise<void> {
    let reached = (): void => undefined;
    const quorum = new Promise<void>((resolve) => (reached = resolve));
    const now = performance.now();
    const all = Promise.all(
      this.#asked
        .filter(({ of, busy, againAtMs }) => !busy && againAtMs <= now && !lines.has(of))
        .map(async (one) => {
          await this.#ask(one, tree, lines);
          if (this.#isQuorum(lines)) reached();
        }),
    );
    if (this.#isQuorum(lines)) reached();
    let waiting = true;
    all.catch((error: unknown) => {
      // Nobody may go on after it, and whoever waited for it is gone.
      if (!waiting) this.#late = error instanceof Error ? error : new Error('a witness could not be asked');
    });
    await Promise.race([all, quorum.then(() => pause(lingerMs, undefined, { ref: false }))]);
    waiting = false;
  }

  #isQuorum(lines: Lines): boolean {
    return meetsQuorum(this.policy, new Set(lines.keys()));
  }

  async #ask(one: Asked, tree: SignedTree, lines: Lines): Promise<void> {
    one.busy = true;
    try {
      lines.set(one.of, await one.witness.cosign(tree, AbortSignal.timeout(this.#msMax)));
      one.failures = 0;
      one.againAtMs = 0;
      this.#is(one, 'cosigned');
    } catch (error) {
      if (!(error instanceof WitnessTrouble)) throw error;
      one.againAtMs = performance.now() + Math.min(pauseMsMax, pauseMs * 2 ** one.failures);
      one.failures += 1;
      this.#is(one, error.code);
    } finally {
      one.busy = false;
    }
  }

  #is(one: Asked, state: Asked['state']): void {
    const changed = one.state !== state;
    one.state = state;
    if (changed) this.parts.onChange?.({ name: one.witness.name, state, size: one.witness.held });
  }
}
