// Does a hostile file get an answer in bounded time and memory?
import { readYaml, yamlBytesMax, yamlDepthMax, yamlNodesMax } from './read-yaml.js';

const codes = (text: string) => [...new Set(readYaml(text).mistakes.map(({ code }) => code))];

describe('reading YAML', () => {
  it('refuses a billion laughs without unfolding it', () => {
    const laughs = Array.from(
      { length: 9 },
      (_, n) =>
        `l${n}: &l${n} [${
          n === 0
            ? 'lol'
            : Array(9)
                .fill(`*l${n - 1}`)
                .join(', ')
        }]`,
    );
    const { value, mistakes } = readYaml(laughs.join('\n'));
    expect(value).toBeUndefined();
    expect(mistakes[0]?.code).toBe('ALIAS_REFUSED');
    expect(new Set(mistakes.map(({ line }) => line)).size).toBe(9);
  });

  it.each([
    ['flow lists', '['.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(50_000)],
    ['block lists', '- '.repeat(100_000)],
    ['complex keys', '? '.repeat(100_000)],
    ['block mappings', Array.from({ length: 300 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ])('refuses %s nested without end', (_, text) => {
    expect(codes(text)).toContain('TOO_DEEP');
  });

  it('reads down to its depth and not one deeper', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(codes(nested(yamlDepthMax))).toEqual([]);
    expect(codes(nested(yamlDepthMax + 1))).toEqual(['TOO_DEEP']);
  });

  it('refuses a file beyond its bytes, counted in UTF-8, before parsing it', () => {
    expect(codes(`a: ${'x'.repeat(yamlBytesMax - 3)}`)).toEqual([]);
    expect(codes(`a: ${'x'.repeat(yamlBytesMax - 2)}`)).toEqual(['TOO_LARGE']);
    expect(codes(`a: ${'ж'.repeat(yamlBytesMax / 2)}`)).toEqual(['TOO_LARGE']);
  });

  it('refuses a file of too many parts', () => {
    expect(codes(`[${'x,'.repeat(yamlNodesMax)}]`)).toEqual(['TOO_LARGE']);
  });

  it.each([
    ['half of a surrogate pair', 'a: "\\ud800"', 'NOT_YAML'],
    ['a NUL', 'a: "\\0"', 'NOT_YAML'],
    ['a terminal escape', 'a: "\\e[2J"', 'NOT_YAML'],
    ['YAML 1.1', '%YAML 1.1\n---\na: yes', 'NOT_YAML'],
    ['tabs as indentation', 'a:\n\t- b', 'NOT_YAML'],
    ['a local tag', 'a: !thing b', 'TAG_REFUSED'],
  ])('refuses %s', (_, text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it('takes __proto__ as a key like any other', () => {
    const { value } = readYaml('__proto__: { polluted: yes }');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('tells where values and keys stand, and of what is missing where it would be', () => {
    const { places } = readYaml('a:\n  b:\n    - c: 1\n    - d: 2\n');
    expect(places.value(['a', 'b', 1, 'd'])).toEqual({ line: 4, column: 10 });
    expect(places.key(['a', 'b', 1, 'd'])).toEqual({ line: 4, column: 7 });
    expect(places.key(['a', 'b'])).toEqual({ line: 2, column: 3 });
    expect(places.value(['a', 'b', 1, 'missing'])).toEqual({ line: 4, column: 7 });
    expect(places.value(['a', 'b', 9])).toEqual({ line: 3, column: 5 });
    expect(places.value([])).toEqual({ line: 1, column: 1 });
  });
});
