// What is the form of a page of a register?
import { verdicts } from '@derbes/domain';
import { clockRow, erasureRow, holdRow, requestRow, taskRow, withdrawalRow } from './duties.js';
import { demandRow } from './demands.js';
import { activityRow, campaignRow, renewalRow } from './editions.js';
import { facts, language, openedPart } from './parts.js';
import { incidentRow } from './incidents.js';
import {
  consentTermRow,
  officerRow,
  undertakingRow,
  destructionRow,
  publicSourceRow,
  sizeRow,
  dataListRow,
} from './inspection.js';
import { noticePersonRow, noticeRow } from './notices.js';
import { retentionRow } from './retention.js';
import { representativeRow, statusRow } from './people.js';
import { type Schema } from '../form/schema.js';
import { list, moment, whole, oneOf, shape, text, uuid, type ObjectSchema } from './shape.js';

const holdingRow = shape({
  consents: list(text),
  subject: uuid,
  category: text,
  holder: text,
  began: text,
  role: text,
  capacity: text,
  status: text,
  since: text,
  sincePrecision: text,
  purposes: list(text),
  endedPurposes: list(text),
  bases: list(text),
  articles: list(text),
  origins: list(text),
  stays: list(text),
  endRelations: list(text),
  tellings: whole,
  events: list(text),
  'organisation?': text,
  'country?': text,
  'edition?': text,
  'due?': text,
  'blocked?': text,
  'ended?': text,
  'endGround?': text,
  'endMethod?': text,
  'copiesUntil?': text,
  'corrected?': text,
});

const consentRow = shape({
  subject: uuid,
  status: text,
  purposes: list(text),
  events: list(text),
  occurred: moment,
  event: uuid,
  'recipients?': list(text),
  'categories?': list(text),
  'stated?': list(text, 'Items of Art. 8(4) that it states.'),
  'thirdParties?': text,
  'recipientClasses?': list(text),
  'crossBorder?': text,
  'countries?': list(text),
  'publication?': text,
  'termUntil?': text,
  'termEvent?': text,
  'shownEdition?': text,
  'shownLanguage?': text,
  'shownHash?': text,
  'channel?': text,
  'proof?': text,
  'by?': text,
  'withdrawn?': text,
});

const transferRow = shape({
  country: text,
  subject: uuid,
  purposes: list(text),
  events: list(text),
  categories: list(text),
  occurred: moment,
  event: uuid,
  recipient: text,
  mode: text,
  'edition?': text,
  'holder?': text,
  'role?': text,
  'basis?': text,
  'consent?': text,
  'law?': text,
  'article?': text,
  'ground?': text,
  'source?': text,
  'told?': text,
});

const recipientRow = shape({
  country: text,
  status: text,
  purposes: list(text),
  events: list(text),
  categories: list(text),
  recipient: text,
  id: text,
  class: text,
  registered: text,
  'undertakingFrom?': text,
  'undertakingUntil?': text,
  'suspendedFrom?': text,
  'suspensionGround?': text,
  'about?': list(openedPart, 'Name, BIN and number of the undertaking; not in a whole register.'),
});

const holderRow = shape({
  holder: text,
  registered: moment,
  event: uuid,
  id: uuid,
  countries: list(text),
  'until?': { ...moment, description: 'From when on it was told of otherwise.' },
  events: list(text),
});

const findingRow = shape({
  category: text,
  events: list(text),
  purpose: text,
  basis: text,
  occurred: moment,
  event: uuid,
  article: text,
  source: text,
  code: text,
  clause: text,
  period: text,
  params: facts,
  recorded: moment,
  assessment: oneOf('open', ...verdicts),
  'assessed?': moment,
  'assessedBy?': { ...uuid, description: 'The event FindingAssessed.' },
  'measure?': text,
  'term?': {
    ...text,
    description: 'What is due because of it: blocking, destruction or unblocking; absent once it is done.',
  },
  'due?': moment,
  'strict?': moment,
  'subject?': uuid,
});

const findingClassRow = shape({
  findings: whole,
  basis: text,
  article: text,
  source: text,
  code: text,
  clause: text,
  period: text,
  assessment: text,
  people: whole,
  first: text,
  last: text,
  events: list(text, 'The first and the last finding stand on these.'),
});

const accessRow = shape({
  at: moment,
  role: text,
  event: uuid,
  question: text,
  key: text,
  subjects: list(text),
  'filter?': facts,
  'reason?': text,
  'count?': whole,
});

const editionRow = shape({
  edition: text,
  event: uuid,
  inForce: moment,
  document: text,
  assertedBy: text,
  languages: list(language),
});

/** Every row cites what it serves. */
const serving = ({ properties, required = [], ...row }: ObjectSchema): ObjectSchema => ({
  ...row,
  properties: { ...properties, serves: list(text, 'Articles that it serves: `94-V:22(1)(5)`.') },
  required: [...required, 'serves'],
});

const reach = shape({ state: oneOf('live', 'rebuilding', 'stopped'), 'position?': text, 'moment?': moment });

/** Which of these a row is, the path says. */
const items: Schema = {
  type: 'array',
  items: {
    anyOf: [
      holdingRow,
      consentRow,
      transferRow,
      recipientRow,
      holderRow,
      findingRow,
      findingClassRow,
      editionRow,
      accessRow,
      erasureRow,
      holdRow,
      clockRow,
      taskRow,
      withdrawalRow,
      requestRow,
      representativeRow,
      statusRow,
      retentionRow,
      noticeRow,
      noticePersonRow,
      incidentRow,
      activityRow,
      campaignRow,
      renewalRow,
      consentTermRow,
      officerRow,
      undertakingRow,
      destructionRow,
      publicSourceRow,
      sizeRow,
      dataListRow,
      demandRow,
    ].map(serving),
  },
};

/** One page of one of the registers; which of the rows stand on it the path says. */
export const page = shape(
  {
    items,
    'next?': { ...text, description: 'Cursor of the next page; absent on the last.' },
    reach,
  },
  'One page of a register, and up to when it is complete.',
);

/** A whole register as JSON. */
export const registerExport = shape(
  {
    register: text,
    filter: facts,
    items,
    rows: { ...whole, description: 'How many there are.' },
    reach,
  },
  'A register from its first row to its last.',
);
