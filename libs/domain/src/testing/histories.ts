// What may be told of one person, in whatever order? Ids of consents, relations and facts point into the same run.
import { type Facts } from '@derbes/kernel';
import fc from 'fast-check';
import { type SubjectEvent } from '../catalogue.js';
import { collected, consented, minute, newId, Teller } from '../testing.js';

export const destroyed: Facts = {
  manner: 'destroyed',
  categories: ['email'],
  holder: 'crm',
  ground: 'x',
  method: 'shredding',
};

const consentIds = Array.from({ length: 3 }, newId);
const relationIds = Array.from({ length: 3 }, newId);
export const factIds = Array.from({ length: 3 }, newId);
const category = fc.constantFrom('email', 'full-name', 'requisites.iban', 'session', 'shoe-size');
const categories = fc.uniqueArray(category, { minLength: 1, maxLength: 3 });
const purposes = fc.uniqueArray(fc.constantFrom('account', 'payment', 'support', 'marketing'), {
  minLength: 1,
  maxLength: 2,
});
const holder = fc.constantFrom('crm', 'cloud', 'ledger', 'attic');
const basis = fc.record({ code: fc.constantFrom('consent', 'contract', 'kz.9.1', 'legitimate-interest') });
export type Told = readonly [SubjectEvent['type'], Facts, string?];
const told: fc.Arbitrary<Told> = fc.oneof(
  fc
    .tuple(categories, purposes, holder, basis, fc.constantFrom('', ...factIds))
    .map(([named, of, where, by, id]): Told => [
      'DataCollected',
      collected({ categories: named, purposes: of, holder: where, basis: by }),
      id,
    ]),
  fc
    .tuple(categories, purposes, basis)
    .map(([named, of, by]): Told => ['DataUsed', { categories: named, purposes: of, basis: by }]),
  fc
    .tuple(categories, basis, fc.constantFrom('good-bank', 'far-cloud', 'stranger'), fc.constantFrom('KZ', 'DE'))
    .map(([named, by, recipient, country]): Told => [
      'DataTransferred',
      { categories: named, purposes: ['payment'], basis: by, recipient, country, mode: 'sent' },
    ]),
  fc
    .tuple(categories, holder, fc.constantFrom('deleted', 'destroyed', 'anonymised'))
    .map(([named, where, manner]): Told => [
      'DataDestroyed',
      { ...destroyed, manner, categories: named, holder: where },
    ]),
  categories.map((named): Told => ['DataBlocked', { categories: named, ground: 'x' }]),
  categories.map((named): Told => ['DataUnblocked', { categories: named, ground: 'x' }]),
  fc.constantFrom(...consentIds).map((id): Told => ['ConsentGiven', consented(), id]),
  fc
    .tuple(fc.constantFrom(...consentIds), purposes)
    .map(([consent, of]): Told => ['ConsentWithdrawn', { consent, received: minute(0), scope: { purposes: of } }]),
  fc.constantFrom(...relationIds).map((id): Told => ['RelationStarted', { kind: 'account' }, id]),
  fc.constantFrom(...relationIds).map((relation): Told => ['RelationEnded', { kind: 'account', relation }]),
  purposes.map(([purpose = 'account']): Told => ['PurposeEnded', { purpose }]),
  fc.constantFrom(...factIds).map((fact): Told => ['FactRetracted', { fact, type: 'DataCollected', ground: 'x' }]),
);

/** A history whose facts occur at different minutes, told in the order given; every promised id is used once. */
export const history = fc.uniqueArray(fc.tuple(told, fc.integer({ min: 0, max: 1_439 })), {
  maxLength: 24,
  selector: ([, when]) => when,
});

/** In the order given; every promised id is used once. */
export function tellHistory(facts: readonly (readonly [Told, number])[]): SubjectEvent[] {
  const to = new Teller('00000000-0000-4000-8000-000000000777');
  const used = new Set<string>();
  for (const [n, [[type, given, id], when]] of facts.entries()) {
    const own = id !== undefined && id !== '' && !used.has(id) ? id : newId();
    used.add(own);
    to.tell(type, given, minute(when), { id: own, at: `2026-11-21T00:00:${String(n).padStart(2, '0')}Z` });
  }
  return to.events;
}
