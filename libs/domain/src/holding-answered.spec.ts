// What does a holder's answer to a task change of what is held there, whatever else it tells before, after or twice?
import { type Facts } from '@derbes/kernel';
import { statusOf, type Holding } from './holding.js';
import { judgeFacts } from './judge-subject.js';
import { cascadeOf } from './task/cascade.js';
import { newId } from './testing.js';
import { Erasing } from './testing/erasing.js';

/** E-mail and phone in the CRM, the phone in the help desk, too. */
class Answering extends Erasing {
  constructor() {
    super();
    this.link('email', 'email');
    this.collect(['email', 'phone']);
    this.collect(['phone'], { holder: 'helpdesk' });
  }

  /** What a fact asks others to do, recorded; the tasks by holder. */
  spread(event: string): ReadonlyMap<string, string> {
    const drafts = cascadeOf(event, this.subject, this.family(), this.outside);
    for (const { facts } of drafts) this.tell('TaskOrdered', facts);
    return this.tasks;
  }

  /** The last task of each holder. */
  get tasks(): ReadonlyMap<string, string> {
    return new Map([...this.family().state.tasks.values()].map(({ holder = '', event }) => [holder, event]));
  }

  answer(holder: string, said: Facts = {}): string {
    const task = this.tasks.get(holder) ?? '';
    const facts = { task, result: 'done', by: 'poll', proof: 'key', happened: this.at, ...said };
    return this.tell('TaskAcknowledged', facts).id;
  }

  destroyed(more: Facts = {}): string {
    const told = {
      manner: 'destroyed',
      categories: ['phone'],
      holder: 'crm',
      ground: 'purpose-reached',
      method: 'row',
    };
    return this.tell('DataDestroyed', { ...told, ...more }).id;
  }

  held(holder: string, category = 'phone'): Holding {
    const { current } = this.family().state.holdings;
    const found = [...current.values()].find((one) => one.holder === holder && one.category === category);
    if (!found) throw new Error('it is not held there');
    return found;
  }

  status(holder: string, category = 'phone'): string {
    return statusOf(this.held(holder, category), this.family().state.holdings);
  }

  get codes(): string[] {
    return [...judgeFacts(this.family(), this.outside).values()].map(({ code }) => code);
  }
}

const ordered = (categories?: readonly string[]) => {
  const one = new Answering();
  one.do(one.erase(categories ? { categories } : {}));
  return one;
};

