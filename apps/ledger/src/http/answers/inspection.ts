// What is the form of a row of the registers that an inspector asks for beside the daily ones?
import { list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

export const consentTermRow = shape({
  occurred: moment,
  event: uuid,
  subject: uuid,
  status: text,
  events: list(text),
  'termUntil?': text,
  'termEvent?': text,
  'thirdParties?': text,
  'recipientClasses?': list(text),
  'recipients?': list(text),
  'crossBorder?': text,
  'countries?': list(text),
  'publication?': text,
  'withdrawn?': text,
});

export const officerRow = shape({ begins: moment, event: uuid, staff: uuid, 'ends?': moment, events: list(text) });

export const undertakingRow = shape({
  recipient: text,
  event: uuid,
  id: uuid,
  registered: moment,
  status: oneOf('stands', 'ends-soon', 'over', 'not-yet', 'missing', 'superseded'),
  'begins?': text,
  'ends?': text,
  'superseded?': moment,
  events: list(text),
});

export const destructionRow = shape({
  occurred: moment,
  event: uuid,
  subject: uuid,
  of: uuid,
  act: oneOf('deleted', 'destroyed', 'anonymised', 'blocked', 'unblocked'),
  'categories?': list(text),
  'holder?': text,
  'ground?': text,
  'method?': text,
  'copiesUntil?': text,
  events: list(text),
});

export const publicSourceRow = shape({
  occurred: moment,
  event: uuid,
  subject: uuid,
  holder: text,
  categories: list(text),
  purposes: list(text),
  'ground?': text,
  'ofCase?': text,
  'fetched?': moment,
  link: { ...oneOf('withheld', 'not-told'), description: 'Sealed; the dossier shows it to officers.' },
  events: list(text),
});

export const sizeRow = shape({
  day: text,
  people: whole,
  withDevices: whole,
  events: list(text, 'With which the changes of the day began, and the last of them.'),
  'sizeClass?': { ...text, description: 'By the higher count.' },
});

export const dataListRow = shape({
  inForce: moment,
  event: uuid,
  category: text,
  purpose: text,
  document: text,
  edition: text,
  kept: oneOf('purpose-reached', 'term', 'not-set'),
  'relation?': text,
  'obligation?': text,
  'trigger?': { ...text, description: 'What else starts the clock.' },
  'term?': { ...text, description: 'ISO 8601 duration, where the edition gives a number.' },
  'act?': oneOf('delete', 'anonymise', 'destroy'),
  'clause?': { ...text, description: 'Where the edition says how long it is kept.' },
  statutory: list(text, 'Confirmed rows by which a statute keeps it longer.'),
  statutes: list(text, 'What those stand on.'),
  bases: list(text, 'The edition states its bases for all that it declares.'),
  basisArticles: list(text, 'Articles of the bases: `94-V:8`.'),
  recipientClasses: list(text),
  events: list(text),
});
