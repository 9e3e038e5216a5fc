// What do answers look like? Their schemas for the published description; bodies derive theirs from their classes.
import { changeDuties, changeKinds } from '@derbes/policy';
import { roles } from '../../keys/key.js';
import { factTypes } from '../facts/types.js';
import { type Schema } from '../form/schema.js';
import { problems } from '../problem/codes.js';
import { calendar, countedClock } from './clocks.js';
import { demandSchemas } from './demands.js';
import { dossier } from './dossier.js';
import { edition } from './edition.js';
import { activities, editionDifference } from './editions.js';
import { taskLetters } from './delivery.js';
import { epochState } from './epochs.js';
import { certificate, erasureAnswer, holdLifted, holdPlaced } from './erasure.js';
import { retentionClassSaid, retentionSaid } from './retention.js';
import { findingsAssessed, withdrawalAnswer } from './withdrawal.js';
import { representativeMade, statusChanged } from './people.js';
import { partSchemas } from './parts.js';
import { incidentSchemas } from './incidents.js';
import { noticeSchemas } from './notices.js';
import { requestSchemas } from './requests.js';
import { logSchemas } from './log.js';
import { page, registerExport } from './registers.js';
import { timeline } from './timeline.js';

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const list = (items: Schema): Schema => ({ type: 'array', items });
const object = (description: string, properties: Record<string, Schema>, required: readonly string[]): Schema => ({
  type: 'object',
  description,
  properties,
  required,
});

const covering = text(
  'With `wait=receipt`: the signed note of the published checkpoint that covers all that was recorded.',
);

const codes: Schema = list({ type: 'string' });

const done = { status: text('Recorded, or repeated.', { enum: ['recorded', 'repeated'] }) };

const listedKey = {
  id: text('Id of the key.', { format: 'uuid' }),
  role: text('What it may do.', { enum: [...roles] }),
  source: text('The source that an emitter key is bound to.'),
  code: text('The holder or recipient that a key of one is bound to.'),
};

