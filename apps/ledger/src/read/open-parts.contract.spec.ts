// Is a value whose key is gone called erased only where the events say so, and lost wherever they do not?
import { type Part, readEnvelope } from '@derbes/kernel';
import { asOwnerName } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { erasePerson, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { openTraced } from './open-parts.js';
import { Readers } from './readers.js';

jest.setTimeout(120_000);

let test: TestLedger;
let readers: Readers;

beforeAll(async () => {
  test = await testLedger();
  readers = new Readers(test.ledger);
  await publishKiberon(test.ledger);
});
afterAll(async () => {
  await readers?.stop();
  await test?.close();
});

interface Sealed {
  readonly subject: string;
  readonly event: string;
  readonly part: Part;
}

async function somebody(id: string): Promise<Sealed> {
  const value = `${id}@example.kz`;
  await tell(
    test.ledger,
    fact('data.collected', {
      subject: { identifiers: [{ scheme: 'email', value }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email: value },
    }),
  );
  const { rows } = await test.database.owner.query<{ body: string }>(
    `select body from ledger_event where type = 'DataCollected' order by position desc limit 1`,
  );
  const { id: event, stream, parts = [] } = readEnvelope(rows[0]?.body ?? '');
  return { subject: stream.replace('subject-', ''), event, part: parts[0] as Part };
}

async function stateOf({ subject, event, part }: Sealed): Promise<string | undefined> {
  const ref = { event, p: part.p, owner: `subject-${subject}` };
  const [shown] = await openTraced([{ ref, part }], readers);
  return shown?.state;
}

const spoil = (text: string, subject: string) => test.database.owner.query(text, [asOwnerName(`subject-${subject}`)]);

describe('a value whose key is gone', () => {
  it('is opened while nothing is gone', async () => {
    expect(await stateOf(await somebody('whole'))).toBe('opened');
  });

  it.each([
    ['the row of its owner is not there', 'delete from key_owner where owner = $1'],
    ['the row says erased', `update key_owner set state = 'erased', wrapped_sk = null where owner = $1`],
    ['the row says that it is being erased', `update key_owner set state = 'erasing' where owner = $1`],
    ['its own key is not there', 'delete from part_key where owner = $1'],
    ['what was sealed is not there', 'delete from part where owner = $1'],
  ])('is lost where %s and no event says why', async (how, text) => {
    const lost = await somebody(`lost-${how.length}`);
    await spoil(text, lost.subject);
    expect(await stateOf(lost)).toBe('lost');
  });

  it('is erased where the events of its owner say so, behind the end of the epoch too', async () => {
    const gone = await somebody('gone');
    expect(await erasePerson(test.ledger, gone.subject)).toMatch(/executed|nothing/);
    expect(await stateOf(gone)).toBe('erased');
    // As a close leaves it.
    await spoil('delete from key_owner where owner = $1', gone.subject);
    expect(await stateOf(gone)).toBe('erased');
  });
});
