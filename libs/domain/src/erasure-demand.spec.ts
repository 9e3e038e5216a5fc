// What does an order, a correction, a retraction or the end of a holding destroy, and what must wait?
import { erasurePartsMax } from './erasure.js';
import { allDemands, nameOf } from './erasure-demand.js';
import { executionDraft } from './erasure-execution.js';
import { executionOf, holdsOn } from './erasure-state.js';
import { blockOf } from './holding.js';
import { envelopeBytesMax } from '@derbes/kernel';
import fc from 'fast-check';
import { ordersOf } from './erasure-order.js';
import { Erasing } from './testing/erasing.js';
import { newId } from './testing.js';

const named = (event: { readonly id: string }, ...places: number[]) => places.map((p) => `${event.id}/${p}`);
const place = { holder: 'crm', role: 'private', ground: 'subject-request' };
const destroyed = (holder: string, ...categories: string[]) => ({
  manner: 'destroyed',
  categories,
  holder,
  ground: 'purpose-reached',
  method: 'row-deletion',
});

describe('an order for the person', () => {
  it('demands all of the owner, with nothing named', () => {
    const one = new Erasing();
    one.collect(['email']);
    const { order = '' } = one.do(one.erase());
    expect(one.demands(order)).toMatchObject({
      waits: [],
      demands: [{ event: order, owner: one.subject, scope: 'person', cause: 'erasure', parts: [], more: false }],
    });
  });
  it('demands nothing once it is executed', () => {
    const one = new Erasing();
    one.collect(['email']);
    const { order = '' } = one.do(one.erase());
    expect(one.execute()).toBe(1);
    expect(one.demands(order)).toEqual({ demands: [], waits: [] });
    expect(one.parts).toEqual([]);
  });
  it('waits for a hold that came after it, and goes on when the hold is lifted', () => {
    const one = new Erasing();
    one.collect(['email']);
    const { order = '' } = one.do(one.erase());
    const hold = one.hold({ categories: ['email'] });
    expect(one.demands(order)).toMatchObject({ demands: [], waits: [{ why: 'LEGAL_HOLD' }] });
    one.lift(hold);
    expect(one.demands(order).demands).toHaveLength(1);
  });
  it('of a merged family demands each member by its own order', () => {
    const one = new Erasing();
    const merged = one.another();
    one.collect(['phone'], {}, { subject: merged });
    one.merge(merged);
    one.do(one.erase());
    expect(allDemands(one.family(), one.outside).map(({ owner }) => owner)).toEqual([one.subject, merged]);
    expect(one.execute()).toBe(2);
    expect(one.parts).toEqual([]);
  });
});

