// Are the problem table and the pages in docs/problems the same? `npm run generate` writes the pages anew.
import { describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems, type ProblemCode, problemSlug, problemType } from './codes.js';
import { problemFiles, problemOfSlug } from './pages.js';

const root = join(import.meta.dirname, '../../../../..');
const folder = join(root, 'docs/problems');

describe('the pages of problems', () => {
  const expected = problemFiles();
  if (process.env['DERBES_WRITE'] === 'yes') {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of expected) writeFileSync(join(folder, name), text);
  }

  it('are in docs/problems as the table says, none more and none less', () => {
    const found = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, text] of expected) expect(found.get(name)).toBe(text);
  });

  it('are found by the last segment of the type', () => {
    for (const code of Object.keys(problems) as ProblemCode[]) {
      expect(problemType(code)).toBe(`/docs/problems/${problemSlug(code)}`);
      expect(problemOfSlug(problemSlug(code))).toBe(code);
    }
  });
});

describe('the problem table', () => {
  it.each(Object.entries(problems))(
    '%s has a stable name, a client or server status and all its words',
    (code, row) => {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(row.status).toBeGreaterThanOrEqual(400);
      expect(row.status).toBeLessThan(600);
      for (const words of [row.title, row.when, row.mend]) expect(words.length).toBeGreaterThan(5);
    },
  );

  it('has every code with which a rule refuses a command', () => {
    const sources = ['libs/domain/src', 'apps/ledger/src'].flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
        .map((name) => readFileSync(join(root, place, name), 'utf8')),
    );
    const codes = new Set(
      sources.flatMap((text) => [...text.matchAll(/new Refused\(\s*'([A-Z_]+)'/g)].map(([, code]) => code ?? '')),
    );
    expect(codes.size).toBeGreaterThan(10);
    expect([...codes].filter((code) => !(code in problems))).toEqual([]);
  });
});
