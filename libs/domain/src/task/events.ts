// Who was told to correct, block, destroy or stop what, how was it told, and what came back?
import { defineEvent } from '@derbes/kernel';
import Type, { type Static } from 'typebox';
import { Clock } from '../clock.js';
import { destructionManners } from '../destruction.js';
import {
  Capacity,
  closed,
  Code,
  Codes,
  Decimal,
  EventId,
  Moment,
  optional,
  Organisation,
  PartName,
  Role,
  sampleUuid,
  Uuid,
  Yes,
} from '../vocabulary.js';

/** Sealed parts that one task names: those by which a system finds the person, and as many new values. */
export const taskPartsMax = 100;
/** Differences that one answer to an inquiry names. */
const heldMax = 100;

export const taskKinds = [
  'correct',
  'block',
  'unblock',
  'destroy',
  'stop',
  'unpublish',
  'report',
  'notify',
  'answer',
] as const;
export const deliveryModes = ['webhook', 'poll', 'person'] as const;
export const taskResults = ['done', 'nothing-held', 'refused', 'reported'] as const;
export const taskProofs = ['hmac', 'ed25519', 'key', 'officer'] as const;

const Parts = Type.Array(PartName, { minItems: 1, maxItems: taskPartsMax });

/**
 * Its id is the task's. `holder`, `recipient` or `uploader`, exactly one, says whose it is: an uploader has to `answer` to a person whom
 * it uploaded, and is told its own upload alone. `parts`: sealed identifiers (or, for a recipient that
 * was sent none, values that it was sent) by which the person is found there; `values`: the new values of a correction; both are opened
 * when the task is sent and never before. `waits`: what is ordered to be destroyed is kept here until this task is settled.
 * `manner`: in which of the three manners a `destroy` is to be carried out; restorable by nobody where it is absent. Of a
 * `notify`, `cause` is the NoticePrepared to be sent to her, `values` its text and `parts` where she, or who acts for her, is reached.
 */
export const TaskOrdered = defineEvent('TaskOrdered', {
  v: 4,
  says: 'A holder, recipient or uploader has to be told to do something with the data of this person that it has, or to say what it has.',
  facts: closed({
    kind: Type.Enum([...taskKinds]),
    manner: optional(Type.Enum([...destructionManners])),
    holder: optional(Code),
    recipient: optional(Code),
    uploader: optional(Organisation),
    categories: optional(Codes),
    purposes: optional(Codes),
    role: optional(Role),
    capacity: optional(Capacity),
    parts: optional(Parts),
    values: optional(Parts),
    cause: EventId,
    request: optional(Uuid),
    clock: optional(Clock),
    by: Type.Enum([...deliveryModes]),
    waits: optional(Yes),
  }),
  upcast: { 1: (facts) => facts, 2: (facts) => facts, 3: (facts) => facts },
  sample: {
    kind: 'destroy',
    manner: 'deleted',
    holder: 'crm',
    categories: ['phone'],
    parts: [`${sampleUuid(5)}/0`],
    cause: sampleUuid(16),
    clock: {
      term: 'destruction',
      profile: 'kz',
      version: '2026.3',
      from: '2026-11-20T09:00:00Z',
      due: '2026-11-23T18:59:59Z',
    },
    by: 'webhook',
    waits: 'yes',
  },
});

/** `by`: how it went. The number of a letter is sealed as `meta.reference`, under the controller's organisation. */
export const TaskDelivered = defineEvent('TaskDelivered', {
  v: 1,
  says: 'Whoever a task is for has it: the webhook was accepted, the poll was answered, the letter was sent. It has not answered yet.',
  facts: closed({ task: EventId, by: Type.Enum([...deliveryModes]), happened: Moment, staff: optional(Uuid) }),
  sample: { task: sampleUuid(20), by: 'person', happened: '2026-11-20T12:00:00Z', staff: sampleUuid(4) },
});

/**
 * `held`: what whoever was asked says that it has, for `reported`; the values are the parts of this event, each under its category.
 * `reason`: why it refuses, for `refused`. The number of a letter is sealed as `meta.reference`.
 */
export const TaskAcknowledged = defineEvent('TaskAcknowledged', {
  v: 1,
  says: 'Whoever a task was for said that it is done, that it has nothing, what it has, or that it refuses.',
  facts: closed({
    task: EventId,
    result: Type.Enum([...taskResults]),
    by: Type.Enum([...deliveryModes]),
    proof: Type.Enum([...taskProofs]),
    happened: Moment,
    reason: optional(Code),
    held: optional(Type.Array(Code, { minItems: 1, maxItems: heldMax })),
    staff: optional(Uuid),
  }),
  sample: {
    task: sampleUuid(20),
    result: 'done',
    by: 'webhook',
    proof: 'hmac',
    happened: '2026-11-20T12:00:00Z',
  },
});

/** It may be sent again, and be acknowledged still. */
export const TaskFailed = defineEvent('TaskFailed', {
  v: 1,
  says: 'A task could not be delivered however often it was tried; nobody is told by itself any more.',
  facts: closed({ task: EventId, reason: Code, attempts: Decimal }),
  sample: { task: sampleUuid(20), reason: 'connection-refused', attempts: '12' },
});

/** What was given up or delivered goes out once more, from the first attempt on, under the same id. */
export const TaskResent = defineEvent('TaskResent', {
  v: 1,
  says: 'An officer decided, with a reason, that a task is to be sent again.',
  facts: closed({ task: EventId, reason: Code, staff: optional(Uuid) }),
  sample: { task: sampleUuid(20), reason: 'receiver-mended', staff: sampleUuid(4) },
});

/** It may be acknowledged still. */
export const TaskClosed = defineEvent('TaskClosed', {
  v: 1,
  says: 'An officer decided, with a reason, that nothing waits for this task any more.',
  facts: closed({ task: EventId, reason: Code, staff: optional(Uuid) }),
  sample: { task: sampleUuid(20), reason: 'system-switched-off', staff: sampleUuid(4) },
});

/**
 * In the stream of the holder or recipient; told again, it restates all. Address and secret are sealed as `meta.address` and
 * `meta.secret`. `ackKey`: Ed25519 public key of whoever acknowledges, 32 bytes in base64url.
 */
export const DestinationSet = defineEvent('DestinationSet', {
  v: 1,
  says: 'How a holder or recipient is told what it has to do: by webhook, by asking here itself, or by a person.',
  facts: closed({
    holder: optional(Code),
    recipient: optional(Code),
    by: Type.Enum([...deliveryModes]),
    ackKey: optional(Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })),
  }),
  sample: { holder: 'crm', by: 'webhook' },
});

export type TaskKind = (typeof taskKinds)[number];
export type DeliveryMode = (typeof deliveryModes)[number];
export type TaskResult = (typeof taskResults)[number];
export type TaskProof = (typeof taskProofs)[number];
export type TaskFacts = Static<(typeof TaskOrdered)['schema']>;
