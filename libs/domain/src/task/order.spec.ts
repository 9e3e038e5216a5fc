// Who is told of a destruction, a correction, a blocking: everybody who has it, nobody else, and nobody twice?
import { type Facts } from '@derbes/kernel';
import { type OrderErasure } from '../erasure-command.js';
import { type FactDraft } from '../record.js';
import { Erasing } from '../testing/erasing.js';
import { newId, registered } from '../testing.js';
import { evolveRegisters, type Registers } from '../registers.js';
import { type RegisterEvent } from '../catalogue.js';
import { cascadeOf, tasksOfOrder, untold } from './cascade.js';
import { addresseeOf } from './state.js';
import { tasksFor, type Telling } from './order.js';

const transfer = { purposes: ['payment'], recipient: 'example-bank', country: 'KZ', mode: 'sent', role: 'private' };

class TellingPerson extends Erasing {
  private extra: RegisterEvent[] = [];

  /** Somebody said how a holder or recipient is reached. */
  reach(whom: Facts, by: string): this {
    const stream = `holder-${newId()}`;
    this.extra.push(registered('DestinationSet', { ...whom, by }, stream, '2026-02-02T00:00:00Z'));
    return this;
  }

  override get outside() {
    const outside = super.outside;
    const registers: Registers = this.extra.reduce(evolveRegisters, outside.registers);
    return { ...outside, registers };
  }

  send(categories: readonly string[], facts: Facts = {}) {
    return this.tell('DataTransferred', { ...transfer, categories: [...categories], ...facts });
  }

  /** Tasks of an order that is given now. */
  ordered(more: Partial<OrderErasure> = {}): FactDraft[] {
    return this.do(this.erase(more)).drafts.filter(({ type }) => type === 'TaskOrdered');
  }

  /** Tasks that a fact asks for, recorded. */
  spread(event: string, subject = this.subject): FactDraft[] {
    const drafts = cascadeOf(event, subject, this.family(subject), this.outside);
    for (const { facts } of drafts) this.tell('TaskOrdered', facts, { subject });
    return drafts;
  }

  told(telling: Omit<Telling, 'subject'>): FactDraft[] {
    return tasksFor({ subject: this.subject, ...telling }, this.family(), this.outside);
  }
}

const whom = (drafts: readonly FactDraft[]): string[] => drafts.map(({ facts }) => addresseeOf(facts)).sort();
const about = (drafts: readonly FactDraft[]) =>
  Object.fromEntries(drafts.map(({ facts }) => [addresseeOf(facts), facts['categories']]));
const factsFor = (drafts: readonly FactDraft[], addressee: string): Facts =>
  drafts.find(({ facts }) => addresseeOf(facts) === addressee)?.facts ?? {};

/** E-mail and phone in the CRM, the phone in the help desk too, the name at a bank. */
const person = () => {
  const one = new TellingPerson();
  one.link('email', 'email');
  one.link('phone', 'phone');
  one.collect(['email', 'phone', 'full-name']);
  one.collect(['phone'], { holder: 'helpdesk' });
  one.send(['full-name', 'requisites.iban']);
  return one;
};

