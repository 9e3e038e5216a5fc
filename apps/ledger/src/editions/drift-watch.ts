// Has practice left the edition in force? A state for everybody, numbers for whoever has a key, looked at a few times an hour.
import { type Registry } from 'prom-client';
import { makeGauges } from '../gauges.js';
import { type Indicator } from '../http/health-controller.js';
import { RareLook } from '../rare-look.js';
import { practiceNow, type PracticeParts } from './practice.js';

/** All activities of a ledger are summed up for it, so it is not done when somebody asks. */
const lookEveryMs = 15 * 60_000;

export interface DriftCounts {
  /** Activities that the edition in force does not declare so. */
  readonly undeclared: number;
  /** What it declares and nobody practises. */
  readonly unpractised: number;
}

export class DriftWatch {
  private counts: DriftCounts | undefined;
  private readonly looks: RareLook;

  constructor(
    private readonly parts: PracticeParts,
    isActive: () => boolean,
    onTrouble: (error: unknown) => void,
  ) {
    this.looks = new RareLook(async () => (await this.look()) !== undefined, lookEveryMs, isActive, onTrouble);
  }

  start(): void {
    this.looks.start();
  }

  stop(): Promise<void> {
    return this.looks.stop();
  }

  /** Undefined before an edition is in force. */
  async look(): Promise<DriftCounts | undefined> {
    const practice = await practiceNow(this.parts);
    this.counts = practice && {
      undeclared: practice.activities.filter(({ drift }) => drift.length > 0).length,
      unpractised: practice.unpractised.length,
    };
    return this.counts;
  }

  /** That practice left the edition is the officer's matter and turns nobody away. */
  indicator(): Indicator {
    return {
      name: 'practice',
      check: () => {
        if (!this.counts) return { ok: true, state: 'not-looked-at' };
        const { undeclared, unpractised } = this.counts;
        return { ok: true, state: undeclared > 0 ? 'undeclared' : unpractised > 0 ? 'not-practised' : 'as-declared' };
      },
    };
  }

  /** `derbes_practice_undeclared` and `derbes_practice_unpractised`. */
  register(registry: Registry): void {
    makeGauges(registry, 'derbes_practice', () => this.counts, [
      [
        'undeclared',
        'Activities that the edition in force does not declare so. Any is an alarm.',
        ({ undeclared }) => undeclared,
      ],
      [
        'unpractised',
        'What the edition in force declares and nobody practised lately.',
        ({ unpractised }) => unpractised,
      ],
    ]);
  }
}
