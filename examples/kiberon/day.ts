// Which facts make the example day? Told anew from the people's stories; day.ndjson is what this writes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '@derbes/policy';
import { Texts } from './day/agreements.js';
import { aigulsDay } from './day/aigul.js';
import { counterpartiesDay } from './day/counterparties.js';
import { Flows } from './day/flows.js';
import { mistakenDay } from './day/mistakes.js';
import { Day, type Line } from './day/telling.js';
import { ungroundedDay } from './day/ungrounded.js';
import { usersDay } from './day/users.js';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** Consents name the edition that was shown by the hash of its document, so the day changes with the policy. */
function texts(): Texts {
  const ru = read('policy.ru.txt');
  const policy = loadPolicy(read('policy.yaml'), { texts: { ru } });
  if (!policy.ok) throw new Error(`policy.yaml has mistakes: ${policy.mistakes.map(({ code }) => code).join(', ')}`);
  return new Texts(policy.document.sha256, ru);
}

/** The lines of day.ndjson, in the order in which they are told. */
export function tellDay(): Line[] {
  const day = new Day();
  const flows = new Flows(day, texts());
  aigulsDay(flows);
  const registrations = usersDay(flows);
  counterpartiesDay(flows);
  mistakenDay(flows, registrations);
  ungroundedDay(flows, registrations);
  return day.lines;
}

export const asNdjson = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