describe('an order to erase', () => {
  it('is told to every holder that holds and every recipient that got it, right behind the order', () => {
    const one = person();
    const { drafts, order } = one.do(one.erase());
    expect(drafts.map(({ type }) => type)).toEqual(['ErasureOrdered', 'TaskOrdered', 'TaskOrdered', 'TaskOrdered']);
    expect(whom(drafts.slice(1))).toEqual(['holder/crm', 'holder/helpdesk', 'recipient/example-bank']);
    expect(drafts.slice(1).every(({ facts }) => facts['cause'] === order && facts['kind'] === 'destroy')).toBe(true);
  });
  it('of a category is told to those who have that category', () => {
    expect(about(person().ordered({ categories: ['phone'] }))).toEqual({
      'holder/crm': ['phone'],
      'holder/helpdesk': ['phone'],
    });
    expect(whom(person().ordered({ categories: ['full-name'] }))).toEqual(['holder/crm', 'recipient/example-bank']);
  });
  it('is not told to the ledger itself, nor to a system that has destroyed it', () => {
    const one = person();
    one.collect(['email'], { holder: 'ledger' });
    one.tell('DataDestroyed', {
      manner: 'destroyed',
      categories: ['phone'],
      holder: 'helpdesk',
      ground: 'term-over',
      method: 'row-deletion',
    });
    expect(whom(one.ordered())).toEqual(['holder/crm', 'recipient/example-bank']);
  });
  it('is told to a system that deleted it while copies remain', () => {
    const gone = (copiesUntil: string) => {
      const one = person();
      const facts = { categories: ['phone'], holder: 'helpdesk', ground: 'term-over', method: 'row-deletion' };
      one.tell('DataDestroyed', { ...facts, manner: 'deleted', copiesUntil });
      return whom(one.ordered({ categories: ['phone'] }));
    };
    expect(gone('2099-01-01')).toEqual(['holder/crm', 'holder/helpdesk']);
    expect(gone('2026-01-01')).toEqual(['holder/crm']);
  });
  it('that keeps a category is told without it', () => {
    const one = person();
    one.hold({ categories: ['full-name'] });
    expect(about(one.ordered())).toEqual({
      'holder/crm': ['email', 'phone'],
      'holder/helpdesk': ['phone'],
      'recipient/example-bank': ['requisites.iban'],
    });
  });
  it('that an act refuses is told to nobody', () => {
    const one = person();
    one.hold();
    expect(one.ordered()).toEqual([]);
  });
  it('of single values names them to the systems that told them, and to whoever got the category', () => {
    const one = person();
    const [name = ''] = one.parts
      .filter(({ category }) => category === 'full-name')
      .map((part) => `${part.event}/${part.p}`);
    const tasks = one.ordered({ parts: [name] });
    expect(whom(tasks)).toEqual(['holder/crm', 'recipient/example-bank']);
    expect(factsFor(tasks, 'holder/crm')['values']).toEqual([name]);
  });
  it('of a merged family is told once, of what either has, in the stream of the survivor', () => {
    const one = person();
    const merged = one.another();
    one.collect(['email'], { holder: 'billing' }, { subject: merged });
    one.merge(merged);
    const { drafts } = one.do(one.erase());
    const tasks = drafts.filter(({ type }) => type === 'TaskOrdered');
    expect(whom(tasks)).toEqual(['holder/billing', 'holder/crm', 'holder/helpdesk', 'recipient/example-bank']);
    expect(new Set(tasks.map(({ stream }) => stream))).toEqual(new Set([`subject-${one.subject}`]));
    const orders = drafts.filter(({ type }) => type === 'ErasureOrdered');
    const all = orders.map(({ id = '' }) => tasksOfOrder(one.family(), id).length);
    expect(all).toEqual([4, 4]);
  });
  it('names the request that asks for it', () => {
    const request = newId();
    expect(
      person()
        .ordered({ request })
        .every(({ facts }) => facts['request'] === request),
    ).toBe(true);
  });
});

describe('whoever is told', () => {
  it('is told by the identifiers that it has, for others would be news to it', () => {
    const one = person();
    const [email = '', phone = ''] = one.names();
    const tasks = one.ordered();
    expect(factsFor(tasks, 'holder/crm')['parts']).toEqual([email, phone]);
    expect(factsFor(tasks, 'holder/helpdesk')['parts']).toEqual([phone]);
  });
  it('as a holder without any is told all; as a recipient, only what it was sent', () => {
    const one = person();
    one.collect(['session'], { holder: 'log-store' });
    const tasks = one.ordered();
    const [email = '', phone = ''] = one.names();
    expect(factsFor(tasks, 'holder/log-store')['parts']).toEqual([email, phone]);
    const sent = one.parts.filter(({ category }) => category === 'full-name').map(({ event, p }) => `${event}/${p}`);
    expect(factsFor(tasks, 'recipient/example-bank')['parts']).toEqual(sent);
  });
  it('is not told an identifier that means somebody else by now', () => {
    const one = person();
    const [link] = one.events().filter(({ type }) => type === 'IdentifierLinked');
    const facts = { scheme: 'email', link: link?.id ?? '', ground: 'number-reissued' };
    one.tell('IdentifierUnlinked', { ...facts, until: one.at });
    expect(factsFor(one.ordered(), 'holder/crm')['parts']).toEqual([one.names()[1]]);
  });
  it('is told in the way that was set for it, by a person where nobody set one', () => {
    const one = person().reach({ holder: 'crm' }, 'webhook').reach({ recipient: 'example-bank' }, 'poll');
    const tasks = one.ordered();
    const by = Object.fromEntries(tasks.map(({ facts }) => [addresseeOf(facts), facts['by']]));
    expect(by).toEqual({ 'holder/crm': 'webhook', 'holder/helpdesk': 'person', 'recipient/example-bank': 'poll' });
  });
});

