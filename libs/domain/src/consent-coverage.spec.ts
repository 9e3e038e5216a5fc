// Which of several consents answers, and which are not yet given?
import { type Facts } from '@derbes/kernel';
import { coverages } from './consent-coverage.js';
import { foldSubject } from './subject-fold.js';
import { consented, documents, minute, newId, sampleEdition, Teller } from './testing.js';

const shownOf = () => documents.policy(sampleEdition);
const ask = { category: 'email', purpose: 'account' };

function given(...items: (readonly [id: string, items: Facts])[]) {
  const teller = new Teller();
  for (const [id, said] of items) teller.tell('ConsentGiven', consented(said), undefined, { id });
  const { state } = foldSubject(teller.events);
  return (moment: string, named?: string) =>
    coverages(state, { ...ask, moment }, shownOf, named).map(({ consent, lacks }) => [consent.event, ...lacks]);
}

const [first, second] = [newId(), newId()];

describe('of several consents', () => {
  it('one that covers goes before one that does not', () => {
    expect(given([first, {}], [second, { data: ['phone'] }])(minute(9))).toEqual([[first], [second, 'category']]);
  });
  it('the last given goes first when all cover', () => {
    expect(given([first, {}], [second, {}])(minute(9))).toEqual([[second], [first]]);
  });
  it('the one that the fact leans on goes first when all cover', () => {
    expect(given([first, {}], [second, {}])(minute(9), first)).toEqual([[first], [second]]);
  });
  it('one given later than the moment asked about does not count', () => {
    expect(given([first, {}], [second, {}])(minute(0))).toEqual([[first]]);
  });
  it('of a text that the ledger does not have only literal codes count', () => {
    const teller = new Teller();
    teller.tell('ConsentGiven', consented({ data: ['provided'] }));
    const { state } = foldSubject(teller.events);
    const [best] = coverages(state, { ...ask, moment: minute(9) }, () => undefined);
    expect(best?.lacks).toEqual(['category']);
  });
});
