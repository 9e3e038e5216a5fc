// What is answered to whoever recognises a representative or says what status a person has, and what does a dossier say of it?
import { personStatuses, representativeKinds } from '@derbes/domain';
import { openedPart } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid } from './shape.js';

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

const document = shape({ kind: text, date: day });

/** Fields of a dossier. */
export const dossierPeople = {
  'acts?': {
    ...oneOf('herself', 'with-consent', 'representative', 'heirs'),
    description: 'Who acts in the person’s name.',
  },
  representatives: list(
    shape({
      moment,
      event: uuid,
      'name?': openedPart,
      kind: oneOf(...representativeKinds),
      standing: oneOf('stands', 'not-yet', 'over', 'ended', 'came-of-age', 'subject-deceased', 'contested'),
      from: moment,
      'until?': moment,
      'scope?': shape({ 'rights?': list(text), 'categories?': list(text), 'purposes?': list(text) }),
      exclusive: flag,
      document,
      'article?': text,
      'ended?': shape({ ground: text, moment, event: uuid }),
      against: list(
        shape({ event: uuid, why: oneOf('exclusive', 'contrary-acts'), acts: list(uuid) }),
        'Representations that contradict this one: neither acts until an officer has decided.',
      ),
    }),
    'Who may act for the person; `event` is the number of the representation.',
  ),
  statuses: list(
    shape({
      moment,
      event: uuid,
      status: oneOf(...personStatuses),
      'turns?': shape({ age: oneOf('14', '18'), on: day }),
      'ofAge?': moment,
      'document?': document,
      'article?': text,
      renew: list(uuid, 'Consents that the person must be asked to give herself.'),
    }),
  ),
};