describe('a destruction that was ordered and answered', () => {
  it('ends what that holder held, by the answer, at its moment, and nothing of another holder', () => {
    const one = ordered(['phone']);
    const happened = one.at;
    const event = one.answer('crm', { happened });
    const task = one.tasks.get('crm');
    expect(one.held('crm').end).toMatchObject({ manner: 'destroyed', moment: happened, event, task });
    expect(one.status('helpdesk')).toBe('held');
    expect(one.status('crm', 'email')).toBe('held');
  });

  it('ends it in the manner that the task named, and restorable by nobody where it named none', () => {
    for (const manner of ['deleted', 'anonymised', 'destroyed'] as const) {
      const one = new Answering();
      const task = { kind: 'destroy', manner, holder: 'crm', categories: ['phone'], cause: newId(), by: 'poll' };
      one.tell('TaskOrdered', task);
      one.answer('crm');
      expect(one.status('crm')).toBe(manner);
    }
    const one = ordered(['phone']);
    one.answer('crm');
    expect(one.status('crm')).toBe('destroyed');
  });
  it('ends nothing when it was refused, which is a finding with the article of its term', () => {
    const one = ordered(['phone']);
    const event = one.answer('crm', { result: 'refused', reason: 'kept-by-law' });
    expect(one.status('crm')).toBe('held');
    const findings = [...judgeFacts(one.family(), one.outside).values()].filter((found) => found.event === event);
    expect(findings).toMatchObject([
      { code: 'TASK_REFUSED', params: { holder: 'crm', kind: 'destroy', reason: 'kept-by-law' } },
    ]);
    expect(findings[0]?.article).toMatch(/^94-V:/);
  });

  it('ends what was not there, either, and that it was gone is a finding', () => {
    const one = ordered(['phone']);
    const event = one.answer('crm', { result: 'nothing-held' });
    expect(one.held('crm').end).toMatchObject({ event, method: 'nothing-held' });
    expect(one.codes).toContain('HOLDING_GONE');
  });

  it('is told once more by the holder as a fact: its own word stands, and is no finding', () => {
    const one = ordered(['phone']);
    one.answer('crm');
    const event = one.destroyed({ manner: 'deleted', copiesUntil: '2026-12-20' });
    expect(one.held('crm').end).toMatchObject({ manner: 'deleted', event });
    expect(one.held('crm').end).not.toHaveProperty('task');
    expect(one.codes).not.toContain('HOLDING_GONE');
    one.destroyed({ manner: 'deleted' });
    expect(one.codes).toContain('HOLDING_GONE');
  });

  it('was told as a fact before: that word stays', () => {
    const one = ordered(['phone']);
    const event = one.destroyed();
    one.answer('crm');
    expect(one.held('crm').end).toMatchObject({ event, method: 'row' });
    expect(one.codes).not.toContain('HOLDING_GONE');
  });

  it('takes along the copies of what had been deleted before', () => {
    const one = ordered(['phone']);
    one.destroyed({ manner: 'deleted', copiesUntil: '2026-12-20' });
    const event = one.answer('crm');
    expect(one.held('crm').end).toMatchObject({ manner: 'destroyed', event });
  });

  it('does not end what was collected after the moment of the answer, though the answer is told later', () => {
    const one = ordered(['phone']);
    const happened = one.at;
    one.collect(['phone']);
    one.answer('crm', { happened });
    expect(one.status('crm')).toBe('held');
  });

  it('begins another period when it is collected after the answer', () => {
    const one = ordered(['phone']);
    const event = one.answer('crm');
    one.collect(['phone']);
    expect(one.status('crm')).toBe('held');
    expect(one.family().state.holdings.past).toMatchObject([{ holder: 'crm', end: { event } }]);
  });

  it('counts once: another event about the answered task changes nothing', () => {
    const one = ordered(['phone']);
    const event = one.answer('crm');
    one.answer('crm', { result: 'nothing-held' });
    expect(one.held('crm').end).toMatchObject({ event, method: 'task-done' });
    expect(one.codes).not.toContain('HOLDING_GONE');
  });
});

describe('a correction that others were told of', () => {
  it('is what a holder has, too, from its answer on', () => {
    const one = new Answering();
    const facts = { categories: ['phone'], holder: 'crm', role: 'private', ground: 'subject-request' };
    const corrected = one.tell('DataCorrected', facts, { seals: ['phone'] });
    one.spread(corrected.id);
    expect(one.held('helpdesk').corrected).toBeUndefined();
    const event = one.answer('helpdesk');
    expect(one.held('helpdesk').corrected).toBe(event);
    expect(one.held('crm').corrected).toBe(corrected.id);
  });
});

describe('a block that others were told of', () => {
  it('is known to stand in a holder from its answer on, and ends for all when it is lifted', () => {
    const one = new Answering();
    const block = one.tell('DataBlocked', { categories: ['phone'], ground: 'breach-reported' });
    one.spread(block.id);
    const event = one.answer('helpdesk');
    const [standing] = [...(one.family().state.holdings.blocks.get('phone')?.values() ?? [])];
    expect(standing?.confirmed).toMatchObject({ helpdesk: { event } });
    expect(Object.keys(standing?.confirmed ?? {})).toEqual(['helpdesk']);
    one.tell('DataUnblocked', { categories: ['phone'], ground: 'breach-not-confirmed' });
    expect(one.status('helpdesk')).toBe('held');
    // Late, of a block that stands no longer.
    one.answer('crm');
    expect(one.status('crm')).toBe('held');
  });
});