describe('a destruction', () => {
  it('waits for those of whom it was said how they are reached, and for nobody else', () => {
    const one = person().reach({ holder: 'crm' }, 'person');
    const { order = '' } = one.do(one.erase());
    expect(untold(one.family(), order, one.at).map(addresseeOf)).toEqual(['holder/crm']);
  });
  it('waits for all where the officer wants that', () => {
    const one = person();
    const { order = '' } = one.do(one.erase({ untold: 'wait' }));
    expect(untold(one.family(), order, one.at)).toHaveLength(3);
  });
  it.each<[string, Facts]>([
    ['TaskDelivered', { by: 'person', happened: '2026-11-20T10:00:00Z' }],
    ['TaskAcknowledged', { result: 'done', by: 'person', proof: 'officer', happened: '2026-11-20T10:00:00Z' }],
    ['TaskFailed', { reason: 'connection-refused', attempts: '12' }],
    ['TaskClosed', { reason: 'system-switched-off' }],
  ])('waits no more after %s', (type, facts) => {
    const one = person().reach({ holder: 'crm' }, 'webhook');
    const { order = '' } = one.do(one.erase());
    const [task] = untold(one.family(), order, one.at);
    one.tell(type as 'TaskFailed', { ...facts, task: task?.event ?? '' });
    expect(untold(one.family(), order, one.at)).toEqual([]);
  });
  it('waits no more once the term of the task is over', () => {
    const one = person().reach({ holder: 'crm' }, 'webhook');
    const { order = '' } = one.do(one.erase());
    const [task] = untold(one.family(), order, one.at);
    expect(task?.clock?.term).toBe('destruction');
    expect(untold(one.family(), order, task?.clock?.due ?? '')).toHaveLength(1);
    expect(untold(one.family(), order, '2027-01-20T00:00:00Z')).toEqual([]);
  });
});

describe('what is ordered already', () => {
  it('is not ordered again, while it is open and after it was done', () => {
    const one = person();
    one.ordered({ categories: ['phone'] });
    const again = () => whom(one.told({ kind: 'destroy', cause: newId(), categories: ['phone'] }));
    expect(again()).toEqual([]);
    const done = { result: 'done', by: 'webhook', proof: 'hmac', happened: one.at };
    for (const { event } of one.family().state.tasks.values()) one.tell('TaskAcknowledged', { ...done, task: event });
    expect(again()).toEqual([]);
  });
  it('is ordered again of whom it was sent to since, or who refused it', () => {
    const one = person();
    one.ordered({ categories: ['full-name'] });
    const [crm, bank] = [...one.family().state.tasks.values()];
    const said = { by: 'webhook', proof: 'hmac', happened: one.at };
    one.tell('TaskAcknowledged', { ...said, task: crm?.event ?? '', result: 'refused', reason: 'kept-by-law' });
    one.tell('TaskAcknowledged', { ...said, task: bank?.event ?? '', result: 'nothing-held' });
    const again = () => whom(one.told({ kind: 'destroy', cause: newId(), categories: ['full-name'] }));
    expect(again()).toEqual(['holder/crm']);
    one.send(['full-name']);
    expect(again()).toEqual(['holder/crm', 'recipient/example-bank']);
  });
});

