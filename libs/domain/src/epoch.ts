// Which key epochs ended, whose keys went with them, and which erasures did that make final?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, Decimal, Moment, optional, sampleSha256, sampleUuid, Sha256, Uuid } from './vocabulary.js';

/**
 * `list` is the SHA-256 of the stored document that names, sorted and one a line, the ErasureExecuted events since the
 * close before. `backup`: whether a backup of the next epoch's keys was restored on trial before the old key may go, or
 * an admin accepted that there is a single copy. `approved`: the API key of a second person who let an unexplained drop pass.
 */
export const EpochClosed = defineEvent('EpochClosed', {
  v: 1,
  says: 'An epoch ended: everybody not erased was wrapped anew under the next one; its key is destroyed after this.',
  facts: closed({
    epoch: Decimal,
    survivors: closed({ owners: Decimal, tokens: Decimal }),
    erasures: Decimal,
    list: Sha256,
    backup: optional(Type.Enum(['restored', 'single-copy-accepted'])),
    approved: optional(Uuid),
  }),
  sample: {
    epoch: '1',
    survivors: { owners: '41', tokens: '97' },
    erasures: '2',
    list: sampleSha256('d'),
    backup: 'restored',
    approved: sampleUuid(17),
  },
});

const origin = '[a-z0-9][a-z0-9./-]{0,199}';

/**
 * `note`: the C2SP signed note by which the log's key says the same, six lines of text and the signatures; `log`: the published
 * checkpoint that covered EpochClosed before the first custodian was told to destroy it. Version 1 had neither.
 */
export const KeyDestroyed = defineEvent('KeyDestroyed', {
  v: 2,
  says: "A custodian destroyed its copy of a closed epoch's key; with the last of them the epoch's erasures are final.",
  facts: closed({
    epoch: Decimal,
    custodian: Code,
    kcv: Type.String({ pattern: '^[0-9a-f]{8,64}$' }),
    destroyed: Moment,
    note: optional(
      Type.String({
        pattern: `^derbes key destroyed\\n${origin}\\n[0-9]+\\n[a-z0-9.-]+\\n[0-9a-f]+\\n[0-9TZ:-]+\\n\\n(?:— ${origin} [A-Za-z0-9+/]{91}=\\n){1,8}$`,
      }),
    ),
    log: optional(
      closed({
        size: Decimal,
        witnesses: Type.Enum(['cosigned', 'none', 'accepted-without']),
        accepted: optional(Uuid),
      }),
    ),
  }),
  upcast: { 1: (facts) => facts },
  sample: {
    epoch: '1',
    custodian: 'file',
    kcv: '00aa11bb22cc33dd',
    destroyed: '2026-11-21T00:00:05Z',
    note: [
      ...['derbes key destroyed', 'ledger.example/derbes', '1', 'file', '00aa11bb22cc33dd', '2026-11-21T00:00:05Z', ''],
      '— ledger.example/derbes VHKjm6ZovjprKBZIyStyLb4Yqsj/I+fAM4vNYvLAYdeib+Wec4uPUEx/OH9ge2kxUyeTv/pI3+eCyXBcQh+Jm9saAgQ=',
      '',
    ].join('\n'),
    log: { size: '1042', witnesses: 'cosigned' },
  },
});
