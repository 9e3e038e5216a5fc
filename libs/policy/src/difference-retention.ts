// What may be held longer, what may be done with it at the end, and what does a law now keep?
import { sharedItems } from './difference-categories.js';
import { type Gain } from './difference-entries.js';
import { type Policy } from './format.js';
import { type DeclaredPolicy, type DeclaredRetention, type DeclaredStatutoryRetention } from './look-ups.js';

/** Average lengths: terms are compared here, never counted. */
const daysIn: Readonly<Record<string, number>> = { D: 1, M: 365.25 / 12, Y: 365.25 };

const daysOf = (term: string): number => Number(term.slice(1, -1)) * (daysIn[term.slice(-1)] ?? Infinity);

export const retentionGains = (older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] => [
  ...ruleGains(older, newer),
  ...mannerGains(older.policy, newer),
  ...reviewGains(older, newer),
  ...statutoryGains(older, newer),
];

type Gathered = Gain & { readonly touches: { readonly categories: readonly string[] } };

/** One change per purpose and pair of rules, naming the categories that it is about. */
function ruleGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const categories = sharedItems(older.policy, newer.policy);
  const gains = new Map<string, Gathered>();
  for (const purpose of newer.policy.purposes.filter(({ code }) => older.purpose(code))) {
    for (const category of categories) {
      const before = older.retention(purpose.code, category);
      const after = newer.retention(purpose.code, category);
      const gather = (what: 'retention' | 'manner-of-end', old: string, now: string) => {
        const key = [what, purpose.code, old, now].join(' ');
        const known = gains.get(key)?.touches.categories ?? [];
        gains.set(key, {
          what,
          place: `retention/rules/${purpose.code}`,
          clause: after?.clause ?? newer.sectionClause('retention'),
          label: purpose.label,
          old,
          new: now,
          touches: { purposes: [purpose.code], categories: [...known, category] },
        });
      };
      if (mayBeLonger(before, after)) gather('retention', ruleText(before), ruleText(after));
      // Of two acts neither is the lesser, so that a change of it is both wider and narrower.
      if (before && after && before.act !== after.act) gather('manner-of-end', before.act ?? any, after.act ?? any);
    }
  }
  return [...gains.values()];
}

const any = 'any';

/** From the end of something else on, it may be longer or shorter, and so it is both. */
function mayBeLonger(before: DeclaredRetention | undefined, after: DeclaredRetention | undefined): boolean {
  const was = daysAfter(before);
  const is = daysAfter(after);
  if (was === Infinity) return false;
  return is > was || (is !== Infinity && triggerOf(before) !== triggerOf(after));
}

/** Days after the trigger; without a rule, or a number where one is needed, nothing ends it. */
function daysAfter(rule: DeclaredRetention | undefined): number {
  if (!rule) return Infinity;
  if (rule.until === 'purpose-reached') return 0;
  return rule.term === undefined ? Infinity : daysOf(rule.term);
}

const triggerOf = (rule: DeclaredRetention | undefined): string =>
  rule?.relation ?? rule?.obligation ?? rule?.event ?? '-';

const ruleText = (rule: DeclaredRetention | undefined): string =>
  rule ? [rule.until, triggerOf(rule), rule.term].filter((part) => part !== undefined).join(' ') : 'no-rule';

function mannerGains(older: Policy, newer: DeclaredPolicy): Gain[] {
  const { retention } = newer.policy;
  return retention.afterwards
    .filter((manner) => !older.retention.afterwards.includes(manner))
    .map((manner) => ({
      what: 'manner-of-end',
      place: `retention/afterwards/${manner}`,
      clause: newer.sectionClause('retention'),
      new: manner,
      touches: {},
    }));
}

function reviewGains({ reviewEvery: before }: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const after = newer.reviewEvery;
  const longer = before !== undefined && (after === undefined || daysOf(after) > daysOf(before));
  if (!longer) return [];
  const clause = newer.sectionClause('retention');
  const place = { place: 'retention/review', clause, touches: {} };
  return [{ ...place, what: 'review', old: before, ...(after !== undefined && { new: after }) }];
}

/** Of confirmed rows alone: an unconfirmed one binds nothing. */
function statutoryGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const before = confirmedOf(older);
  return [...confirmedOf(newer)].flatMap(([code, row]): Gain[] => {
    const was = before.get(code);
    const categories = row.categories.filter((category) => !was?.categories.includes(category));
    const longer = was !== undefined && (stayOf(row) > stayOf(was) || row.relation !== was.relation);
    const fewerHolders = was !== undefined && was.holders.length > 0 && row.holders.length === 0;
    const holders = row.holders.filter((holder) => was && was.holders.length > 0 && !was.holders.includes(holder));
    if (was && categories.length === 0 && !longer && !fewerHolders && holders.length === 0) return [];
    const touched = longer || fewerHolders || holders.length > 0 ? row.categories : categories;
    return [
      {
        what: 'statutory-retention',
        place: `retention/statutory/${code}`,
        clause: row.clause,
        label: row.label,
        ...(was && { old: statutoryText(was) }),
        new: statutoryText(row),
        touches: { categories: touched },
      },
    ];
  });
}

function confirmedOf(side: DeclaredPolicy): ReadonlyMap<string, DeclaredStatutoryRetention> {
  const rows = side.policy.retention.statutory.flatMap(({ code, categories }) => {
    const row = categories[0] && side.statutoryRetention(categories[0]).find((one) => one.code === code);
    return row && row.confirmed ? [[code, row] as const] : [];
  });
  return new Map(rows);
}

const stayOf = ({ term }: DeclaredStatutoryRetention): number => (term === undefined ? 0 : daysOf(term));

const statutoryText = ({ act, article, relation, term, categories, holders }: DeclaredStatutoryRetention): string =>
  [act, article, relation, term, categories.join(','), holders.join(',')].filter(Boolean).join(' ');