describe('an order for categories', () => {
  it('demands their parts wherever they stand, and the links of schemes mapped to them', () => {
    const one = new Erasing();
    const link = one.link('email', 'email');
    const told = one.collect(['email', 'phone']);
    one.parts.push({ event: 'elsewhere', p: '3', owner: `subject-${one.subject}`, category: 'email' });
    const { order = '' } = one.do(one.erase({ categories: ['email'] }));
    expect(one.demands(order).demands).toMatchObject([
      {
        categories: ['email'],
        parts: [...named(link, 0), ...named(told, 0), 'elsewhere/3'],
        links: [link.id],
        more: false,
      },
    ]);
  });
  it('leaves the parts of others alone', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.parts.push({ event: 'elsewhere', p: '0', owner: 'staff-x', category: 'email' });
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    expect(one.names()).toEqual(['elsewhere/0']);
  });
  it('is answered even where nothing of it was sealed here', () => {
    const one = new Erasing();
    one.collect(['session'], {}, { seals: [] });
    const { order = '' } = one.do(one.erase({ categories: ['session'] }));
    expect(one.demands(order).demands).toMatchObject([{ parts: [], categories: ['session'] }]);
    expect(one.execute()).toBe(1);
    expect(one.demands(order).demands).toEqual([]);
  });
  it('leaves what occurred after it', () => {
    const one = new Erasing();
    one.collect(['email']);
    const { order = '' } = one.do(one.erase({ categories: ['email'] }));
    const later = one.collect(['email']);
    one.execute();
    expect(one.names()).toEqual(named(later, 0));
    expect(one.demands(order).demands).toEqual([]);
  });
  it('demands again what was told late of the time before it', () => {
    const one = new Erasing();
    const before = one.at;
    one.collect(['email']);
    const { order = '' } = one.do(one.erase({ categories: ['email'] }));
    one.execute();
    const late = one.collect(['email'], {}, { occurred: before });
    expect(one.demands(order).demands).toMatchObject([{ parts: named(late, 0) }]);
  });
  it('takes with it what says something of that data alone', () => {
    const one = new Erasing();
    const both = one.collect(['email', 'phone'], {}, { seals: ['email', 'phone', 'meta.source-link'] });
    const alone = one.collect(['email'], {}, { seals: ['email', 'meta.source-link'] });
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    expect(one.names()).toEqual(named(both, 1, 2));
    expect(one.names()).not.toContain(`${alone.id}/1`);
  });
  it('takes it with the last of the categories', () => {
    const one = new Erasing();
    one.collect(['email', 'phone'], {}, { seals: ['email', 'phone', 'meta.source-link'] });
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    one.do(one.erase({ categories: ['phone'] }));
    one.execute();
    expect(one.names()).toEqual([]);
  });
  it('leaves for another execution what a hold keeps meanwhile', () => {
    const one = new Erasing();
    one.collect(['email', 'phone']);
    const { order = '' } = one.do(one.erase({ categories: ['email', 'phone'] }));
    const hold = one.hold({ categories: ['phone'] });
    expect(one.demands(order)).toMatchObject({
      demands: [{ categories: ['email'], more: true }],
      waits: [{ why: 'LEGAL_HOLD', categories: ['phone'] }],
    });
    one.execute();
    one.lift(hold);
    expect(one.demands(order)).toMatchObject({ demands: [{ categories: ['email', 'phone'], more: false }], waits: [] });
    one.execute();
    expect(one.parts).toEqual([]);
  });
  it('of more values than one event names is answered page by page, and is not executed before the last', () => {
    const one = new Erasing();
    const told = one.collect(['email']);
    for (let p = 1; p <= erasurePartsMax; p++) {
      one.parts.push({ event: told.id, p: String(p), owner: `subject-${one.subject}`, category: 'email' });
    }
    const { order = '' } = one.do(one.erase({ categories: ['email'] }));
    const { demands } = one.demands(order);
    expect(demands.map(({ parts, more }) => [parts.length, more])).toEqual([
      [erasurePartsMax, true],
      [1, false],
    ]);
    one.execute();
    expect(one.parts).toEqual([]);
    const { erasures } = one.family().state;
    expect(erasures.executions.get(order)?.map(({ more }) => more)).toEqual([true, false]);
    expect(executionOf(erasures, order, one.subject)).toBeDefined();
  });
  it('fits an envelope with the longest categories there may be', () => {
    const one = new Erasing();
    const categories = Array.from({ length: 500 }, (_, i) => `${'x'.repeat(59)}-${String(i).padStart(3, '0')}`);
    const told = one.collect(['email']);
    const more = categories.flatMap((category, i) =>
      [0, 1, 2].map((n) => ({
        event: told.id,
        p: String(10_000 + i * 3 + n),
        owner: `subject-${one.subject}`,
        category,
      })),
    );
    one.parts.push(...more);
    const { order = '' } = one.do(one.erase({ categories }));
    const bytes = one.demands(order).demands.map((demand) => {
      const { facts } = executionDraft(demand, { parts: 1, keys: 1, tokens: 1 }, one.at);
      return JSON.stringify(facts).length;
    });
    expect(bytes.length).toBeGreaterThan(1);
    expect(Math.max(...bytes)).toBeLessThan(envelopeBytesMax - 2_000);
  });
  it('names the identifiers of schemes mapped to it, whatever they were sealed as', () => {
    const one = new Erasing();
    const link = one.link('email', 'phone');
    one.collect(['email']);
    const { order = '' } = one.do(one.erase({ categories: ['email'] }));
    expect(one.demands(order).demands[0]?.links).toEqual([link.id]);
    one.execute();
    expect(one.parts).toEqual([]);
  });
  it('of a narrowed person takes the proofs of her consents', () => {
    const one = new Erasing();
    one.collect(['email', 'phone']);
    const consent = { purposes: ['account'], items: {}, channel: 'web-form', by: 'subject' };
    one.tell('ConsentGiven', consent, { seals: ['meta.consent-proof', 'meta.subject-name'] });
    one.hold({ categories: ['phone'] });
    one.do(one.erase());
    one.execute();
    expect(one.parts.map(({ category }) => category)).toEqual(['phone']);
  });
});

