// Is a register read to its end without missing or doubling a row, and nothing taken for a cursor that is none?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { registers, type Registers } from './index.js';
import { collected, person, SampleLedger } from './testing.js';
import { settled, Workplace } from './testing/models.js';

const peopleFirst = 23;
let place: Workplace;
let ledger: SampleLedger;
let ask: Registers;

beforeAll(async () => {
  place = await Workplace.open();
  ask = registers(place.pool);
  ledger = new SampleLedger();
  place.start(ledger);
  await ledger.begin();
  for (let n = 1; n <= peopleFirst; n++) {
    await ledger.about(n, 'DataCollected', collected({ categories: n % 2 === 0 ? ['email', 'phone'] : ['email'] }));
  }
  await settled(place.pool, ledger.position);
}, 180_000);
afterAll(async () => {
  await place.clear();
  await place.close();
});

async function walk(
  limit: number,
  filter: Record<string, string> = {},
  between?: () => Promise<void>,
): Promise<string[]> {
  const rows: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask.holdings.page({ filter, limit, ...(cursor !== undefined && { cursor }) });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows.map(({ subject, category }) => `${subject} ${category}`));
    cursor = page.next;
    await between?.();
  } while (cursor !== undefined);
  return rows;
}

describe('walking a register by cursor', () => {
  it('meets every row once, in the same order, whatever the size of a page', async () => {
    const whole = await walk(500);
    expect(whole).toHaveLength(peopleFirst + Math.floor(peopleFirst / 2));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (limit) => expect(await walk(limit)).toEqual(whole)),
      { numRuns: 10 },
    );
  });

  it('meets every row that stood once, while others are added before and after', async () => {
    const whole = await walk(500);
    let n = 0;
    const met = await walk(7, {}, async () => {
      if (n > 3) return;
      await ledger.about(n++, 'DataCollected', collected({ categories: ['full-name'] }));
      await ledger.about(1_000 + n, 'DataCollected', collected());
      await settled(place.pool, ledger.position);
    });
    expect(new Set(met).size).toBe(met.length);
    expect(whole.filter((row) => !met.includes(row))).toEqual([]);
  });

  it('with a filter meets only what it names', async () => {
    const phones = await walk(3, { category: 'phone' });
    expect(phones).toHaveLength(Math.floor(peopleFirst / 2));
    expect(await walk(500, { subject: person(2) })).toContain(`${person(2)} phone`);
    expect(await walk(500, { subject: person(77_777) })).toEqual([]);
  });

  it('has 50 rows on a page unless asked otherwise, and says how far it reaches', async () => {
    const page = await ask.holdings.page();
    expect(page.reach).toMatchObject({ state: 'live', position: ledger.position });
    expect(page.reach.moment).toMatch(/^2026-11-01T/);
  });
});

describe('refused is', () => {
  const next = async () => {
    const page = await ask.holdings.page({ limit: 1, filter: { category: 'email' } });
    return page.next ?? '';
  };

  it('a cursor under another filter, or of another register', async () => {
    const cursor = await next();
    const asked = [
      ask.holdings.page({ cursor }),
      ask.holdings.page({ cursor, filter: { category: 'phone' } }),
      ask.holdings.page({ cursor, filter: { category: 'email', holder: 'crm' } }),
    ];
    for (const page of asked) await expect(page).rejects.toMatchObject({ code: 'CURSOR_OF_ANOTHER_FILTER' });
  });

  it.each(['', 'x', 'AAAA', Buffer.from('["a"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'the cursor %j, which nobody gave',
    async (cursor) => {
      await expect(ask.holdings.page({ cursor })).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
    },
  );

  it('a cursor whose key is not of the key’s form', async () => {
    const [hash, ...key] = JSON.parse(Buffer.from(await next(), 'base64url').toString()) as string[];
    const cursor = Buffer.from(JSON.stringify([hash, 'no uuid', ...key.slice(1)])).toString('base64url');
    await expect(ask.holdings.page({ cursor, filter: { category: 'email' } })).rejects.toMatchObject({
      code: 'CURSOR_MALFORMED',
    });
  });

  it.each([0, -1, 501, 1.5, Number.NaN])('a limit of %d', async (limit) => {
    await expect(ask.holdings.page({ limit })).rejects.toMatchObject({ code: 'LIMIT_OUT_OF_RANGE' });
  });

  it('a filter that the register does not have, which names those that it has', async () => {
    const filter = { colour: 'red' } as Record<string, string>;
    await expect(ask.holdings.page({ filter })).rejects.toMatchObject({
      code: 'FILTER_UNKNOWN',
      message: expect.stringContaining('subject, category') as unknown,
    });
    await expect(ask.holdings.page({ filter: { toString: 'x' } as object })).rejects.toMatchObject({
      code: 'FILTER_UNKNOWN',
    });
  });
});

it('every filter of every register can be asked', async () => {
  const given: Record<string, string> = {
    subject: person(1),
    key: person(1),
    order: person(1),
    country: 'KZ',
    document: 'a'.repeat(64),
    code: 'NO_BASIS',
    from: '2026-01-01T00:00:00Z',
    until: '2027-01-01T00:00:00Z',
    due: '2027-01-01T00:00:00Z',
  };
  for (const register of Object.values(ask) as Registers[keyof Registers][]) {
    for (const name of register.filters) {
      const page = (register as Registers['holdings']).page({ filter: { [name]: given[name] ?? 'x' } });
      await expect(page).resolves.toMatchObject({ rows: expect.any(Array) as unknown });
    }
  }
});
