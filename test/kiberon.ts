// What do the journeys tell the ledger? The Kiberon policy, its registers, and facts about invented people.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Caller } from './caller.js';
import { source } from './service-process.js';

const folder = join(import.meta.dirname, '..', 'examples', 'kiberon');
export const policyYaml = readFileSync(join(folder, 'policy.yaml'), 'utf8');
export const policyText = readFileSync(join(folder, 'policy.ru.txt'), 'utf8');

const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Whole UTC seconds. */
export const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
export const ago = (ms: number): string => momentOf(Date.now() - ms);
export const ahead = (ms: number): string => momentOf(Date.now() + ms);

export async function publish(officer: Caller, inForce = ago(30 * dayMs)): Promise<string> {
  const body = { yaml: policyYaml, texts: { ru: policyText }, inForce, assertedBy: 'director' };
  const answer = await officer.post('/v1/policies?wait=projected', body);
  if (answer.status !== 201) throw new Error(`the policy was answered ${answer.status}: ${answer.text}`);
  return answer.json<{ edition: string }>().edition;
}

export const bank = {
  recipient: 'primer-bank',
  class: 'payment-and-banks',
  name: 'АО «Пример Банк Примерович»',
  country: 'KZ',
  categories: ['full-name', 'requisites', 'plan', 'payment-status'],
  purposes: ['payment', 'contract'],
  undertaking: { number: 'ПРИМЕР-ДОГОВОР-01', from: '2026-01-01' },
};

export interface Settled {
  readonly edition: string;
}

/** Publishes the policy and registers holders and a recipient, all of them standing for a month. */
export async function settle(officer: Caller): Promise<Settled> {
  const edition = await publish(officer);
  const since = ago(30 * dayMs);
  for (const holder of ['crm', 'billing']) {
    const answer = await officer.post('/v1/holders', { holder, countries: ['KZ'], since });
    if (answer.status !== 201) throw new Error(`a holder was answered ${answer.status}: ${answer.text}`);
  }
  const answer = await officer.post('/v1/recipients?wait=projected', { ...bank, since });
  if (answer.status !== 201) throw new Error(`a recipient was answered ${answer.status}: ${answer.text}`);
  return { edition };
}

let told = 0;
const run = Math.random().toString(36).slice(2, 8);

export interface Told {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A CloudEvent with an id of its own; `type` without its prefix. */
export function fact(type: string, data: Readonly<Record<string, unknown>>, more: Partial<Told> = {}): Told {
  return {
    specversion: '1.0',
    id: `journey-${run}-n${++told}`,
    source,
    type: `derbes.${type}`,
    time: ago(minuteMs),
    data,
    ...more,
  };
}

export const by = (scheme: string, value: string) => ({ identifiers: [{ scheme, value }] });
export const reference = ({ source, id }: Told) => ({ source, id });

/** An e-mail as a service collects it, on a stated consent when one is given. */
export const collected = (
  email: string,
  more: Readonly<Record<string, unknown>> = {},
  event: Partial<Told> = {},
): Told =>
  fact(
    'data.collected',
    {
      subject: by('email', email),
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email },
      ...more,
    },
    event,
  );

/** The eight items of Art. 8(4). */
export const consentItems = (subjectName: string, more: Readonly<Record<string, unknown>> = {}) => ({
  operator: true,
  subjectName,
  term: { untilEvent: 'account-ended' },
  thirdParties: { allowed: true, classes: ['payment-and-banks'] },
  crossBorder: { allowed: false },
  publication: { allowed: false },
  data: ['provided', 'payment-and-contract'],
  other: ['withdrawal-by-email'],
  ...more,
});