export const answerSchemas: Readonly<Record<string, Schema>> = {
  Problem: object(
    'RFC 9457.',
    {
      type: text('Page of the code.', { format: 'uri-reference' }),
      title: text('The same for every occurrence.'),
      status: { type: 'integer', description: 'HTTP status.' },
      code: text('Stable.', { examples: Object.keys(problems) }),
      detail: text('What happened this time.'),
      instance: text('Id of the request, as in the log.'),
      errors: list(
        object(
          'One thing wrong with the body.',
          {
            pointer: text('JSON pointer (RFC 6901) of the place.'),
            detail: text('What is wrong.'),
            hint: text('What may have been meant.'),
          },
          ['pointer', 'detail'],
        ),
      ),
      certificate: text('Where the certificate of the erasure is that it is about.', { format: 'uri-reference' }),
    },
    ['type', 'title', 'status', 'code', 'detail'],
  ),
  Finding: object(
    'What seems wrong with a fact; provisional, for a late fact may judge it anew.',
    {
      code: text('Stable code.'),
      category: text('Code of the category.'),
      purpose: text('Code of the purpose.'),
      clause: text('Clause of the policy, such as 3.1.'),
      article: text('Article of the law.'),
      detail: { type: 'object', description: 'Codes that belong to it.', additionalProperties: true },
    },
    ['code'],
  ),
  Outcome: object(
    'What became of an event.',
    {
      id: text("The emitter's own event id."),
      status: text('What became of it.', {
        enum: ['recorded', 'repeated', 'conflict', 'erased', 'forbidden', 'malformed', 'overloaded'],
      }),
      ref: text('Pairwise reference to the subject, good under this source alone.'),
      findings: list(ref('Finding')),
      provisional: { const: true, description: 'Findings are provisional.' },
      problem: object(
        'Why not.',
        {
          code: text('Stable code.'),
          detail: text('What is wrong.'),
          pointer: text('JSON pointer of the place.'),
          hint: text('What may have been meant.'),
        },
        ['code', 'detail'],
      ),
      checkpoint: covering,
    },
    ['status'],
  ),
  OutcomeOrBatch: {
    anyOf: [
      ref('Outcome'),
      object('One outcome per event, in order.', { outcomes: list(ref('Outcome')), checkpoint: covering }, [
        'outcomes',
      ]),
    ],
  },
  Done: object('What a command did.', done, ['status']),
  CountedClock: countedClock,
  Calendar: calendar,
  CalendarPublished: object(
    'A calendar was published.',
    {
      ...done,
      document: text('SHA-256 of the document, which every clock counted by it names.'),
      calendar: text('Code of the calendar.'),
      version: text('Its version.'),
    },
    ['status', 'document', 'calendar', 'version'],
  ),
  EditionPublished: object(
    'What publishing did.',
    {
      ...done,
      edition: text('SHA-256 of the stored document.', { pattern: '^[0-9a-f]{64}$' }),
      inForce: text('From when on it is in force.', { format: 'date-time' }),
      follows: text('SHA-256 of the edition before it; absent for the first.', { pattern: '^[0-9a-f]{64}$' }),
      difference: {
        type: 'string',
        enum: [...changeKinds, 'none'],
        description: 'What it says otherwise than that one.',
      },
      asks: { type: 'string', enum: [...changeDuties], description: 'The most that any change of it asks.' },
    },
    ['status', 'edition', 'inForce'],
  ),
  DestinationSet: object(
    'What setting a destination did.',
    { ...done, secret: text('Secret in the form of Standard Webhooks, told once; none for who is told by a person.') },
    ['status'],
  ),
  OfficerAppointed: object(
    'What appointing did.',
    { ...done, staff: text('Id of the person appointed.', { format: 'uuid' }) },
    ['status', 'staff'],
  ),
  FoundSubjects: object(
    'The subjects found; none when nobody is.',
    { subjects: list(object('A subject.', { subject: text('Its id.', { format: 'uuid' }) }, ['subject'])) },
    ['subjects'],
  ),
  ...partSchemas,
  ...logSchemas,
  Dossier: dossier,
  Timeline: timeline,
  Certificate: certificate,
  ErasureAnswer: erasureAnswer,
  HoldLifted: holdLifted,
  HoldPlaced: holdPlaced,
  WithdrawalAnswer: withdrawalAnswer,
  RetentionSaid: retentionSaid,
  RetentionClassSaid: retentionClassSaid,
  FindingsAssessed: findingsAssessed,
  RepresentativeMade: representativeMade,
  StatusChanged: statusChanged,
  ...demandSchemas,
  Edition: edition,
  EditionDifference: editionDifference,
  Activities: activities,
  SchemaPaths: object(
    'Where the JSON Schema of the data of each type of event is.',
    {
      schemas: object(
        'Paths by type.',
        Object.fromEntries(factTypes.map((type) => [type, text('Path of its schema.', { format: 'uri-reference' })])),
        factTypes,
      ),
    },
    ['schemas'],
  ),
  JsonSchema: { type: 'object', description: 'JSON Schema 2020-12.', additionalProperties: true },
  CheckAnswer: object(
    'May I?',
    {
      allowed: { type: 'boolean', description: 'All of it is.' },
      verdicts: list(
        object(
          'Of one category and purpose.',
          {
            category: text('Code of the category.'),
            purpose: text('Code of the purpose.'),
            allowed: { type: 'boolean' },
            findings: codes,
            clause: text('Clause of the policy.'),
            article: text('Article of the law.'),
            consent: object(
              'The consent that decides, as far as whoever asks may know it.',
              {
                source: text('Its source, if the question named the consent, or staff asks.'),
                id: text('Its id, if the question named the consent.'),
                event: text('To staff: the id of its event.', { format: 'uuid' }),
                toldBy: text('To a service: whether its own source told of it.', { enum: ['you', 'another'] }),
                given: text('When it was given; to staff, and to the source that told of it.', { format: 'date-time' }),
                edition: text('SHA-256 of the edition that was shown.'),
              },
              [],
            ),
            missing: { type: 'array', items: {}, description: 'What would make it allowed.' },
          },
          ['category', 'purpose', 'allowed', 'findings'],
        ),
      ),
    },
    ['allowed', 'verdicts'],
  ),
  Page: page,
  RegisterExport: registerExport,
  Rebuilds: list(
    object(
      'A rebuild of a read model.',
      {
        id: text('Id of the rebuild.', { format: 'uuid' }),
        model: text('Name of the read model.'),
        state: text('How it stands.', { enum: ['waiting', 'running', 'done', 'failed'] }),
        applied: { type: 'integer', description: 'Events applied so far.' },
        total: { type: 'integer', description: 'Events in all.' },
        requestedAt: text('When it was asked for.', { format: 'date-time' }),
        startedAt: text('When it began.', { format: 'date-time' }),
        endedAt: text('When it ended.', { format: 'date-time' }),
        failure: text('Why it failed, by code.'),
      },
      ['id', 'model', 'state', 'applied', 'total', 'requestedAt'],
    ),
  ),
  EpochState: epochState,
  TaskLetters: taskLetters,
  ...noticeSchemas,
  ...requestSchemas,
  ...incidentSchemas,
  LogKey: object(
    'A key with which the log is signed.',
    {
      number: { type: 'integer', description: 'Counted from 1.' },
      vkey: text('Its public half: name, key id and key (C2SP signed-note).'),
      overlap: text('Until when the key before signs as well.', { format: 'date-time' }),
    },
    ['number', 'vkey', 'overlap'],
  ),
  NewKey: object('A key, told once.', { ...listedKey, key: text('The key itself.') }, ['id', 'role', 'key']),
  ListedKey: object(
    'A key without the key itself.',
    {
      ...listedKey,
      createdAt: text('When it was made.', { format: 'date-time' }),
      revokedAt: text('When it was revoked.', { format: 'date-time' }),
    },
    ['id', 'role', 'createdAt'],
  ),
  Keys: object('All keys.', { keys: list(ref('ListedKey')) }, ['keys']),
  Health: object(
    'How the service is.',
    {
      status: text('live or ready.'),
      role: text('What this process is for.', { enum: ['all', 'http', 'worker'] }),
      parts: codes,
      states: {
        type: 'object',
        description: 'Of a part that may be well in more than one way, in which: of the read models active or standby.',
        additionalProperties: { type: 'string' },
      },
    },
    ['status'],
  ),
};
