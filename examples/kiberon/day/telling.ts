// How is a day told? Line by line: who tells which fact about whom, and how long before the day's end it happened.

/** Who tells facts, each with a key of its own that is bound to its source. */
export const sources = {
  site: 'urn:kiberon:site',
  crm: 'urn:kiberon:crm',
  billing: 'urn:kiberon:billing',
  helpdesk: 'urn:kiberon:helpdesk',
  'log-store': 'urn:kiberon:log-store',
  check: 'urn:kiberon:check',
  antifraud: 'urn:kiberon:antifraud',
  notices: 'urn:kiberon:notices',
} as const;
export type SourceKey = keyof typeof sources;

/** A fact already told, as other facts refer to it. */
export interface Reference {
  readonly source: string;
  readonly id: string;
}

export interface Line {
  /** ISO 8601 duration before the day's end. */
  readonly offset: string;
  readonly key: SourceKey;
  /** A CloudEvent without its `time`. */
  readonly event: {
    readonly specversion: '1.0';
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly data: object;
  };
}

/** Clock time of the day in Almaty, `09:05` or `09:05:30`, or `3d 15:10` for three days earlier. */
export type When = string;
const endOfDay = '21:00';

const secondsOfDay = (clock: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
};

/** Seconds from a moment to the day's end. */
export function secondsBefore(when: When): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)d )?([\d:]+)$/.exec(when) ?? [];
  return Number(days) * 24 * 60 * 60 + secondsOfDay(endOfDay) - secondsOfDay(clock);
}

export function durationOf(seconds: number): string {
  const days = Math.floor(seconds / (24 * 60 * 60));
  const units = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = units.map((count, i) => (count > 0 ? `${count}${'HMS'.charAt(i)}` : '')).join('');
  if (days > 0) return `P${days}D${clock === '' ? '' : `T${clock}`}`;
  return `PT${clock === '' ? '0S' : clock}`;
}

/** A moment inside a fact: whoever plays the day puts the real moment in its place. */
export const moment = (when: When): string => `base-${durationOf(secondsBefore(when))}`;
export const inDays = (days: number): string => `base+P${days}D`;
export const dateInDays = (days: number): string => `date(base+P${days}D)`;

/** So many minutes after a clock time. */
export function later(when: When, minutes: number): When {
  const seconds = secondsOfDay(when) + Math.round(minutes * 60);
  const units = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((unit) => Math.floor(unit));
  return units.map((unit) => String(unit).padStart(2, '0')).join(':');
}

/** Tells one fact: `site('09:20', 'data.collected', subject, {...})`. A fact told late names when it was told. */
export type Teller = (when: When, type: string, subject: object | undefined, data: object, told?: When) => Reference;

export class Day {
  private readonly told: { readonly line: Line; readonly seconds: number }[] = [];
  private readonly counts = new Map<string, number>();

  source(key: SourceKey): Teller {
    return (when, type, subject, data, told = when) => {
      const name = type.replace('.', '-');
      const count = (this.counts.get(`${key} ${name}`) ?? 0) + 1;
      this.counts.set(`${key} ${name}`, count);
      const source = sources[key];
      const id = `${name}-${String(count).padStart(3, '0')}`;
      const line: Line = {
        offset: `-${durationOf(secondsBefore(when))}`,
        key,
        event: {
          specversion: '1.0',
          id,
          source,
          type: `derbes.${type}`,
          data: subject === undefined ? data : { subject, ...data },
        },
      };
      this.told.push({ line, seconds: secondsBefore(told) });
      return { source, id };
    };
  }

  /** In the order in which they were told. */
  get lines(): Line[] {
    return [...this.told].sort((a, b) => b.seconds - a.seconds).map(({ line }) => line);
  }
}
