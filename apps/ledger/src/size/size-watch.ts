// Which class of controllers does the number of people put this one in, and when did that change? (94-V Art. 25-1)
import { type Profile, sizeClassOf } from '@derbes/policy';
import { pageRowsMax, type Registers } from '@derbes/read-models';
import { Gauge, type Registry } from 'prom-client';
import { type Indicator } from '../http/health-controller.js';
import { RareLook } from '../rare-look.js';

/** Everybody is counted for it. */
const lookEveryMs = 60 * 60_000;
/** Of days on which the number changed: more than a hundred years. */
const pagesMax = 100;

interface SizeParts {
  readonly models: Pick<Registers, 'size'>;
  readonly profileInForce: () => Profile | undefined;
}

export interface SizeNow {
  readonly people: number;
  readonly withDevices: number;
  /** By the higher of the two; absent where the law has no classes. */
  readonly sizeClass?: string;
  /** The day on which a threshold was passed last, up or down; absent when none was. */
  readonly since?: string;
}

export class SizeWatch {
  private now: SizeNow | undefined;
  private readonly looks: RareLook;

  constructor(
    private readonly parts: SizeParts,
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

  /** Undefined before an edition is in force, and while the register is built anew. */
  async look(): Promise<SizeNow | undefined> {
    const profile = this.parts.profileInForce();
    this.now = profile && (await sizeBy(profile, this.parts.models));
    return this.now;
  }

  /** That a threshold was passed asks for a notice to the authority and turns nobody away. */
  indicator(): Indicator {
    return {
      name: 'size',
      check: () => {
        if (!this.now) return { ok: true, state: 'not-looked-at' };
        const { sizeClass = 'no-classes', since } = this.now;
        return { ok: true, state: since === undefined ? sizeClass : `${sizeClass}-since-${since}` };
      },
    };
  }

  /** `derbes_size_class`, 1 at the class that applies, and `derbes_size_subjects`. */
  register(registry: Registry): void {
    const classes: Gauge<'class'> = new Gauge({
      name: 'derbes_size_class',
      help: 'The class of controllers by the higher count of people; passing a threshold is an alarm.',
      labelNames: ['class'],
      registers: [registry],
      collect: () => {
        classes.reset();
        if (this.now?.sizeClass !== undefined) classes.set({ class: this.now.sizeClass }, 1);
      },
    });
    const subjects: Gauge<'counted'> = new Gauge({
      name: 'derbes_size_subjects',
      help: 'Identified people, and these with devices.',
      labelNames: ['counted'],
      registers: [registry],
      collect: () => {
        subjects.reset();
        if (!this.now) return;
        subjects.set({ counted: 'people' }, this.now.people);
        subjects.set({ counted: 'with-devices' }, this.now.withDevices);
      },
    });
  }
}

async function sizeBy(profile: Profile, { size }: Pick<Registers, 'size'>): Promise<SizeNow | undefined> {
  const classOf = (people: number, withDevices: number) => sizeClassOf(profile, Math.max(people, withDevices));
  let now: SizeNow | undefined;
  let since: string | undefined;
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const asked = { limit: pageRowsMax, backwards: true, ...(cursor !== undefined && { cursor }) };
    const { rows, next, reach } = await size.page(asked);
    if (rows.length === 0 && reach.state === 'rebuilding') return undefined;
    for (const { day, people, withDevices } of rows) {
      const sizeClass = classOf(people, withDevices);
      now ??= { people, withDevices, ...(sizeClass !== undefined && { sizeClass }) };
      if (sizeClass !== now.sizeClass) return { ...now, ...(since !== undefined && { since }) };
      since = day;
    }
    if (next === undefined) break;
    cursor = next;
  }
  const none = classOf(0, 0);
  now ??= { people: 0, withDevices: 0, ...(none !== undefined && { sizeClass: none }) };
  // Who begins above a threshold passed it on the first day.
  return { ...now, ...(now.sizeClass !== none && since !== undefined && { since }) };
}