describe('an order for values', () => {
  it('demands those alone, with the token of an identifier among them', () => {
    const one = new Erasing();
    const link = one.link('email', 'email');
    const told = one.collect(['email']);
    const { order = '' } = one.do(one.erase({ parts: named(link, 0) }));
    expect(one.demands(order).demands).toMatchObject([{ scope: 'value', parts: named(link, 0), links: [link.id] }]);
    one.execute();
    expect(one.names()).toEqual(named(told, 0));
  });
});

describe('a correction', () => {
  it('destroys the values of the fact that it names, in its categories', () => {
    const one = new Erasing();
    const wrong = one.collect(['email', 'phone']);
    const other = one.collect(['email']);
    const right = one.tell(
      'DataCorrected',
      { ...place, categories: ['email'], corrects: wrong.id },
      { seals: ['email'] },
    );
    expect(one.demands(right.id).demands).toMatchObject([
      { cause: 'correction', scope: 'value', ordered: right.occurred, parts: named(wrong, 0), links: [], more: false },
    ]);
    one.execute();
    expect(one.names()).toEqual([...named(wrong, 1), ...named(other, 0), ...named(right, 0)]);
  });
  it('that names no fact destroys every earlier value of the category in that holder and role', () => {
    const one = new Erasing();
    const [first, second] = [one.collect(['email']), one.collect(['email'])];
    const elsewhere = one.collect(['email'], { holder: 'helpdesk' });
    const trader = one.collect(['email'], { role: 'entrepreneur' });
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    const later = one.collect(['email']);
    expect(one.demands(right.id).demands).toMatchObject([{ parts: [...named(first, 0), ...named(second, 0)] }]);
    one.execute();
    expect(one.names()).toEqual([elsewhere, trader, right, later].flatMap((event) => named(event, 0)));
  });
  it('destroys the value of the correction before it', () => {
    const one = new Erasing();
    const first = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    const second = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    expect(one.demands(second.id).demands).toMatchObject([{ parts: named(first, 0) }]);
  });
  it('leaves the identifiers by which the person is found', () => {
    const one = new Erasing();
    const link = one.link('email', 'email');
    one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: [] });
    one.execute();
    expect(one.names()).toEqual(named(link, 0));
  });
  it('of an open category destroys its items', () => {
    const one = new Erasing();
    const told = one.collect(['requisites.iban']);
    const right = one.tell('DataCorrected', { ...place, categories: ['requisites'] });
    expect(one.demands(right.id).demands).toMatchObject([{ parts: named(told, 0) }]);
  });
  it('of what was never sealed demands nothing', () => {
    const one = new Erasing();
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    expect(one.demands(right.id)).toEqual({ demands: [], waits: [] });
  });
  it('waits under a hold, and is carried out when the hold ends', () => {
    const one = new Erasing();
    const wrong = one.collect(['email']);
    const hold = one.hold({ categories: ['email'] });
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    expect(one.demands(right.id)).toMatchObject({ demands: [], waits: [{ why: 'LEGAL_HOLD', categories: ['email'] }] });
    expect(one.execute()).toBe(0);
    one.lift(hold);
    expect(one.demands(right.id).demands).toMatchObject([{ parts: named(wrong, 0) }]);
  });
  it('waits while the category is blocked (Art. 1(3))', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.tell('DataBlocked', { categories: ['email'], ground: 'breach-reported' });
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    expect(one.demands(right.id)).toMatchObject({ demands: [], waits: [{ why: 'BLOCKED' }] });
  });
  it('is not kept by a retention by law: the wrong value is no document', () => {
    const one = new Erasing();
    one.collect(['full-name']);
    one.tell('RelationStarted', { kind: 'contract' });
    const right = one.tell('DataCorrected', { ...place, categories: ['full-name'] }, { seals: ['full-name'] });
    expect(one.demands(right.id).demands).toHaveLength(1);
  });
  it('of more values than one event names is answered page by page', () => {
    const one = new Erasing();
    const told = one.collect(['email']);
    const more = Array.from({ length: erasurePartsMax }, (_, i) => ({
      event: told.id,
      p: String(i + 1),
      owner: `subject-${one.subject}`,
      category: 'email',
    }));
    one.parts.push(...more);
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] });
    const { demands } = one.demands(right.id);
    expect(demands.map(({ parts, more: follows }) => [parts.length, follows])).toEqual([
      [erasurePartsMax, true],
      [1, false],
    ]);
  });
  it('in the stream of a survivor destroys the values of those merged into it, owner by owner', () => {
    const one = new Erasing();
    const merged = one.another();
    const [own, other] = [one.collect(['email']), one.collect(['email'], {}, { subject: merged })];
    one.merge(merged);
    const right = one.tell('DataCorrected', { ...place, categories: ['email'] });
    expect(one.demands(right.id).demands.map(({ owner, parts, more }) => [owner, parts, more])).toEqual([
      [one.subject, named(own, 0), false],
      [merged, named(other, 0), false],
    ]);
  });
});

