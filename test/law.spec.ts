// Does the list of what the law asks name every row, and only files that are there?
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const list = readFileSync(join(root, 'docs/law.md'), 'utf8');
const rowsOfLaw = 54;
const gdpr = [
  '6, 9',
  '7',
  '8',
  '12(3)-(6)',
  '13',
  '14',
  '15',
  '16',
  '17',
  '18',
  '19',
  '20',
  '21',
  '22',
  '28',
  '30',
  '33',
  '34',
];

const [law = '', ofGdpr = ''] = list.split('## GDPR');
const rowsIn = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => /^\| [0-9]/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

const rows = [...rowsIn(law), ...rowsIn(ofGdpr)];
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\s]+)`/g)].flatMap(([, path = '']) => (/\.(?:ts|md)$|\/$/.test(path) ? [path] : []));

describe('docs/law.md', () => {
  it('has every row of the law once, in order', () => {
    const numbers = rowsIn(law).map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: rowsOfLaw }, (_, n) => n + 1));
    expect(rowsIn(ofGdpr).map(([, article]) => article)).toEqual(gdpr);
  });

  it.each(rows.map((cells) => [cells[1], cells] as const))(
    'says of row %s where it is tried, or why not',
    (_, cells) => {
      const said = cells.slice(3).join(' ');
      if (said.startsWith('Out of scope')) expect(said.length).toBeGreaterThan('Out of scope: '.length + 10);
      else expect(pathsIn(said).filter((path) => /\.spec\.ts$/.test(path))).not.toEqual([]);
    },
  );

  it('names no file or folder that is not there', () => {
    const named = pathsIn(list);
    expect(named.length).toBeGreaterThan(rows.length);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const linked = [...list.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(linked.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });
});
