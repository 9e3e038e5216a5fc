// Of which form are answers about the end of data whose last term is over?
import { facts } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

export const retentionRow = shape({
  subject: uuid,
  category: text,
  holder: text,
  began: uuid,
  kind: oneOf('holding', 'consent'),
  'role?': text,
  'capacity?': text,
  'organisation?': text,
  'edition?': text,
  purposes: list(text),
  ends: facts,
  'ground?': text,
  'due?': moment,
  'soonFrom?': moment,
  'overdueFrom?': moment,
  'act?': oneOf('delete', 'anonymise', 'destroy'),
  waitsFor: oneOf('itself', 'officer'),
  keptRows: list(text),
  'keptUntil?': moment,
  undecidedRows: list(text),
  'blocked?': moment,
  'heldUntil?': moment,
  'ordered?': moment,
  state: oneOf('open', 'due-soon', 'due', 'overdue', 'stopped', 'ordered', 'ended'),
  events: list(uuid),
});

export const retentionSaid = shape({
  status: oneOf('recorded', 'repeated'),
  decided: whole,
  kept: list(shape({ category: text, holder: text, why: text, 'until?': moment })),
  orders: list(uuid, 'Numbers of the certificates of what is sealed here.'),
});

export const retentionClassSaid = shape({ people: whole, decided: whole, kept: whole, more: flag });
