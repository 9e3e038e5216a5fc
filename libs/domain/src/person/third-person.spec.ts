// What is a person answered whom somebody else uploaded, and what may whoever uploaded her be told?
import { describe, expect, it } from '@jest/globals';
import { foldSubject } from '../subject-fold.js';
import { collected, minute, Teller } from '../testing.js';
import { sampleUuid } from '../vocabulary.js';
import { answeringFor, uploadedBy } from './third-person.js';

const [one, other] = [`organisation-${sampleUuid(71)}`, `organisation-${sampleUuid(72)}`];
const uploaded = (uploader: string) => ({ origin: { kind: 'uploaded', uploader, means: 'file-upload' } });

function person(tell: (teller: Teller) => void) {
  const teller = new Teller();
  teller.tell('SubjectRegistered', { kind: 'person' });
  tell(teller);
  return { teller, state: foldSubject(teller.events).state };
}

describe('the answer to an uploaded person', () => {
  it('tells what is held for the controller itself apart from what is held for whoever uploaded it', () => {
    const { state } = person((to) => {
      to.tell('DataCollected', collected({ categories: ['phone'] }));
      to.tell('DataCollected', collected({ categories: ['email'], capacity: 'operator', for: one, ...uploaded(one) }));
    });
    expect(answeringFor(state)).toEqual({
      own: [{ category: 'phone', holder: 'crm', role: 'private' }],
      asOperator: [{ category: 'email', holder: 'crm', role: 'private', organisation: one }],
      tasks: [{ organisation: one, categories: ['email'] }],
    });
  });

  it('begins no task of anybody who uploaded nothing', () => {
    const { state } = person((to) => void to.tell('DataCollected', collected()));
    expect(answeringFor(state)).toMatchObject({ asOperator: [], tasks: [] });
  });

  it('names to each organisation its own upload, and what it uploaded that is the controller’s by now, sorted', () => {
    const { state } = person((to) => {
      to.tell('DataCollected', collected({ categories: ['phone', 'email'], ...uploaded(one) }));
      to.tell('DataCollected', collected({ categories: ['full-name'], capacity: 'operator', for: other }));
    });
    expect(answeringFor(state).tasks).toEqual([
      { organisation: one, categories: ['email', 'phone'] },
      { organisation: other, categories: ['full-name'] },
    ]);
  });

  it('begins no task for what is no longer held', () => {
    const { state } = person((to) => {
      to.tell('DataCollected', collected({ categories: ['email'], ...uploaded(one) }));
      to.tell('DataDestroyed', {
        manner: 'destroyed',
        categories: ['email'],
        holder: 'crm',
        ground: 'purpose-reached',
        method: 'row-deletion',
      });
    });
    expect(answeringFor(state)).toEqual({ own: [], asOperator: [], tasks: [] });
  });
});

describe('what an uploader may be told', () => {
  it('is what it told itself: not what others uploaded, and nothing that was done with it since', () => {
    const { teller } = person((to) => {
      to.tell('DataCollected', collected(uploaded(one)), minute(1));
      to.tell('DataCollected', collected(uploaded(other)), minute(2));
      to.tell('DataCollected', collected({ categories: ['phone'] }), minute(3));
      to.tell('DataUsed', { categories: ['email'], purposes: ['account'] }, minute(4));
      to.tell(
        'DataDeclared',
        { ...collected(uploaded(one)), since: { moment: '2024-01-01T00:00:00Z', precision: 'exact' } },
        minute(5),
      );
    });
    const { events } = teller;
    expect(uploadedBy(events, one).map(({ occurred }) => occurred)).toEqual([minute(1), minute(5)]);
    expect(uploadedBy(events, other).map(({ occurred }) => occurred)).toEqual([minute(2)]);
    expect(uploadedBy(events, `organisation-${sampleUuid(73)}`)).toEqual([]);
  });
});
