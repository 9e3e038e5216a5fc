// Does every window find whoever had data there, as a reading of the log event by event has it?
import fc from 'fast-check';
import { foldSubject } from '../subject-fold.js';
import { collected, newId, Teller } from '../testing.js';
import { exposuresOf } from './exposure.js';

const holders = ['crm', 'billing'] as const;
const recipients = ['good-bank', 'courier'] as const;
const categories = ['email', 'requisites.iban'] as const;
const roles = ['private', 'entrepreneur'] as const;
const manners = ['deleted', 'destroyed', 'anonymised'] as const;
const stepsMax = 14;
const hoursApart = 9;

/** The n-th moment; none are the same, and some are of one day. */
const moment = (n: number): string =>
  `${new Date(Date.UTC(2026, 0, 5) + n * hoursApart * 3_600_000).toISOString().slice(0, 19)}Z`;
const dayOf = (n: number): string => moment(n).slice(0, 'YYYY-MM-DD'.length);
const before = moment(-10);
const ever = '0000';

const where = { stream: fc.constantFrom(0, 1), retracted: fc.integer({ min: 0, max: 9 }).map((one) => one === 0) };
const category = fc.constantFrom(...categories);
const named = fc.constantFrom(...categories, 'requisites');
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...where,
      type: fc.constant('tell' as const),
      holder: fc.constantFrom(...holders),
      category,
      role: fc.constantFrom(...roles),
      declared: fc.constantFrom('no', 'no', 'exact', 'not-later-than'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...where,
      type: fc.constant('destroy' as const),
      holder: fc.constantFrom(...holders),
      named,
      role: fc.option(fc.constantFrom(...roles), { nil: undefined }),
      manner: fc.constantFrom(...manners),
      copies: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...where,
      type: fc.constant('transfer' as const),
      recipient: fc.constantFrom(...recipients),
      category,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...where,
      type: fc.constant('task' as const),
      whose: fc.constantFrom(...holders, ...recipients),
      named: fc.option(named, { nil: undefined }),
      role: fc.option(fc.constantFrom(...roles), { nil: undefined }),
      single: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
      answered: fc.integer({ min: 1, max: 9 }),
      result: fc.constantFrom('done', 'nothing-held', 'refused'),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Of<Type extends Step['type']> = Extract<Step, { readonly type: Type }>;
interface Told {
  readonly n: number;
  readonly step: Step;
}

const isHolder = (place: string): boolean => holders.some((one) => one === place);
const isNamed = (code: string | undefined, one: string): boolean =>
  code === undefined || code === one || one.startsWith(`${code}.`);
/** Steps stand so far apart that an answer falls between two of them. */
const at = (index: number): number => (index + 1) * 10;

interface Stay {
  readonly since: string;
  readonly until?: string;
}

/** Every end that was told of one category in one role of a holder, one after the other. */
function staysAt(holder: string, one: string, role: string, told: readonly Told[]): readonly Stay[] {
  const happened = told.flatMap(({ n, step: of }): readonly { n: number; said: Step }[] => {
    if (of.type === 'task')
      return of.whose === holder && of.result !== 'refused' ? [{ n: n + of.answered, said: of }] : [];
    return of.type !== 'transfer' && of.holder === holder ? [{ n, said: of }] : [];
  });
  const stays: { since: string; until?: string; last?: 'task' | 'deleted' | 'gone' }[] = [];
  for (const { n, said } of happened.sort((a, b) => a.n - b.n)) {
    const stay = stays.at(-1);
    if (said.type === 'tell') {
      if (said.category !== one || said.role !== role) continue;
      const since = said.declared === 'no' ? moment(n) : said.declared === 'exact' ? before : ever;
      if (!stay || stay.last) stays.push({ since });
      else if (since < stay.since) stay.since = since;
    } else if (stay && said.type !== 'transfer' && isNamed(said.named, one) && (said.role ?? role) === role) {
      if (said.type === 'task') {
        if (said.single || stay.last === 'task' || stay.last === 'gone') continue;
        Object.assign(stay, { until: moment(n), last: 'task' });
      } else if (stay.last !== 'gone' && !(stay.last === 'deleted' && said.manner === 'deleted')) {
        const copies = `${dayOf(n + said.copies)}T23:59:59Z`;
        const isLeft = said.manner === 'deleted';
        Object.assign(stay, { until: isLeft ? copies : moment(n), last: isLeft ? 'deleted' : 'gone' });
      }
    }
  }
  return stays;
}

/** Each transfer, until the first answer to a whole task that was given after it. */
function staysWith(recipient: string, one: string, told: readonly Told[]): readonly Stay[] {
  return told.flatMap(({ n, step: of }) => {
    if (of.type !== 'transfer' || of.recipient !== recipient || of.category !== one) return [];
    const answers = told.flatMap(({ n: ordered, step: task }) =>
      isAnswered(task) && task.whose === recipient && ordered > n && !task.single && isNamed(task.named, one)
        ? [ordered + task.answered]
        : [],
    );
    return [{ since: moment(n), ...(answers.length > 0 && { until: moment(Math.min(...answers)) }) }];
  });
}
const isAnswered = (one: Step): one is Of<'task'> => one.type === 'task' && one.result !== 'refused';

function record(tellers: readonly Teller[], { n, step: of }: Told): void {
  const teller = tellers[of.stream];
  if (!teller) throw new Error('there are two streams');
  const fact = teller.tell(...said({ n, step: of }), moment(n));
  if (of.type === 'task') {
    const happened = moment(n + of.answered);
    const facts = { task: fact.id, result: of.result, by: 'poll', proof: 'key', happened };
    teller.tell('TaskAcknowledged', of.result === 'refused' ? { ...facts, reason: 'not-ours' } : facts, happened);
  }
  if (of.retracted) {
    teller.tell('FactRetracted', { fact: fact.id, type: fact.type, ground: 'told-in-error' }, moment(stepsMax * 20));
  }
}

function said({ n, step: of }: Told): [Parameters<Teller['tell']>[0], Parameters<Teller['tell']>[1]] {
  switch (of.type) {
    case 'tell': {
      const facts = collected({ categories: [of.category], holder: of.holder, role: of.role });
      if (of.declared === 'no') return ['DataCollected', facts];
      const since = { moment: of.declared === 'exact' ? before : moment(-11), precision: of.declared };
      return ['DataDeclared', { ...facts, since }];
    }
    case 'destroy': {
      const { holder, named: code, role, manner } = of;
      return [
        'DataDestroyed',
        {
          categories: [code],
          holder,
          manner,
          ground: 'purpose-reached',
          method: 'row-deletion',
          ...(manner === 'deleted' && { copiesUntil: dayOf(n + of.copies) }),
          ...(role && { role }),
        },
      ];
    }
    case 'transfer':
      return [
        'DataTransferred',
        { categories: [of.category], purposes: ['payment'], recipient: of.recipient, country: 'KZ', mode: 'sent' },
      ];
    case 'task': {
      const whose = isHolder(of.whose) ? { holder: of.whose } : { recipient: of.whose };
      return [
        'TaskOrdered',
        {
          kind: 'destroy',
          ...whose,
          ...(of.named && { categories: [of.named] }),
          ...(of.role && { role: of.role }),
          ...(of.single && { values: [`${newId()}/0`] }),
          cause: newId(),
          by: 'poll',
        },
      ];
    }
  }
}

/** Places, categories and moments, in one word each. */
const everywhere = [
  ...holders.flatMap((place) => categories.map((one) => ({ kind: 'holder', place, category: one }))),
  ...recipients.flatMap((place) => categories.map((one) => ({ kind: 'recipient', place, category: one }))),
];

describe('whom a window finds', () => {
  it('is whoever had data there at a moment of it, however late and in which of two merged streams it was told', () => {
    const history = fc.array(step, { minLength: 1, maxLength: stepsMax });
    const order = fc.array(fc.integer(), { minLength: stepsMax, maxLength: stepsMax });
    const property = fc.property(history, order, (steps, late) => {
      const all = steps.map((one, i) => ({ n: at(i), step: one }));
      const tellers = [new Teller(), new Teller()];
      for (const teller of tellers) teller.tell('SubjectRegistered', { kind: 'person' }, moment(-20));
      const told = all.map((one, i) => ({ one, key: late[i] ?? 0 })).sort((a, b) => a.key - b.key);
      for (const { one } of told) record(tellers, one);
      const exposures = exposuresOf(tellers.map(({ events }) => foldSubject(events)));
      const standing = all.filter(({ step: one }) => !one.retracted);
      const last = at(steps.length) + 20;
      for (const { kind, place, category: one } of everywhere) {
        const found = exposures.filter((each) => each.kind === kind && each.place === place && each.category === one);
        const stays =
          kind === 'holder'
            ? roles.flatMap((role) => staysAt(place, one, role, standing))
            : staysWith(place, one, standing);
        const isIn = (among: readonly Stay[], from: string, until: string): boolean =>
          among.some((stay) => stay.since <= until && (stay.until === undefined || stay.until >= from));
        for (let n = -12; n <= last; n++) {
          for (const until of [n, n + 3]) {
            const window = { place, category: one, from: moment(n), until: moment(until) };
            const is = isIn(found, window.from, window.until);
            if (is !== isIn(stays, window.from, window.until))
              expect({ ...window, is }).toEqual({ ...window, is: !is });
          }
        }
      }
    });
    fc.assert(property, { numRuns: Number(process.env['DERBES_PROPERTY_RUNS'] ?? 40) });
  });
});
