// What does a ledger say about itself: that it was opened, which keys its epochs have, and who looked?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, Country, Decimal, Moment, optional, sampleUuid, Uuid } from './vocabulary.js';

export const readSubjectsMax = 500;

export const LedgerOpened = defineEvent('LedgerOpened', {
  v: 1,
  says: 'A ledger began: its random id, the origin line of its checkpoints, the format of its events.',
  facts: closed({
    ledger: Uuid,
    origin: Type.String({ pattern: '^[a-z0-9][a-z0-9./-]{0,199}$' }),
    format: Type.Literal('derbes.ledger/v1'),
  }),
  sample: { ledger: sampleUuid(1), origin: 'ledger.example/derbes', format: 'derbes.ledger/v1' },
});

export const EpochOpened = defineEvent('EpochOpened', {
  v: 1,
  says: 'A key epoch began: which custodians hold its key, with the check value of each.',
  facts: closed({
    epoch: Decimal,
    custodians: Type.Array(closed({ name: Code, kcv: Type.String({ pattern: '^[A-Za-z0-9_-]{4,43}$' }) }), {
      minItems: 1,
      maxItems: 10,
    }),
  }),
  sample: { epoch: '1', custodians: [{ name: 'file', kcv: 'AAAAAAAAAAA' }] },
});

/**
 * `vkey` is the key as C2SP signed-note writes one. Checkpoints are signed with the key of the highest number; with the one before as
 * well until `overlap`, after which that is destroyed.
 */
export const SigningKeyAdded = defineEvent('SigningKeyAdded', {
  v: 1,
  says: 'The log has a new key: checkpoints are signed with it from now on, and with the key before until the overlap ends.',
  facts: closed({
    number: Decimal,
    vkey: Type.String({ pattern: '^[a-z0-9][a-z0-9./-]{0,199}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}$' }),
    overlap: optional(Moment),
  }),
  sample: {
    number: '2',
    vkey: 'ledger.example/derbes+27d97cc1+AW9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29v',
    overlap: '2026-12-20T00:00:00Z',
  },
});

export const LedgerHeartbeat = defineEvent('LedgerHeartbeat', {
  v: 1,
  says: 'Nothing was recorded for an hour, and the ledger lives: a checkpoint that grows old all the same is a log that is withheld.',
  facts: closed({}),
  sample: {},
});

/** `subjects` names at most one page; `count` says how many were answered about, or how many checks an hour had. */
export const LedgerRead = defineEvent('LedgerRead', {
  v: 1,
  says: 'Somebody was answered: which question, in which role, with which key and reason, about whom.',
  facts: closed({
    question: Code,
    role: Code,
    key: Uuid,
    reason: optional(Code),
    subjects: Type.Array(Uuid, { maxItems: readSubjectsMax }),
    filter: optional(
      Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,40}$' }), Type.Union([Code, Uuid, Moment, Country, Decimal])),
    ),
    count: optional(Decimal),
  }),
  sample: {
    question: 'holdings',
    role: 'officer',
    key: sampleUuid(2),
    reason: 'subject-request',
    subjects: [sampleUuid(3)],
    filter: { category: 'email' },
    count: '1',
  },
});
