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