describe('a retraction', () => {
  const retracted = (one: Erasing, fact: string) =>
    one.tell('FactRetracted', { fact, type: 'DataCollected', ground: 'told-in-error' });
  it('destroys all that was sealed with the fact', () => {
    const one = new Erasing();
    const fact = one.collect(['email'], {}, { seals: ['email', 'meta.source-link'] });
    const other = one.collect(['email']);
    const back = retracted(one, fact.id);
    expect(one.demands(back.id).demands).toMatchObject([{ cause: 'retraction', parts: named(fact, 0, 1) }]);
    one.execute();
    expect(one.names()).toEqual(named(other, 0));
  });
  it('destroys nothing of a category under a hold, and the rest of the fact', () => {
    const one = new Erasing();
    const fact = one.collect(['email', 'phone']);
    one.hold({ categories: ['phone'] });
    const back = retracted(one, fact.id);
    expect(one.demands(back.id)).toMatchObject({
      demands: [{ parts: named(fact, 0), more: true }],
      waits: [{ why: 'LEGAL_HOLD', categories: ['phone'] }],
    });
  });
  it('of a fact without values demands nothing', () => {
    const one = new Erasing();
    const fact = one.collect(['email'], {}, { seals: [] });
    expect(one.demands(retracted(one, fact.id).id)).toEqual({ demands: [], waits: [] });
  });
});

describe('the end of the last other holding', () => {
  it('destroys what the ledger has of the category, tokens included, on the same ground', () => {
    const one = new Erasing();
    const link = one.link('email', 'email');
    const told = one.collect(['email']);
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id).demands).toMatchObject([
      {
        cause: 'holding-ended',
        scope: 'category',
        categories: ['email'],
        parts: [...named(link, 0), ...named(told, 0)],
        links: [link.id],
      },
    ]);
    one.execute();
    expect(one.parts).toEqual([]);
    expect(one.demands(end.id).demands).toEqual([]);
  });
  it('is not there while another holder has it', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.collect(['email'], { holder: 'helpdesk' });
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id).demands).toEqual([]);
    const last = one.tell('DataDestroyed', destroyed('helpdesk', 'email'));
    expect(one.demands(last.id).demands).toHaveLength(1);
  });
  it('is there when only the ledger is told to hold it besides', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.collect(['email'], { holder: 'ledger' });
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id).demands).toHaveLength(1);
  });
  it('concerns the categories that ended alone', () => {
    const one = new Erasing();
    const told = one.collect(['email', 'phone']);
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id).demands).toMatchObject([{ categories: ['email'], parts: named(told, 0) }]);
  });
  it('is not there for what nobody ever said to hold: a link alone stays', () => {
    const one = new Erasing();
    one.link('email', 'email');
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id)).toEqual({ demands: [], waits: [] });
  });
  it('is not there any more when it was collected again', () => {
    const one = new Erasing();
    one.collect(['email']);
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    one.collect(['email']);
    expect(one.demands(end.id).demands).toEqual([]);
  });
  it('counts the holdings of those merged with the person', () => {
    const one = new Erasing();
    const merged = one.another();
    one.collect(['email']);
    one.collect(['email'], { holder: 'helpdesk' }, { subject: merged });
    one.merge(merged);
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id).demands).toEqual([]);
    const last = one.tell('DataDestroyed', destroyed('helpdesk', 'email'));
    expect(one.demands(last.id).demands.map(({ owner }) => owner)).toEqual([one.subject, merged]);
  });
  it('waits for a retention by law that is confirmed, and for none that is not', () => {
    const one = new Erasing();
    one.collect(['full-name', 'email']);
    one.tell('RelationStarted', { kind: 'contract' });
    one.tell('RelationStarted', { kind: 'subscription' });
    const end = one.tell('DataDestroyed', destroyed('crm', 'full-name', 'email'));
    expect(one.demands(end.id)).toMatchObject({
      demands: [{ categories: ['email'] }],
      waits: [{ why: 'STATUTORY_RETENTION', categories: ['full-name'] }],
    });
  });
  it('waits for a hold', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.hold();
    const end = one.tell('DataDestroyed', destroyed('crm', 'email'));
    expect(one.demands(end.id)).toMatchObject({ demands: [], waits: [{ why: 'LEGAL_HOLD' }] });
  });
});

