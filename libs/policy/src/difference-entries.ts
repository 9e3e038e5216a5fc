// What is an entry that one edition has and another has not?
import { type Change, type ChangedThing } from './change.js';
import { type Labels } from './format-entries.js';

export type Gain = Omit<Change, 'kind' | 'asks'> & { readonly what: ChangedThing };

export interface Entry {
  readonly code: string;
  readonly clause?: string;
  readonly label: Labels;
}

const codesOf = (entries: readonly { readonly code: string }[]): ReadonlySet<string> =>
  new Set(entries.map(({ code }) => code));

export const beyond = <E extends { readonly code: string }>(
  before: readonly E[],
  after: readonly E[],
): readonly E[] => {
  const known = codesOf(before);
  return after.filter(({ code }) => !known.has(code));
};

export const gained = (
  what: ChangedThing,
  section: string,
  { code, clause, label }: Entry,
  inherited: string,
  more: Partial<Gain> = {},
): Gain => ({
  what,
  place: `${section}/${code}`,
  clause: clause ?? inherited,
  label,
  new: code,
  touches: {},
  ...more,
});

/** What the older one gave the person, or bound the controller to, and the newer one does not. */
export const dropped = (what: ChangedThing, section: string, entry: Entry, inherited: string): Gain => {
  const { new: code, ...gain } = gained(what, section, entry, inherited);
  return { ...gain, ...(code !== undefined && { old: code }) };
};
