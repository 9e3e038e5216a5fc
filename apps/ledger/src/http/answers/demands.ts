// What is answered to whoever records demands, and to the one role that may open restricted records?
import { authorities, demandOutcomes, demandRefusals } from '@derbes/domain';
import { facts } from './parts.js';
import { oneOf, list, moment, shape, text, uuid, whole } from './shape.js';
import { type Schema } from '../form/schema.js';

const status = oneOf('recorded', 'repeated');
const withheld = shape({
  certificate: uuid,
  outcome: oneOf('narrowed', 'refused'),
  scope: oneOf('person', 'category', 'value'),
  categories: list(text),
  parts: list(text),
});

/** As sealed: what belongs to the kind, and nothing else. */
const entry: Schema = {
  type: 'object',
  description:
    'What was recorded: a demand, an answer, a transfer, a hold, a lift, a read, a term, or that others are gone.',
  properties: { kind: oneOf('demand', 'answer', 'transfer', 'hold', 'lift', 'read', 'term', 'gone'), by: text },
  required: ['kind', 'by'],
  additionalProperties: true,
};

export const demandRow = shape({
  received: moment,
  demand: uuid,
  event: uuid,
  recorded: moment,
  authority: oneOf(...authorities),
  'due?': { ...moment, description: 'By when the demand itself asks for an answer.' },
  'law?': text,
  'article?': text,
  'categories?': list(text),
  people: { ...whole, description: 'Whom it names, of those who were known here.' },
  state: oneOf('open', 'answered', 'refused'),
  'overdue?': text,
  'closed?': moment,
  'outcome?': oneOf(...demandOutcomes, 'refused'),
  'refusal?': oneOf(...demandRefusals),
  'closedLaw?': text,
  'closedArticle?': text,
  'given?': list(text, 'Categories that were handed over.'),
  'transfers?': list(uuid, 'Transfers by which it was given.'),
  events: list(text),
});

const restrictedReach = shape({ state: oneOf('live'), moment });

const restrictedDemandRow = shape({
  received: moment,
  demand: { ...uuid, description: 'The record; it is answered by it.' },
  recorded: moment,
  subject: uuid,
  'authority?': { ...text, description: 'Not in a whole register.' },
  'reference?': { ...text, description: 'Not in a whole register.' },
  'due?': moment,
  'law?': text,
  'article?': text,
  'categories?': list(text),
  state: oneOf('open', 'answered', 'refused'),
  'overdue?': text,
  'closed?': moment,
  'outcome?': text,
  'closedLaw?': text,
  'closedArticle?': text,
  'given?': list(text, 'Categories that were handed over.'),
  held: { ...oneOf('yes', 'no'), description: 'Whether a hold for it stands.' },
  'keptUntil?': { ...moment, description: 'Until when it stays on record.' },
  serves: list(text, 'Articles, each with its act.'),
  events: list(uuid),
});

export const demandSchemas: Readonly<Record<string, Schema>> = {
  DemandReceived: shape({ status, demand: { ...uuid, description: 'Id of the demand.' } }),
  RestrictedDone: shape({
    status,
    entry: { ...uuid, description: 'Id of the record.' },
    'late?': { ...list(uuid), description: 'Orders to destroy that were under way before the hold, and go on.' },
    'withheld?': { ...list(withheld), description: 'Orders that the lifted hold refused or narrowed.' },
  }),
  RestrictedList: shape({
    items: list(shape({ id: uuid, at: moment, entry })),
    more: { type: 'boolean' },
    'lost?': { ...list(uuid), description: 'Records that a restored ledger has lost; nothing is destroyed meanwhile.' },
  }),
  RestrictedDemands: shape(
    {
      items: list(restrictedDemandRow),
      'next?': { ...text, description: 'Cursor of the next page; absent on the last.' },
      reach: restrictedReach,
    },
    'One page of the register of restricted demands.',
  ),
  RestrictedDemandsExport: shape(
    { register: text, filter: facts, items: list(restrictedDemandRow), rows: whole, reach: restrictedReach },
    'The register of restricted demands from its first row to its last.',
  ),
};
