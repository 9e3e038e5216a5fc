// Does a row that COPY loads stand as it would if it were inserted, whatever its forms allow?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PoolClient } from 'pg';
import { createBuild, type Build } from './builds.js';
import { RowLoader } from './row-loader.js';
import { asRecords, defineTable, insertRows, is, optional } from './table.js';
import { Workplace } from './testing/models.js';

const table = defineTable({
  name: 'sample',
  columns: {
    id: is.id,
    ids: is.ids,
    code: is.code,
    codes: is.codes,
    moment: optional(is.moment),
    places: is.places,
    source: is.source,
    params: is.codesByName,
    count: optional(is.count),
  },
  key: ['id'],
  indexes: [],
});
const model = { name: 'sample', version: 1, tables: [table] };

let place: Workplace;
let client: PoolClient;
beforeAll(async () => {
  place = await Workplace.open();
  client = await place.pool.connect();
});
afterAll(async () => {
  client.release();
  await place.clear();
  await place.close();
});

const standing = async (build: Build): Promise<readonly string[]> => {
  const { rows } = await client.query<{ row: string }>(
    `select to_jsonb(t)::text as row from ${build.physical('sample')} t order by id`,
  );
  return rows.map(({ row }) => row);
};
const made = () => createBuild(client, model, { serving: false, indexes: true });

const signs = (of: string, max: number) => fc.string({ unit: fc.constantFrom(...of), minLength: 1, maxLength: max });
const code = fc.oneof(signs('abz.-', 12), fc.constantFrom('null', 'n'));
/** Everything printable, backslash and quotes among it. */
const source = signs(Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n)).join(''), 20);
const row = fc.record(
  {
    id: fc.uuid(),
    ids: fc.array(fc.uuid(), { maxLength: 3 }),
    code,
    codes: fc.array(code, { maxLength: 3 }),
    moment: fc.constant('2026-11-20T09:00:00Z'),
    places: fc.array(
      signs('A9.:,()/-', 12).filter((one) => !/\d{7}/.test(one)),
      { maxLength: 3 },
    ),
    source,
    params: fc.dictionary(signs('abc', 5), fc.oneof(code, fc.array(code, { maxLength: 2 })), { noNullPrototype: true }),
    count: fc.nat(),
  },
  { requiredKeys: ['id', 'ids', 'code', 'codes', 'places', 'source', 'params'], noNullPrototype: true },
);

describe('a loaded row', () => {
  it('equals the same row inserted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 20 }), async (rows) => {
        const [loaded, inserted] = [await made(), await made()];
        const loader = new RowLoader(client);
        loader.add(table, loaded, rows);
        await loader.flush();
        await client.query(insertRows(table, inserted.physical('sample')), [asRecords(table, rows)]);
        expect(await standing(loaded)).toEqual(await standing(inserted));
      }),
      { numRuns: 40 },
    );
  }, 180_000);

  it('of a form that its column has not fails the load, and the connection is good for more', async () => {
    const build = await made();
    const loader = new RowLoader(client);
    const good = {
      id: '00000000-0000-4000-8000-000000000001',
      ids: [],
      code: 'a',
      codes: [],
      places: [],
      source: 'a',
      params: {},
    };
    loader.add(table, build, [good, { ...good, id: '00000000-0000-4000-8000-000000000002', code: 'Not A Code' }]);
    await expect(loader.flush()).rejects.toMatchObject({ code: '23514' });
    const another = new RowLoader(client);
    another.add(table, build, [good]);
    await another.flush();
    expect(await standing(build)).toHaveLength(1);
  });

  it('is not lost when there are more than one piece of them', async () => {
    const build = await made();
    const loader = new RowLoader(client);
    const rows = 5_000;
    for (let n = 0; n < rows; n++) {
      const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
      loader.add(table, build, [
        { id, ids: [id], code: 'a', codes: ['a'], places: [], source: '!'.repeat(256), params: {} },
      ]);
      await loader.sendFull();
    }
    await loader.flush();
    const { rows: counted } = await client.query(
      `select count(distinct id)::int as rows from ${build.physical('sample')}`,
    );
    expect(counted).toEqual([{ rows }]);
  });
});
