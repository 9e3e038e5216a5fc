// What happens to invented people in a year, day by day, and what follows from it by itself on which day? The same lives for the same seed.

export const dayMs = 24 * 60 * 60_000;
export const yearDays = 365;
/** Noon of a Monday in Astana; at this time of each day a round is done. */
const begins = Date.parse('2026-01-05T07:00:00Z');
export const roundAt = (day: number): number => begins + day * dayMs;
export const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;
/** Whose round was the last one by then. */
export const dayOf = (moment: string): number => Math.floor((Date.parse(moment) - begins) / dayMs);
/** Two hours before the round of a day. */
const before = (day: number): string => momentOf(roundAt(day) - dayMs / 12);

/** Something that is told, or that an officer does, on a day. */
export type Deed =
  | { readonly does: 'tell'; readonly type: string; readonly data: object; readonly id?: string; readonly time: string }
  | { readonly does: 'hold' | 'lift'; readonly name: string }
  | { readonly does: 'call-minor'; readonly name: string; readonly turns18: string }
  | { readonly does: 'ask' };

export interface Lives {
  readonly names: readonly string[];
  readonly deeds: ReadonlyMap<number, readonly Deed[]>;
  /** `<day> <what> <name>`: what has to happen by itself, and on no other day. */
  readonly expected: readonly string[];
  /** Requests that somebody makes of whom nothing is shown. */
  readonly requests: number;
}

export const email = (name: string): string => `${name}@year.example.kz`;
const by = (name: string) => ({ subject: { identifiers: [{ scheme: 'email', value: email(name) }] } });

/** Mulberry32. */
function randomOf(seed: number): (min: number, max: number) => number {
  let state = seed;
  return (min, max) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return min + Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (max - min + 1));
  };
}

type Stop = readonly [from: number, to: number];

/** The first day from a day on at which nothing stops it. */
function free(day: number, stops: readonly Stop[]): number {
  const stop = stops.find(([from, to]) => from <= day && day < to);
  return stop ? free(stop[1], stops) : day;
}

export function livesOf(count: number, seed: number): Lives {
  const between = randomOf(seed);
  const deeds = new Map<number, Deed[]>();
  const expected: string[] = [];
  const on = (day: number, deed: Deed): void => void deeds.set(day, [...(deeds.get(day) ?? []), deed]);
  const tell = (day: number, type: string, data: object, id?: string): void =>
    on(day, { does: 'tell', type, data, time: before(day), ...(id !== undefined && { id }) });

  /** A relation of a kind, from a day to another. */
  const bond = (name: string, kind: string, from: number, to: number, nr = 0): void => {
    const id = `${name}-${kind}-${nr}`;
    tell(from, 'relation.started', { ...by(name), kind }, id);
    tell(to, 'relation.ended', { ...by(name), relation: { source: 'urn:example:crm', id }, kind });
  };
  const collected = (
    name: string,
    day: number,
    category: string,
    holder: string,
    purposes: readonly string[],
  ): void => {
    const origin = { kind: 'subject', means: 'web-form' };
    const values = { [category]: 'sample' };
    tell(day, 'data.collected', { ...by(name), categories: [category], purposes, holder, values, origin });
  };
  const held = (name: string, from: number, to: number): Stop => {
    on(from, { does: 'hold', name });
    on(to, { does: 'lift', name });
    return [from, to];
  };
  const blocked = (name: string, from: number, to: number): Stop => {
    const block = { ...by(name), categories: ['browser'], holder: 'crm' };
    tell(from, 'data.blocked', { ...block, ground: 'breach-reported' });
    tell(to, 'data.unblocked', { ...block, ground: 'breach-not-confirmed' });
    return [from, to];
  };

  const live = (name: string, i: number): void => {
    const ends = [between(150, 280), between(150, 280)];
    // Of some the browser is held for their contract, too: the last purpose decides.
    const contracted = i % 3 === 2 ? between(281, 300) : undefined;
    const purposes = contracted === undefined ? ['analytics'] : ['analytics', 'contract'];
    ends.forEach((end, nr) => {
      const from = between(1, 140);
      bond(name, 'session', from, end, nr);
      collected(name, from, 'browser', 'crm', purposes);
    });
    if (contracted !== undefined) bond(name, 'contract', between(1, 140), contracted);
    const last = Math.max(...ends, contracted ?? 0);
    const stops = [
      ...(i % 2 === 0 ? [held(name, last - between(0, 10), last + between(1, 30))] : []),
      ...(i % 3 === 0 ? [blocked(name, last - between(0, 10), last + between(1, 40))] : []),
    ];
    expected.push(`${free(last, stops)} gone crm browser ${name}`);
    if (i % 3 === 1) {
      // By law for five years in billing alone.
      const [from, to] = [between(1, 140), between(325, 345)];
      bond(name, 'contract', from, to);
      for (const holder of ['crm', 'billing']) collected(name, from, 'requisites.iban', holder, ['contract']);
      expected.push(`${to} gone crm requisites.iban ${name}`);
    }
    if (i % 4 === 0) {
      // Its rule waits for an officer, and none decides.
      const [from, to] = [between(1, 140), between(150, 300)];
      bond(name, 'ticket', from, to);
      collected(name, from, 'phone', 'helpdesk', ['support']);
    }
    const [given, until] = [between(1, 100), between(110, 350)];
    const items = { operator: true, term: { until: before(until) }, data: ['email'] };
    const channel = 'web-form';
    tell(given, 'consent.given', { ...by(name), purposes: ['service-notices'], items, channel });
    expected.push(`${until} ConsentExpired ${name}`);
    const passed = { categories: ['email'], purposes: ['payments'], basis: { code: 'consent' }, mode: 'sent' };
    for (const from of [0, 170]) {
      // Far enough from each other that no notice names both.
      const to = { recipient: 'invented-bank', country: 'KZ' };
      tell(from + between(1, 130), 'data.transferred', { ...by(name), ...passed, ...to });
    }
    if (i % 4 === 1) {
      const grown = between(150, 340);
      on(141, { does: 'call-minor', name, turns18: momentOf(roundAt(grown)).slice(0, 'YYYY-MM-DD'.length) });
      expected.push(`${grown} of-age ${name}`);
    }
    if (i % 4 === 3) on(between(1, 340), { does: 'ask' });
  };

  const names = Array.from({ length: count }, (_, i) => `person-${i}`);
  names.forEach(live);
  return { names, deeds, expected: expected.sort(), requests: Math.floor(count / 4) };
}