describe('whatever was told', () => {
  it('is carried out at most once: afterwards nothing is demanded', () => {
    const one = new Erasing();
    one.link('email', 'email');
    const fact = one.collect(['email', 'phone']);
    one.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
    one.tell('FactRetracted', { fact: fact.id, type: 'DataCollected', ground: 'told-in-error' });
    one.collect(['phone']);
    one.tell('DataDestroyed', destroyed('crm', 'phone'));
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    expect(one.execute()).toBe(0);
    expect(allDemands(one.family(), one.outside)).toEqual([]);
    expect(one.parts.map(nameOf)).toEqual([]);
  });
  it('names each cause once, in the order in which it counts', () => {
    const one = new Erasing();
    const fact = one.collect(['email']);
    const corrected = one.tell('DataCorrected', { ...place, categories: ['email'] });
    const back = one.tell('FactRetracted', { fact: fact.id, type: 'DataCollected', ground: 'told-in-error' });
    const { order } = one.do(one.erase());
    expect(ordersOf(one.family()).map(({ event, cause }) => [cause, event])).toEqual([
      ['correction', corrected.id],
      ['erasure', order],
      ['retraction', back.id],
    ]);
  });
});

describe('in any history', () => {
  const categories = ['email', 'phone', 'full-name', 'requisites.iban'] as const;
  const some = fc.subarray([...categories], { minLength: 1 });
  const step = fc.oneof(
    fc.record({ does: fc.constant('collect' as const), some }),
    fc.record({ does: fc.constant('correct' as const), some }),
    fc.record({ does: fc.constant('destroy' as const), some }),
    fc.record({ does: fc.constant('hold' as const), some }),
    fc.record({ does: fc.constant('lift' as const), some }),
    fc.record({ does: fc.constant('block' as const), some }),
    fc.record({ does: fc.constant('unblock' as const), some }),
    fc.record({ does: fc.constant('erase' as const), some }),
    fc.record({ does: fc.constant('retract' as const), some }),
    fc.record({ does: fc.constant('execute' as const), some }),
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  /** Who tells it, which facts can still be told back, and which holds stand. */
  class Play {
    readonly one = new Erasing();
    private readonly facts: string[] = [];
    readonly holds: string[] = [];

    take({ does, some: named }: Step): void {
      const { one } = this;
      const [fact] = this.facts;
      const [hold] = this.holds;
      if (does === 'collect') this.facts.push(one.collect(named).id);
      if (does === 'correct') one.tell('DataCorrected', { ...place, categories: named }, { seals: named });
      if (does === 'destroy') one.tell('DataDestroyed', destroyed('crm', ...named));
      if (does === 'block') one.tell('DataBlocked', { categories: named, ground: 'breach-reported' });
      if (does === 'unblock') one.tell('DataUnblocked', { categories: named, ground: 'breach-not-confirmed' });
      if (does === 'hold') this.holds.push(one.hold({ categories: named }));
      if (does === 'lift' && hold !== undefined) one.lift(this.holds.shift() ?? hold);
      const order = one.erase({ categories: named });
      if (does === 'erase' && one.refusal(order) === 'not refused') one.do(order);
      if (does === 'retract' && fact !== undefined) {
        this.facts.shift();
        one.tell('FactRetracted', { fact, type: 'DataCollected', ground: 'told-in-error' });
      }
      if (does === 'execute') one.execute();
    }
  }

  it('nothing under a hold or a block is demanded, what is carried out is gone, and afterwards nothing is left to do', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const play = new Play();
        const { one } = play;
        for (const taken of steps) {
          play.take(taken);
          const { erasures, holdings } = one.family().state;
          const demanded = new Set(allDemands(one.family(), one.outside).flatMap(({ parts }) => parts));
          for (const part of one.parts.filter((placed) => demanded.has(nameOf(placed)))) {
            expect(holdsOn(erasures, part.category, one.at)).toEqual([]);
            expect(blockOf(holdings, part.category)).toBeUndefined();
          }
        }
        one.execute();
        expect(allDemands(one.family(), one.outside)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what others have in her events', () => {
  const retract = (one: Erasing, fact: { readonly id: string; readonly type: string }) =>
    one.wait(1).tell('FactRetracted', { fact: fact.id, type: fact.type, ground: 'told-in-error' });

  it('goes with the fact that was told in error, and is named in what was executed', () => {
    const one = new Erasing();
    const fact = one.upload(['email', 'phone']);
    const kept = one.upload(['email']);
    const [employee, other] = one.others.map(({ owner }) => owner);
    const order = retract(one, fact);
    expect(one.demands(order.id).demands).toMatchObject([
      { cause: 'retraction', owner: one.subject, parts: named(fact, 0, 1, 2), also: [employee] },
    ]);
    expect(one.execute()).toBe(1);
    expect(one.others).toEqual([{ event: kept.id, p: '1', owner: other, subject: one.subject }]);
    expect(one.demands(order.id)).toEqual({ demands: [], waits: [] });
  });
  it('goes where nothing of hers is in the fact', () => {
    const one = new Erasing();
    const fact = one.collect(['email'], { origin: { kind: 'uploaded' } }, { seals: [] });
    one.beside(fact, '0');
    const order = retract(one, fact);
    expect(one.demands(order.id).demands).toMatchObject([{ parts: named(fact, 0) }]);
    expect(one.execute()).toBe(1);
    expect(one.others).toEqual([]);
  });
  it('waits with the fact while a hold stands on its data', () => {
    const one = new Erasing();
    const fact = one.upload(['email']);
    const hold = one.hold({ categories: ['email'] });
    const order = retract(one, fact);
    expect(one.demands(order.id)).toMatchObject({ demands: [], waits: [{ why: 'LEGAL_HOLD' }] });
    one.lift(hold);
    expect(one.demands(order.id).demands).toMatchObject([{ parts: named(fact, 0, 1) }]);
  });
  it('goes with the last category of its fact that is destroyed, not before', () => {
    const one = new Erasing();
    one.upload(['email', 'phone']);
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    expect(one.others).toHaveLength(1);
    one.do(one.erase({ categories: ['phone'] }));
    one.execute();
    expect([one.others, one.parts]).toEqual([[], []]);
  });
  it('goes with the person, of a merged family with each member', () => {
    const one = new Erasing();
    const merged = one.another();
    one.upload(['email']);
    one.upload(['phone'], { subject: merged });
    one.merge(merged);
    const owners = one.others.map(({ owner }) => owner);
    one.do(one.erase());
    expect(allDemands(one.family(), one.outside).map(({ also }) => also)).toEqual(owners.map((owner) => [owner]));
    one.execute();
    expect(one.others).toEqual([]);
  });
  it('of a representative goes when recognising her was an error, and stays while the person lives', () => {
    const one = new Erasing();
    one.collect(['email']);
    const recognised = one.tell('RepresentativeRecognised', {
      representative: newId(),
      kind: 'attorney-in-fact',
      from: '2026-11-20T00:00:00Z',
      document: { kind: 'power-of-attorney', date: '2026-11-18' },
    });
    one.beside(recognised, '0');
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    expect(one.others).toHaveLength(1);
    const order = retract(one, recognised);
    expect(one.demands(order.id).demands).toMatchObject([{ parts: named(recognised, 0) }]);
    one.execute();
    expect(one.others).toEqual([]);
  });
});
