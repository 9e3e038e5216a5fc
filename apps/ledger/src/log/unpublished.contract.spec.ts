// What is told of a log that nobody publishes? What was recorded is known, and that no checkpoint covers it yet.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readers } from '../read/readers.js';
import { askedBy, fact, tell, testLedger, type TestLedger } from '../testing.js';
import { ReadCheckpointHandler, ReadLogPolicyHandler, ReadReceiptHandler, ReadTileHandler } from './log-handlers.js';
import { ReadReceipt, ReadTile } from './queries.js';
import { ServedLog } from './served-log.js';

let test: TestLedger;
let log: ServedLog;
let readers: Readers;
beforeAll(async () => {
  // No worker is started, so nothing is signed.
  test = await testLedger();
  log = new ServedLog(test.ledger.app, test.settings.logDir);
  readers = new Readers(test.ledger);
});
afterAll(async () => {
  await readers.stop();
  await test.close();
});

const asked = askedBy('officer', { reason: 'test' });
const receiptOf = (event: string) =>
  new ReadReceiptHandler(log, readers).execute(Object.assign(new ReadReceipt(), { event, asked }));

describe('a log that is not published', () => {
  it('has no checkpoint, no policy and no tile to be read', async () => {
    await expect(new ReadCheckpointHandler(log).execute()).rejects.toMatchObject({ code: 'NOTHING_PUBLISHED' });
    await expect(new ReadLogPolicyHandler(log).execute()).rejects.toMatchObject({ code: 'NOTHING_PUBLISHED' });
    const question = Object.assign(new ReadTile(), { tile: { level: 0, index: 0, width: 1 } });
    await expect(new ReadTileHandler(log, readers).execute(question)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('has no receipt for an event that is recorded, which is said to come; of one that is not there nothing is said', async () => {
    const data = {
      subject: { identifiers: [{ scheme: 'email', value: 'not-yet@example.kz' }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
    };
    await tell(test.ledger, fact('data.collected', data));
    const { rows } = await test.database.owner.query<{ event_id: string }>(
      `select event_id from ledger_event where type = 'DataCollected'`,
    );
    await expect(receiptOf(rows[0]?.event_id ?? '')).rejects.toMatchObject({ code: 'RECEIPT_NOT_YET' });
    await expect(receiptOf('99999999-9999-4999-8999-999999999999')).resolves.toBeUndefined();
  });
});
