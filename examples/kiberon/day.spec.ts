// Is day.ndjson what its generator tells, and is it a day of obviously invented people?
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asNdjson, tellDay } from './day.js';
import { type Line } from './day/telling.js';

const path = join(import.meta.dirname, 'day.ndjson');
/** Set by whoever changes the stories or the policy: writes the file anew. */
if (process.env['DERBES_WRITE'] === 'yes') writeFileSync(path, asNdjson(tellDay()));

const text = readFileSync(path, 'utf8');
const lines = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const identifiers = [...text.matchAll(/"scheme":"([a-z]+)","value":"([^"]+)"/g)].map(([, scheme, value]) => [
  scheme,
  value,
]);
const valuesOf = (scheme: string) => identifiers.filter(([one]) => one === scheme).map(([, value]) => value ?? '');

describe('the example day', () => {
  it('is what its generator tells', () => {
    expect(text).toBe(asNdjson(tellDay()));
  });

  it('has at least 300 events, each id told once by its source', () => {
    expect(lines.length).toBeGreaterThanOrEqual(300);
    const pairs = lines.map(({ event }) => `${event.source} ${event.id}`);
    expect(new Set(pairs).size).toBe(lines.length);
  });

  it('gives every fact a moment before the day ends and none of its own', () => {
    for (const { offset, event } of lines) {
      expect(offset).toMatch(/^-P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/);
      expect(event).not.toHaveProperty('time');
    }
  });

  it('refers only to facts that were told before', () => {
    const told = new Set<string>();
    for (const { event } of lines) {
      for (const [, source, id] of JSON.stringify(event.data).matchAll(/\{"source":"([^"]+)","id":"([^"]+)"\}/g)) {
        expect(told).toContain(`${source} ${id}`);
      }
      told.add(`${event.source} ${event.id}`);
    }
  });

  it('names only mailboxes of example domains and phones of a code that no operator has', () => {
    for (const email of valuesOf('email')) expect(email).toMatch(/@example\.(kz|com)$/);
    for (const phone of valuesOf('phone')) expect(phone).toMatch(/^\+7799000\d{4}$/);
  });

  it('names only numbers whose birth date is no date', () => {
    expect(valuesOf('iin').length).toBeGreaterThan(10);
    for (const iin of valuesOf('iin')) expect(iin).toMatch(/^0{6}\d{6}$/);
    for (const [, bin] of text.matchAll(/"bin":"(\d+)"/g)) expect(bin).toMatch(/^0{6}1\d{5}$/);
  });
});
