// What is the form of a decided withdrawal, of its preview, and of what an assessment of findings started?
import { goingOnReasons } from '@derbes/domain';
import { type Schema } from '../form/schema.js';
import { flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

const clock = shape(
  {
    term: text,
    profile: text,
    version: text,
    'calendar?': { ...text, description: 'SHA-256 of the calendar of working days that it was counted by.' },
    from: moment,
    due: { ...moment, description: 'The last second in which it is in time.' },
    'strict?': { ...moment, description: 'The same by the reading that counts from the moment itself.' },
  },
  'A due moment with all that it was counted by; it is never counted again.',
);

const group = {
  purposes: list(text),
  categories: list(text),
  'recipients?': list(text, 'Passing it on to these; absent: use here.'),
  'publication?': { ...text, description: '`yes`: publishing it.' },
};

const refused = shape({
  ...group,
  extent: { ...oneOf('use', 'storage'), description: '`storage`: it is kept, and any use of it stops.' },
  why: oneOf(...goingOnReasons),
  'obligation?': { ...uuid, description: 'The obligation whose end ends this.' },
  'hold?': { ...uuid, description: 'The hold whose end ends this.' },
  'row?': { ...text, description: 'Row of the policy.' },
  'relation?': { ...text, description: 'The kind of relation whose end starts the term of the row.' },
  'act?': text,
  'article?': text,
  'until?': { ...moment, description: 'When it ends, where that is known.' },
  'reason?': text,
});

const answer = {
  outcome: oneOf('stopped', 'partly-refused', 'refused', 'nothing'),
  withdrawals: list(shape({ withdrawal: uuid, consent: uuid, received: moment, 'clock?': clock })),
  stopped: list(shape(group)),
  refused: list(refused, 'What goes on, by which act, and what ends it: then it stops by itself.'),
  untouched: list(
    shape({ ...group, basis: { ...text, description: 'Code of the basis, or `other-consent`.' } }),
    'What never leaned on the consent alone.',
  ),
};

export const withdrawalAnswer: Schema = {
  description: 'What came of a withdrawal; or, with preview=true, what would.',
  oneOf: [
    shape({ status: oneOf('recorded', 'repeated'), ...answer }),
    shape({
      preview: { ...flag, const: true },
      ...answer,
      undecided: list(text, 'Rows of the policy whose term nobody confirmed: the decision needs `decide`.'),
    }),
  ],
};

/** What a dossier says of withdrawals. */
export const withdrawalLines: Readonly<Record<string, Schema>> = {
  withdrawals: list(
    shape({
      moment,
      event: uuid,
      consent: uuid,
      received: moment,
      state: oneOf('open', 'decided'),
      'due?': { ...moment, description: 'By when it is to be stopped or refused with reasons.' },
      'decided?': moment,
      stopped: list(shape({ ...group, moment, event: uuid })),
      goesOn: list(
        shape({
          ...group,
          moment,
          event: uuid,
          extent: oneOf('use', 'storage'),
          why: oneOf(...goingOnReasons),
          'article?': text,
          'until?': { ...moment, description: 'When it ends, or ended, where that is known.' },
          'by?': { ...uuid, description: 'The obligation or hold whose end ends it.' },
          'ended?': shape({ moment, event: uuid }),
        }),
        'What goes on in spite of it, by which act and until when.',
      ),
      untouched: list(shape({ ...group, basis: text }), 'What never leaned on the consent alone.'),
    }),
  ),
};

export const findingsAssessed = shape({
  status: oneOf('recorded', 'repeated'),
  assessed: {
    ...whole,
    description: 'Findings that the verdict is about: single ones new to it, or those of the class.',
  },
  clocks: list(clock, 'What is due because of it.'),
});
