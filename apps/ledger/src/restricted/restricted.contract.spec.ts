// Does the length of anything on the disk tell what was recorded of which the law forbids to tell?
import { restrictedNameCharsMax, restrictedTextCharsMax } from '@derbes/domain';
import { normalise } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import {
  LiftRestrictedHold,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
} from './restricted-commands.js';
import {
  LiftRestrictedHoldHandler,
  RecordRestrictedAnswerHandler,
  RecordRestrictedDemandHandler,
  RecordRestrictedHoldHandler,
  RecordRestrictedTransferHandler,
} from './restricted-handlers.js';
import { RestrictedWriter } from './restricted-writer.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

const moment = '2026-11-20T09:00:00Z';
const email = 'restricted-person@example.kz';
const categories = ['email', 'phone'];
/** As long as a form lets it be; two bytes a character. */
const longName = 'ж'.repeat(restrictedNameCharsMax);
const longText = 'ж'.repeat(restrictedTextCharsMax);
const law = { act: '94-V', article: '9(1)' };

let test: TestLedger;
let subject: string;
const asked = () =>
  askedBy('officer', { by: { key: 'restricted', role: 'restricted-officer' }, reason: 'authority-request' });

beforeAll(async () => {
  test = await testLedger();
  await publishKiberon(test.ledger);
  await tell(
    test.ledger,
    fact('data.collected', {
      subject: { identifiers: [{ scheme: 'email', value: email }] },
      categories,
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email, phone: '+77010000000' },
    }),
  );
  const normal = normalise('email', email);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = test.ledger.vault.token(normal);
  const found = (await test.ledger.vault.lookup([token])).get(token.token.toString('hex'));
  subject = found?.owner.slice('subject-'.length) ?? '';
});
afterAll(() => test?.close());

/** The same kind of record, once with as little as it may say and once with as much. */
async function recordAll(): Promise<void> {
  const { writers } = test.ledger;
  const make = <C extends object>(command: C, fields: object): C =>
    Object.assign(command, { asked: asked(), ...fields });
  const demand = async (more: object = {}): Promise<string> => {
    const fields = { subject, authority: 'X', received: moment, ...more };
    return (await new RecordRestrictedDemandHandler(writers).execute(make(new RecordRestrictedDemand(), fields))).entry;
  };
  const short = await demand();
  const long = await demand({
    authority: longName,
    reference: longName,
    text: longText,
    due: moment,
    categories,
    ...law,
  });
  for (const [id, more] of [
    [short, {}],
    [long, { reference: longName, text: longText, ...law }],
  ] as const) {
    const transfer = { demand: id, subject, recipient: 'X', country: 'KZ', mode: 'sent', categories, occurred: moment };
    await new RecordRestrictedTransferHandler(writers).execute(make(new RecordRestrictedTransfer(), transfer));
    const held = {
      subject,
      ground: 'demand',
      demand: id,
      ...('text' in more && { text: longText, categories, ...law }),
    };
    const { entry } = await new RecordRestrictedHoldHandler(writers).execute(make(new RecordRestrictedHold(), held));
    const lift = { hold: entry, ...('text' in more && { text: longText }) };
    await new LiftRestrictedHoldHandler(writers).execute(make(new LiftRestrictedHold(), lift));
    const answer = { demand: id, outcome: 'fulfilled', moment, ...more };
    await new RecordRestrictedAnswerHandler(writers).execute(make(new RecordRestrictedAnswer(), answer));
  }
  for (const subjects of [[], [subject], Array.from({ length: 100 }, () => subject)]) {
    const read = { kind: 'read', question: 'restricted', subjects, count: String(subjects.length) } as const;
    await new RestrictedWriter(writers).read(asked(), read);
  }
}

describe('restricted records', () => {
  const lengths = async (text: string): Promise<number[]> =>
    (await test.database.owner.query<{ length: number }>(text)).rows.map(({ length }) => length);

  it('of every kind, short and long, are of one length in the log, and so are their blobs and keys', async () => {
    await recordAll();
    const all = await test.ledger.writers.restricted.all();
    expect(new Set(all.map(({ entry }) => entry.kind))).toEqual(
      new Set(['demand', 'answer', 'transfer', 'hold', 'lift', 'read']),
    );
    const said = all.map(({ entry }) => JSON.stringify(entry).length);
    expect(Math.max(...said) - Math.min(...said)).toBeGreaterThan(1_000);
    const ofStream = `stream_id like 'restricted-%'`;
    expect(
      await lengths(`select distinct octet_length(body) as length from ledger_event where ${ofStream}`),
    ).toHaveLength(1);
    expect(await lengths(`select distinct revision as length from ledger_event where ${ofStream}`)).toEqual([0]);
    const ofOwner = `owner like 'restricted-%'`;
    for (const [table, column] of [
      ['part', 'blob'],
      ['part_key', 'wrapped_pk'],
      ['key_owner', 'wrapped_sk'],
    ]) {
      const text = `select distinct octet_length(${column}) as length from ${table} where ${ofOwner}`;
      expect({ table, lengths: await lengths(text) }).toEqual({ table, lengths: [expect.any(Number)] });
    }
    const rows = await lengths(`select count(*)::int as length from part where ${ofOwner} group by owner`);
    expect(new Set(rows)).toEqual(new Set([1]));
    expect(rows).toHaveLength(all.length);
  });
});
