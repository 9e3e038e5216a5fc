// What is answered to whoever records demands, and to the one role that may open restricted records?
import { oneOf, list, moment, shape, text, uuid } from './shape.js';
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
  description: 'What was recorded: a demand, an answer, a transfer, a hold, a lift or a read.',
  properties: { kind: oneOf('demand', 'answer', 'transfer', 'hold', 'lift', 'read'), by: text },
  required: ['kind', 'by'],
  additionalProperties: true,
};

export const demandSchemas: Readonly<Record<string, Schema>> = {
  DemandReceived: shape({ status, demand: { ...uuid, description: 'Id of the demand.' } }),
  RestrictedDone: shape({
    status,
    entry: { ...uuid, description: 'Id of the record.' },
    'late?': { ...list(uuid), description: 'Orders to destroy that were under way before the hold, and go on.' },
    'withheld?': { ...list(withheld), description: 'Orders that the lifted hold refused or narrowed.' },
  }),
  RestrictedList: shape({ items: list(shape({ id: uuid, at: moment, entry })), more: { type: 'boolean' } }),
};
