// What is answered to whoever recognises a representative or says what status a person has, and what does a dossier say of it?
import { list, moment, oneOf, shape, text, uuid } from './shape.js';

const day = { ...text, description: 'A calendar date.' };

export const representativeMade = shape({
  status: oneOf('recorded', 'repeated'),
  representation: uuid,
  outcome: { ...oneOf('recognised', 'contested'), description: 'Contested: an officer decides between two.' },
  against: list(uuid, 'Representations that stand against it.'),
});

export const statusChanged = shape({
  status: oneOf('recorded', 'repeated'),
  outcome: oneOf('changed', 'unchanged'),
});

/** Rows of the registers `representatives` and `statuses`. */
export const representativeRow = shape({
  recognised: moment,
  representation: uuid,
  subject: uuid,
  kind: text,
  status: text,
  begins: moment,
  document: text,
  documentDate: day,
  events: list(text),
  'until?': moment,
  'ofAge?': moment,
  'rights?': list(text),
  'categories?': list(text),
  'purposes?': list(text),
  'article?': text,
  'ended?': moment,
  'endGround?': text,
  'against?': list(uuid),
});

export const statusRow = shape({
  since: moment,
  subject: uuid,
  status: text,
  events: list(text),
  'due?': moment,
  'renewals?': list(uuid, 'Consents that the person must be asked to give herself.'),
  'article?': text,
});
