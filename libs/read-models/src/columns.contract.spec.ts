// Could a personal value stand in a read model? Not in a column of a form that no personal value has.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SampleLedger } from './testing.js';
import { settled, Workplace } from './testing/models.js';

/** Forms that hold text or documents, each with why no personal value fits. */
const closedForms: Readonly<Record<string, string>> = {
  code: 'lower-case codes of the policy and this program; seven digits in a row are refused, so no number of a person fits',
  finding_code: 'upper-case codes of this program',
  moment: 'whole UTC seconds',
  day: 'a date of an undertaking or of copies, never of a birth: no event has one',
  country: 'two letters',
  sha256: 'the hash of a published document',
  place: 'a clause, an article or the number of an act; no seven digits in a row',
  source: 'the name of an emitting system, bound to its key by an administrator',
  codes_by_name: 'codes, moments, ids and hashes by name; every text in it is checked',
};
/** Text in tables of the runner, each with why. */
const plain: Readonly<Record<string, string>> = {
  'read_model.name': 'name of a model',
  'read_model.state': 'one of three words',
  'read_model.position': 'a decimal number',
  'read_model.reached': 'a moment',
  'read_model.reason': 'a code of this program',
  'read_model.cause': 'a code or the name of an error, never its message',
  'read_model.event_position': 'a decimal number',
  'rebuild_job.model': 'name of a model',
  'rebuild_job.state': 'one of four words',
  'rebuild_job.failure': 'a code of this program',
  'register_stream.stream': 'a kind and a random id',
};
/** Nothing can be said in these. */
const wordless = ['uuid', 'integer', 'bigint', 'boolean', 'timestamp with time zone'];

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
  /** The domain, or what an array is of. */
  readonly form: string | null;
}

let place: Workplace;
let columns: readonly ColumnRow[];
beforeAll(async () => {
  place = await Workplace.open();
  const ledger = new SampleLedger();
  place.start(ledger);
  await ledger.begin();
  await settled(place.pool, ledger.position);
  const { rows } = await place.pool.query<ColumnRow>(`
    select table_name, column_name, data_type, coalesce(domain_name, case when data_type = 'ARRAY' then substr(udt_name, 2) end) as form
    from information_schema.columns
    where table_schema in ('read_models', 'public') and table_name not like 'schema_migration%'`);
  columns = rows;
}, 180_000);
afterAll(async () => {
  await place.clear();
  await place.close();
});

function reasonFor(column: ColumnRow): string | undefined {
  const type = column.form ?? column.data_type;
  if (wordless.includes(type)) return `nothing can be said in a ${type}`;
  return closedForms[type] ?? plain[`${column.table_name}.${column.column_name}`];
}

describe('every column of the read models', () => {
  it('has a closed form, or stands on the list with its reason', () => {
    expect(columns.length).toBeGreaterThan(100);
    const open = columns.filter((column) => reasonFor(column) === undefined);
    expect(open.map(({ table_name: table, column_name: name }) => `${table}.${name}`)).toEqual([]);
  });

  it('of every form that the list explains is in use', () => {
    const used = new Set(columns.map(({ form }) => form));
    expect(Object.keys(closedForms).filter((form) => !used.has(form))).toEqual([]);
  });
});

describe('the form', () => {
  const email = 'somebody@example.kz';
  it.each([
    ['code', email],
    ['code', '870112300456'],
    ['code', 'Имя'],
    ['code', 'two words'],
    ['place', '87011230045'],
    ['place', 'Иванов'],
    ['moment', '2026-11-20'],
    ['finding_code', 'Asel'],
  ])('%s refuses %s', async (form, value) => {
    await expect(place.pool.query(`select $1::text::read_models.${form}`, [value])).rejects.toMatchObject({
      code: '23514',
    });
  });

  it.each([
    { holder: email },
    { items: ['term', 'Иванов Иван'] },
    { fact: { deeper: ['870112300456'] } },
    { 'a name in words': { or: '7 701 123 00 45' } },
  ])('codes_by_name refuses %j', async (value) => {
    const put = place.pool.query('select $1::jsonb::read_models.codes_by_name', [JSON.stringify(value)]);
    await expect(put).rejects.toMatchObject({ code: '23514' });
  });

  it('codes_by_name takes codes, moments, ids and hashes', async () => {
    const value = {
      holder: 'crm',
      items: ['term'],
      fact: '00000000-0000-4000-8000-000000000005',
      shown: '1'.repeat(64),
      at: '2026-11-20T09:00:00Z',
    };
    const { rows } = await place.pool.query('select $1::jsonb::read_models.codes_by_name as value', [
      JSON.stringify(value),
    ]);
    expect(rows).toEqual([{ value }]);
  });
});
