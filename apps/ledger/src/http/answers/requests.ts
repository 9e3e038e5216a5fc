// What is the form of a request, of what is told when one is taken in, and of the answer to it?
import { answerOutcomes, refusalReasons, rights, taskKinds } from '@derbes/domain';
import { type Schema } from '../form/schema.js';
import { dossier } from './dossier.js';
import { language, openedPart } from './parts.js';
import { facts } from './parts.js';
import { list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

const status = oneOf('recorded', 'repeated');
const clock = shape({
  term: text,
  profile: text,
  version: text,
  'calendar?': text,
  from: moment,
  due: moment,
  'strict?': moment,
});
const opens = shape({
  what: oneOf('everything', 'links', 'scope', 'nothing'),
  'links?': list(uuid),
  'categories?': list(text),
  'purposes?': list(text),
});
const outcome = oneOf(...answerOutcomes);
const told = shape({ event: uuid, recorded: moment, facts });
const holders = list(
  shape({ holder: text, said: oneOf('confirmed', 'refused', 'silent'), 'confirmed?': moment, 'task?': uuid }),
);

export const requestSchemas: Readonly<Record<string, Schema>> = {
  RequestTaken: shape(
    {
      status,
      request: uuid,
      due: moment,
      'strict?': moment,
      clocks: list(clock),
      'late?': oneOf('yes'),
      notKept: list(text, 'Schemes of identifiers that were compared and not kept, for they were not held before.'),
    },
    'A request that was taken in, and by when it is due.',
  ),
  IdentityTold: shape(
    {
      status,
      outcome: oneOf('proved', 'not-proved'),
      opens,
      'subject?': uuid,
      missing: list(text, 'By which means more would be opened.'),
      asked: whole,
    },
    'What was proved, what it opens, and how many holders are asked what they have.',
  ),
  TermExtended: shape({ status, due: moment, clocks: list(clock) }, 'The term as it is now.'),
  RequestAnsweredNow: shape(
    { status, answer: uuid, outcome, hash: text },
    'The answer, frozen; it is read by its request.',
  ),
  Request: shape(
    {
      request: uuid,
      state: oneOf('received', 'identified', 'answered', 'refused'),
      received: told,
      'due?': moment,
      'strict?': moment,
      'identity?': shape({
        event: uuid,
        at: moment,
        outcome: oneOf('proved', 'not-proved'),
        'subject?': uuid,
        opens,
        'representative?': uuid,
      }),
      tasks: list(
        shape({
          task: uuid,
          kind: oneOf(...taskKinds),
          'holder?': text,
          'uploader?': text,
          state: text,
          'due?': moment,
        }),
      ),
      'answered?': told,
      'refused?': told,
      deliveries: list(told),
      records: shape({
        standing: oneOf('running', 'waiting', 'due', 'kept', 'gone'),
        purpose: text,
        term: text,
        'profile?': text,
        'version?': text,
        'article?': text,
        'due?': moment,
        'until?': moment,
      }),
      misdirected: list(told),
      parts: list(openedPart),
    },
    'How far a request is, and what it says.',
  ),
  Refusal: shape(
    {
      request: uuid,
      event: uuid,
      reason: oneOf(...refusalReasons),
      'act?': text,
      'article?': text,
      language,
      delivered: moment,
      how: text,
      'hash?': text,
      'text?': text,
    },
    'The refusal as it was worded; its text is gone with the request.',
  ),
  Answer: shape(
    {
      answer: shape({
        request: uuid,
        right: oneOf(...rights),
        outcome,
        language,
        received: moment,
        made: moment,
        salt: text,
        projection: text,
        'head?': shape({ size: text, root: text }),
        opens,
        holders,
        'complete?': oneOf('yes', 'no'),
        differences: list(
          shape({ code: oneOf('UNTOLD_HOLDING', 'HOLDING_GONE'), holder: text, categories: list(text) }),
        ),
        reports: list(
          shape({ holder: text, event: uuid, held: list(shape({ category: text, 'value?': openedPart })) }),
        ),
        done: list(uuid),
        uploaders: list(shape({ organisation: text, categories: list(text), 'name?': openedPart, 'bin?': openedPart })),
        'dossier?': dossier,
        closing: text,
      }),
      event: uuid,
      delivered: moment,
      how: text,
      hash: text,
      same: oneOf('yes', 'no'),
    },
    'The answer as it was given, without what was destroyed since.',
  ),
};
