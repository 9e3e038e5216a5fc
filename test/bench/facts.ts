// Which facts are told in the benchmarks? Invented, whole CloudEvents: half about new people, half about people with a history.
import { type ReceivedEvent } from '../../apps/ledger/src/write/received.js';

export const source = 'urn:example:crm';
export const holder = 'crm';
/** People with a history, and the events that each has. */
export const knownPeople = 200;
export const eventsOfKnown = 100;

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

/** As it goes over HTTP. */
export const asCloudEvent = (event: ReceivedEvent): object => ({ specversion: '1.0', ...event });
