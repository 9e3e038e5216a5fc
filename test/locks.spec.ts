// Do two parts of the service ever wait for each other by accident? Each advisory lock has a number of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

it('no advisory lock has the number of another', () => {
  // Two parts that mean one lock call it by one name.
  const locks = ['apps', 'libs']
    .flatMap(sourcesUnder)
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/const (\w*Lock) = ([\d_]+);/g)])
    .map(([, name = '', number = '']) => [name, number] as const);
  const names = new Set(locks.map(([name]) => name));
  const numbers = new Set(locks.map(([, number]) => number));
  expect(names.size).toBeGreaterThanOrEqual(5);
  expect(numbers.size).toBe(names.size);
  expect(new Set(locks.map((lock) => lock.join())).size).toBe(names.size);
});
