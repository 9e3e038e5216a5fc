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
  const numbers = ['apps', 'libs']
    .flatMap(sourcesUnder)
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/const \w*Lock = ([\d_]+);/g)].map(([, number]) => number),
    );
  expect(numbers.length).toBeGreaterThanOrEqual(5);
  expect(new Set(numbers).size).toBe(numbers.length);
});