describe('a correction', () => {
  const corrected = (one: TellingPerson, holder: string, facts: Facts = {}) =>
    one.tell(
      'DataCorrected',
      { categories: ['phone'], holder, role: 'private', ground: 'subject-request', ...facts },
      { seals: ['phone'] },
    );

  it('is told with the new value to the other holders, and to whoever got it', () => {
    const one = person();
    one.send(['phone'], { recipient: 'example-mail' });
    const { id } = corrected(one, 'crm');
    const tasks = one.spread(id);
    expect(whom(tasks)).toEqual(['holder/helpdesk', 'recipient/example-mail']);
    expect(tasks.every(({ facts }) => facts['kind'] === 'correct')).toBe(true);
    expect(factsFor(tasks, 'holder/helpdesk')).toMatchObject({ values: [`${id}/0`], cause: id, categories: ['phone'] });
  });
  it('is told once, however often it is looked at', () => {
    const one = person();
    const { id } = corrected(one, 'crm');
    one.spread(id);
    expect(one.spread(id)).toEqual([]);
  });
  it('that a holder made because it was told to is told to nobody', () => {
    const one = person();
    const { id } = corrected(one, 'crm');
    one.spread(id);
    expect(one.spread(corrected(one, 'helpdesk').id)).toEqual([]);
  });
  it('that a holder makes of itself, after it answered, is told again', () => {
    const one = person();
    one.spread(corrected(one, 'crm').id);
    const [task] = [...one.family().state.tasks.values()];
    const done = { result: 'done', by: 'webhook', proof: 'hmac', happened: one.at };
    one.tell('TaskAcknowledged', { ...done, task: task?.event ?? '' });
    expect(whom(one.spread(corrected(one, 'helpdesk').id))).toEqual(['holder/crm']);
  });
  it('in one role is not told to who has it in another', () => {
    const one = person();
    one.collect(['phone'], { holder: 'billing', role: 'entrepreneur' });
    expect(whom(one.spread(corrected(one, 'crm').id))).toEqual(['holder/helpdesk']);
  });
  it('about somebody who is to be erased is told to nobody', () => {
    const one = person();
    const { id } = corrected(one, 'crm');
    one.do(one.erase());
    expect(one.spread(id)).toEqual([]);
  });
});

describe('a blocking', () => {
  const blocked = (one: TellingPerson, facts: Facts = {}, type: 'DataBlocked' | 'DataUnblocked' = 'DataBlocked') =>
    one.tell(type, { categories: ['full-name'], ground: 'breach-reported', ...facts }).id;

  it('is told to all holders and recipients; in one system alone, to recipients only', () => {
    const one = person();
    expect(whom(one.spread(blocked(one)))).toEqual(['holder/crm', 'recipient/example-bank']);
    const other = person();
    expect(whom(other.spread(blocked(other, { holder: 'crm' })))).toEqual(['recipient/example-bank']);
  });
  it('that ends is told to those who were told that it began', () => {
    const one = person();
    expect(one.spread(blocked(one, {}, 'DataUnblocked'))).toEqual([]);
    one.spread(blocked(one));
    expect(one.spread(blocked(one))).toEqual([]);
    expect(whom(one.spread(blocked(one, {}, 'DataUnblocked')))).toEqual(['holder/crm', 'recipient/example-bank']);
    expect(one.spread(blocked(one, {}, 'DataUnblocked'))).toEqual([]);
    expect(whom(one.spread(blocked(one)))).toEqual(['holder/crm', 'recipient/example-bank']);
  });
});

describe('taking down what was published', () => {
  it('is told to who publishes it elsewhere and to who got it, when there is a ground', () => {
    const down = (facts: Facts) => {
      const one = person();
      for (const [place, holder] of [
        ['site', 'cms'],
        ['brochure', 'press'],
      ]) {
        one.collect(['full-name'], { holder });
        one.tell('DataPublished', { categories: ['full-name'], place: place ?? '', holder: holder ?? '' });
      }
      return whom(one.spread(one.tell('DataUnpublished', { categories: ['full-name'], place: 'site', ...facts }).id));
    };
    expect(down({ ground: 'subject-request' })).toEqual(['holder/press', 'recipient/example-bank']);
    expect(down({})).toEqual([]);
  });
});

describe('a withdrawal', () => {
  it('is told for the purposes that it names, of data held in its own name', () => {
    const one = person();
    one.collect(['email'], { holder: 'mailing', purposes: ['analytics'] });
    one.collect(['email'], {
      holder: 'hosting',
      purposes: ['analytics'],
      capacity: 'operator',
      for: `organisation-${newId()}`,
    });
    const stop = { kind: 'stop', cause: newId(), purposes: ['analytics'], capacity: 'own' } as const;
    expect(whom(one.told(stop))).toEqual(['holder/mailing']);
    expect(whom(one.told({ ...stop, purposes: ['payment'] }))).toEqual(['recipient/example-bank']);
    expect(whom(one.told({ ...stop, purposes: ['payment'], recipients: [] }))).toEqual([]);
  });
});
