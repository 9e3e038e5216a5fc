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
  const locks = ['apps', 'libs']
    .flatMap(sourcesUnder)
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/const (\w*Lock) = ([\d_]+);/g)])
    .map(([, name = '', number = '']) => [name, number] as const);
  expect(locks.length).toBeGreaterThanOrEqual(5);
  expect(new Set(locks.map(([name]) => name)).size).toBe(locks.length);
  expect(new Set(locks.map(([, number]) => number)).size).toBe(locks.length);
});
