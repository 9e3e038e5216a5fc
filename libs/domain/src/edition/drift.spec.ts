// Is what is done summed up as it was told, and is it found where it leaves the edition in force?
import { declared } from '@derbes/policy';
import { foldSubject } from '../subject-fold.js';
import { collected, registers, samplePolicy, Teller } from '../testing.js';
import { activitiesOf, driftOf, unpractised } from './index.js';

const policy = declared(samplePolicy);
const inForce = '2026-01-01T00:00:00Z';
const never = () => false;
const nobodyElse = { holder: '-', recipient: '-', last: '2026-11-20T09:00:00Z' };
const reasons = (activity: Partial<Parameters<typeof driftOf>[0]>, since = inForce) =>
  driftOf({ purpose: 'account', category: 'email', ...nobodyElse, ...activity }, policy, since, registers).map(
    ({ reason, clause }) => `${reason} ${clause}`,
  );

describe('what is done with data', () => {
  it('is one activity for each purpose, category, place, recipient, country and basis, with its first and last event', () => {
    const to = new Teller();
    const first = to.tell('DataCollected', collected({ categories: ['email', 'phone'] }));
    const last = to.tell('DataCollected', collected());
    to.tell('DataTransferred', {
      categories: ['email'],
      purposes: ['payment'],
      basis: { code: 'consent' },
      recipient: 'far-cloud',
      country: 'DE',
      mode: 'sent',
    });
    const all = activitiesOf(foldSubject(to.events), never);
    expect(all).toHaveLength(3);
    expect(all[0]).toEqual({
      purpose: 'account',
      category: 'email',
      holder: 'crm',
      recipient: '-',
      country: '-',
      basis: 'consent',
      facts: 2,
      first: first.occurred,
      last: last.occurred,
      firstEvent: first.id,
      lastEvent: last.id,
      held: 'yes',
    });
    expect(all[2]).toMatchObject({
      purpose: 'payment',
      holder: '-',
      recipient: 'far-cloud',
      country: 'DE',
      held: 'no',
    });
  });

  it('leaves out what nothing is left of', () => {
    const to = new Teller();
    to.tell('DataCollected', collected({ categories: ['email', 'phone'] }));
    const left = activitiesOf(foldSubject(to.events), (category) => category === 'phone');
    expect(left.map(({ category }) => category)).toEqual(['email']);
  });
});

describe('drift', () => {
  it('is none where the edition declares it', () => expect(reasons({ holder: 'crm' })).toEqual([]));

  it('names what is undeclared with the clause that should have said it', () => {
    expect(reasons({ purpose: 'gossip' })).toEqual(['purpose-undeclared 4']);
    expect(reasons({ category: 'shoe-size' })).toEqual(['category-undeclared 3']);
    expect(reasons({ holder: 'attic' })).toEqual(['holder-unregistered -']);
    expect(reasons({ recipient: 'stranger' })).toEqual(['recipient-unregistered 6']);
    expect(reasons({ recipient: 'odd-class' })).toEqual(['recipient-class-undeclared 6']);
  });

  it('is not asked of what had ended before the edition came into force', () =>
    expect(reasons({ purpose: 'gossip' }, '2026-11-21T00:00:00Z')).toEqual([]));

  it('is also what an edition that is old enough says and nobody did since', () => {
    const done = [{ purpose: 'account', category: 'email', ...nobodyElse, recipient: 'good-bank' }];
    const since = '2026-11-01T00:00:00Z';
    const missing = unpractised(done, policy, { inForce, since }, registers).map(({ what, code }) => `${what} ${code}`);
    expect(missing).toContain('purpose support');
    expect(missing).toContain('category requisites.iban');
    expect(missing).toContain('recipient-class hosting-cloud');
    for (const known of ['purpose account', 'category email', 'recipient-class payment-and-banks']) {
      expect(missing).not.toContain(known);
    }
    expect(unpractised([], policy, { inForce: '2026-11-02T00:00:00Z', since }, registers)).toEqual([]);
  });
});
