// How are many single uses named in few words? As groups of purposes × categories × recipients that hold exactly these.
import { type KeptGroup, type WithdrawalDecision } from './command.js';
import { type StoppedGroup, type UntouchedGroup } from './events.js';
import { type Condition } from './judging.js';
import { type Use } from './uses.js';

type Placed = Pick<Use, 'purpose' | 'category' | 'recipient' | 'publication'>;

const sorted = (codes: Iterable<string>): string[] => [...new Set(codes)].sort();

/** Groups whose product is exactly the uses given, in an order of their own. */
export function groupsOf(uses: readonly Placed[]): StoppedGroup[] {
  const groups = new Map<string, { purposes: string[]; categories: string[]; recipients: string[]; kind: string }>();
  for (const [purpose, ofPurpose] of by(uses, ({ purpose }) => purpose)) {
    for (const { kind, categories, recipients } of ofOnePurpose(ofPurpose)) {
      const key = JSON.stringify([kind, categories, recipients]);
      const same = groups.get(key);
      if (same) same.purposes.push(purpose);
      else groups.set(key, { purposes: [purpose], categories, recipients, kind });
    }
  }
  return [...groups.values()].map(({ purposes, categories, recipients, kind }) => ({
    purposes: sorted(purposes),
    categories,
    ...(kind === 'passed' && { recipients }),
    ...(kind === 'public' && { publication: 'yes' as const }),
  }));
}

/** Within one purpose: categories that go to the same recipients. */
function ofOnePurpose(uses: readonly Placed[]) {
  const kinds = by(uses, ({ recipient, publication }) =>
    recipient === undefined ? (publication ? 'public' : 'here') : 'passed',
  );
  return [...kinds].flatMap(([kind, ofKind]) => {
    const alike = new Map<string, { kind: string; categories: string[]; recipients: string[] }>();
    for (const [category, ofCategory] of by(ofKind, (use) => use.category)) {
      const recipients = sorted(ofCategory.flatMap(({ recipient }) => recipient ?? []));
      const key = recipients.join();
      const same = alike.get(key);
      if (same) same.categories.push(category);
      else alike.set(key, { kind, categories: [category], recipients });
    }
    return [...alike.values()].map((one) => ({ ...one, categories: sorted(one.categories) }));
  });
}

function by<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const item of [...items]) {
    const key = keyOf(item);
    const group = grouped.get(key);
    if (group) group.push(item);
    else grouped.set(key, [item]);
  }
  return new Map([...grouped].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Uses that go on by the same condition, as groups. */
export function keptGroups(kept: readonly { readonly use: Use; readonly condition: Condition }[]): KeptGroup[] {
  const byCondition = new Map<string, { condition: Condition; uses: Use[] }>();
  for (const { use, condition } of kept) {
    const key = JSON.stringify(condition);
    const same = byCondition.get(key);
    if (same) same.uses.push(use);
    else byCondition.set(key, { condition, uses: [use] });
  }
  return [...byCondition.values()].flatMap(({ condition, uses }) =>
    groupsOf(uses).map((group) => ({ ...condition, ...group })),
  );
}

export const untouchedGroups = (untouched: ReadonlyMap<string, readonly Use[]>): UntouchedGroup[] =>
  [...untouched].flatMap(([basis, uses]) => groupsOf(uses).map((group) => ({ ...group, basis })));

/** What the whole decision is called. */
export function outcomeOf(stopped: readonly unknown[], kept: readonly unknown[]): WithdrawalDecision['outcome'] {
  if (kept.length > 0) return stopped.length > 0 ? 'partly-refused' : 'refused';
  return stopped.length > 0 ? 'stopped' : 'nothing';
}
