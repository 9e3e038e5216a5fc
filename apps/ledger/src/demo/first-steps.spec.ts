// Does what the service prints work when it is pasted into a shell?
import { spawnSync } from 'node:child_process';
import { factForms } from '../http/facts/types.js';
import { checkOf } from '../http/form/check.js';
import { curl, firstSteps, shellQuoted } from './first-steps.js';

/** The words that curl would be called with, as a shell reads the text. */
function wordsOf(text: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${text}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { DERBES_KEY: 'k-1' } });
  expect(stderr).toBe('');
  return stdout.split('\0').slice(0, -1);
}

const after = (words: readonly string[], option: string) => words[words.indexOf(option) + 1] ?? '';

describe('the first steps', () => {
  const text = firstSteps(
    'http://127.0.0.1:8080',
    `derbes_emitter_${'x'.repeat(43)}`,
    'urn:example:crm',
    new Date('2026-11-20T09:00:00Z'),
  );
  const lines = text.split('\n');
  const begins = lines.findIndex((line) => line.startsWith('curl'));
  const words = wordsOf(lines.slice(begins, lines.indexOf('', begins)).join('\n'));

  it('send one complete CloudEvent to the place where facts are told', () => {
    expect(words[1]).toBe('http://127.0.0.1:8080/v1/events');
    expect(words).toContain(`Authorization: Bearer derbes_emitter_${'x'.repeat(43)}`);
    expect(words).toContain('Content-Type: application/cloudevents+json');
    const event = JSON.parse(after(words, '-d')) as Record<string, unknown>;
    const { data, ...attributes } = event;
    expect(attributes).toEqual({
      specversion: '1.0',
      id: 'first-1',
      source: 'urn:example:crm',
      type: 'derbes.data.collected',
      time: '2026-11-20T09:00:00Z',
    });
    expect(checkOf(factForms['derbes.data.collected']).faults(data)).toEqual([]);
  });

  it('fit into 100 columns', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('a curl command', () => {
  it('gives the key by a variable that the shell fills in', () => {
    expect(wordsOf(curl('http://h/a?b=c&d=e', { key: '$DERBES_KEY' }).join('\n'))).toEqual([
      '-sS',
      'http://h/a?b=c&d=e',
      '-H',
      'Authorization: Bearer k-1',
    ]);
  });

  it('sends a body with quotes and apostrophes as it is', () => {
    const body = { name: `О'Пример "Образец" $HOME \`id\`` };
    expect(JSON.parse(after(wordsOf(curl('http://h/a', { key: 'k', body }).join('\n')), '-d'))).toEqual(body);
  });

  it.each(["it's", '', '$(id)', 'a\nb', "''"])('keeps %j one word', (text) => {
    expect(wordsOf(`curl ${shellQuoted(text)}`)).toEqual([text]);
  });
});
