// What is the form of an answer about a breach: how many it concerns, how far it is, what an authority is told?
import { incidentKinds, incidentStates } from '@derbes/domain';
import { type Schema } from '../form/schema.js';
import { facts, openedPart } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

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
const scope = shape(
  {
    'holder?': text,
    'recipient?': text,
    'subjects?': list(uuid),
    'categories?': list(text),
    'from?': moment,
    'until?': moment,
  },
  'Whom it concerns; the window has both its ends.',
);
const counted = {
  people: whole,
  records: { ...whole, description: 'One for each person and category.' },
  categories: list(shape({ category: text, people: whole })),
  reach: shape({ state: text, 'position?': text, 'moment?': moment }, 'How far the ledger had been read.'),
};
const frozen = { 'people?': text, 'records?': text };
const said = shape({ event: uuid, recorded: moment, facts });
const label = shape({ ru: text, kk: text, en: text });

export const incidentRow = shape({
  detected: moment,
  incident: uuid,
  profile: text,
  event: uuid,
  recorded: moment,
  kind: oneOf(...incidentKinds),
  due: moment,
  'strict?': moment,
  term: text,
  'holder?': text,
  'recipient?': text,
  'categories?': list(text),
  'since?': moment,
  'until?': moment,
  'people?': whole,
  state: oneOf(...incidentStates),
  'actual?': { ...moment, description: 'When the authority of this law was first told.' },
  'authority?': text,
  'overdue?': text,
  'told?': { ...moment, description: 'When people were told, or their list handed over.' },
  'closed?': moment,
  'outcome?': text,
  events: list(text),
});

export const incidentSchemas: Readonly<Record<string, Schema>> = {
  Radius: shape({ scope, ...counted }, 'Whom a breach of that scope concerns, by category; nobody is named.'),
  IncidentDeclared: shape(
    { status, incident: uuid, due: moment, 'strict?': moment, clocks: list(clock), ...frozen },
    'An incident, by when whom to tell, and how many people it concerns.',
  ),
  MisdirectedTaken: shape(
    {
      status,
      'incident?': uuid,
      'due?': moment,
      'strict?': moment,
      'clocks?': list(clock),
      ...frozen,
    },
    'The incident that an answer which went astray is; nothing of it where the same was told before.',
  ),
  ScopeChanged: shape(
    { status, change: oneOf('wider', 'narrower', 'other', 'same'), ...frozen, 'added?': text, 'gone?': text },
    'What a new scope did to the list of people.',
  ),
  Incident: shape(
    {
      incident: uuid,
      state: oneOf(...incidentStates),
      detected: said,
      scope,
      clocks: list(
        shape({
          profile: text,
          term: text,
          due: moment,
          'strict?': moment,
          state: oneOf('running', 'overdue', 'notified', 'closed'),
          outgoing: { ...flag, description: 'Whether the term is sure enough to be told outside.' },
        }),
      ),
      'radius?': shape({
        document: text,
        asked: moment,
        people: text,
        records: text,
        categories: list(shape({ category: text, people: text })),
      }),
      changes: list(said),
      notices: list(said),
      told: list(said),
      'closed?': said,
      'recount?': shape({
        ...counted,
        added: whole,
        gone: whole,
        addedSubjects: list(uuid),
        goneSubjects: list(uuid),
      }),
      parts: list(openedPart),
    },
    'An incident with all that became of it.',
  ),
  AuthorityNotice: shape(
    {
      incident: uuid,
      profile: text,
      made: moment,
      kind: oneOf(...incidentKinds),
      detected: moment,
      'due?': moment,
      'late?': oneOf('yes'),
      'delay?': text,
      nature: shape({
        'text?': text,
        'place?': text,
        'from?': moment,
        'until?': moment,
        'people?': text,
        'records?': text,
        categories: list(shape({ code: text, label, people: text })),
      }),
      contact: shape({
        'controller?': label,
        'bin?': text,
        'address?': text,
        'officer?': text,
        contacts: list(shape({ kind: text, value: text })),
      }),
      'consequences?': text,
      measures: list(text),
    },
    'What an authority is told of a breach (GDPR Art. 33(3)).',
  ),
  IncidentPeople: shape(
    {
      incident: uuid,
      'next?': {
        ...text,
        description: 'Cursor of the next part, where a limit or a cursor was given; absent on the last.',
      },
      measures: text,
      contact: text,
      pack: { ...text, description: 'Random: by the hash of the list nobody guesses whom it names.' },
      people: list(
        shape({
          number: whole,
          name: text,
          iin: text,
          phone: text,
          categories: list(text),
          state: oneOf('told', 'none', 'erased'),
        }),
      ),
    },
    'The people of an incident, in the columns of Order 481/НҚ.',
  ),
};
