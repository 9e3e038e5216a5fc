// Which facts are told in the benchmarks? Invented, whole CloudEvents: half about new people, half about people with a history.
import { type ReceivedEvent } from '../../apps/ledger/src/write/received.js';

export const source = 'urn:example:crm';
export const holder = 'crm';
/** People with a history in P1 and P2, and the events that each of them has wherever somebody has a history. */
export const knownPeople = 200;
export const eventsOfKnown = 100;
/** The first fact about somebody makes three events: registered, linked, collected. */
export const eventsOfFirstFact = 3;
const factsOfKnown = eventsOfKnown - eventsOfFirstFact + 1;

/** The categories, with a purpose and a value for each, in turn. */
const items = [
  ['full-name', 'account', 'Қонысбекова Айгерім Примерқызы'],
  ['phone', 'contract', '+7 799 000 00 01'],
  ['company', 'contract', 'ТОО «Пример и сыновья»'],
  ['position', 'support', 'главный бухгалтер'],
  ['requisites.iban', 'payment', 'KZ00EXAMPLE0000000000'],
  ['form-data.request', 'support', 'Перезвоните мне, пожалуйста, после обеда о тарифах'],
  ['plan', 'contract', 'business'],
  ['enquiries.message', 'support', 'Не приходит счёт за прошлый месяц'],
] as const;

const told = (): string => new Date(Date.now() - 60_000).toISOString();
export const knownEmail = (n: number): string => `known-${n}@bench.example.kz`;

/** A collection about whoever has this address. `id` must be new. */
export function collected(id: string, email: string, turn: number): ReceivedEvent {
  const [category, purpose, value] = items[turn % items.length] ?? items[0];
  return {
    id,
    source,
    type: 'derbes.data.collected',
    time: told(),
    data: {
      subject: { identifiers: [{ scheme: 'email', value: email }] },
      categories: [category],
      purposes: [purpose],
      basis: { code: 'contract' },
      holder,
      role: 'private',
      origin: { kind: 'subject', means: 'web-form' },
      values: { [category]: value },
    },
  };
}

/** Makes facts without end, about new and known people in turn; `seed` must differ between makers of one ledger. */
export function factMaker(seed: string): () => ReceivedEvent {
  let n = 0;
  return () => {
    const i = n++;
    const about = i % 2 === 0 ? `new-${seed}-${i}@bench.example.kz` : knownEmail((i >> 1) % knownPeople);
    return collected(`${seed}-${i}`, about, i);
  };
}

/** A ledger to be filled: some people with a history, everybody else with few facts, until there are so many events. */
export interface Filling {
  readonly events: number;
  readonly known: number;
  /** Facts about each of the others. */
  readonly factsEach: number;
}

/** People of the others whose facts are told in turn. */
const othersAtOnce = 500;

/** All facts of a filling by their number; those of people with a history stand evenly between the others. */
export function fillingFacts({ events, known, factsEach }: Filling): { count: number; at(n: number): ReceivedEvent } {
  const ofKnown = known * factsOfKnown;
  const eventsEach = eventsOfFirstFact + factsEach - 1;
  const ofOthers = Math.max(0, Math.ceil((events - known * eventsOfKnown) / eventsEach)) * factsEach;
  const count = ofKnown + ofOthers;
  return {
    count,
    at(n) {
      const knownBefore = Math.floor((n * ofKnown) / count);
      if (Math.floor(((n + 1) * ofKnown) / count) > knownBefore) {
        return collected(`fill-${n}`, knownEmail(knownBefore % known), Math.floor(knownBefore / known));
      }
      return passingFact('fill', n, n - knownBefore, factsEach);
    },
  };
}

/** The `nth` fact about people who come, have so many facts told about them, and go. */
function passingFact(seed: string, id: number, nth: number, factsEach: number): ReceivedEvent {
  const group = Math.floor(nth / (othersAtOnce * factsEach));
  const person = group * othersAtOnce + (nth % othersAtOnce);
  return collected(`${seed}-${id}`, `passing-${seed}-${person}@bench.example.kz`, Math.floor(nth / othersAtOnce));
}

/** Facts without end about people who come and go: ten events about each. */
export function passingFactMaker(seed: string): () => ReceivedEvent {
  let n = 0;
  return () => passingFact(seed, n, n++, 8);
}

/** As it goes over HTTP. */
export const asCloudEvent = (event: ReceivedEvent): object => ({ specversion: '1.0', ...event });
