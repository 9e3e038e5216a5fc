// What is the form of a difference between editions, of what it asks of people, and of how far that is?
import { driftReasons, renewalStates } from '@derbes/domain';
import { changeDuties, changeKinds } from '@derbes/policy';
import { labels } from './parts.js';
import { anything, flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

const side = shape({ edition: text, document: text, inForce: moment });

const change = shape({
  kind: oneOf(...changeKinds),
  what: text,
  place: text,
  clause: text,
  'label?': labels,
  'old?': anything,
  'new?': anything,
  asks: oneOf(...changeDuties),
  touches: shape({
    'purposes?': list(text),
    'categories?': list(text),
    'recipients?': list(text),
    'countries?': list(text),
  }),
  why: labels,
});

export const editionDifference = shape(
  {
    older: side,
    newer: side,
    'kind?': { ...oneOf(...changeKinds), description: 'The widest of its changes; absent where nothing changed.' },
    asks: oneOf(...changeDuties),
    changes: list(change),
  },
  'What an edition says otherwise than another.',
);

export const renewalRow = shape({
  since: moment,
  cause: { ...uuid, description: 'The event PolicyPublished, or the consent that was given for a child.' },
  subject: uuid,
  what: text,
  item: text,
  campaign: { ...text, description: 'Code of the edition, or of-age.' },
  'edition?': text,
  clause: text,
  state: oneOf(...renewalStates),
  'consent?': { ...uuid, description: 'The last consent that no longer covers it.' },
  'told?': moment,
  'asked?': moment,
  'ended?': { ...moment, description: 'When it was answered, or lapsed.' },
  channel: text,
  events: list(text),
});

export const campaignRow = shape({
  campaign: text,
  what: text,
  state: oneOf(...renewalStates),
  channel: text,
  since: moment,
  people: whole,
  'edition?': text,
  'first?': moment,
  'last?': moment,
  events: list(text, 'The publication that people are told of; of age, one of the consents.'),
});

const activityFields = {
  purpose: text,
  category: text,
  holder: text,
  recipient: text,
  country: text,
  basis: text,
  people: whole,
  held: { ...whole, description: 'Of whom data is held so now.' },
  facts: whole,
  first: moment,
  last: moment,
  events: list(text, 'With which it began, and the last.'),
};

export const activityRow = shape(activityFields);

const drift = { reason: oneOf(...driftReasons), clause: text };
const named = { code: text, label: labels, clause: text };

export const activities = shape(
  {
    edition: side,
    controller: shape({
      name: labels,
      bin: text,
      country: text,
      contacts: list(shape({ kind: text, value: text })),
      'officer?': uuid,
    }),
    people: list(shape(named), 'Whom data is about beside users (GDPR Art. 30(1)(c)).'),
    safeguards: list(shape({ ...named, countries: list(text), ground: text, instrument: text })),
    measures: list(shape(named)),
    activities: list(
      shape({
        ...activityFields,
        labels: shape({ 'purpose?': labels, 'category?': labels }),
        clause: text,
        'retention?': text,
        'recipientClass?': text,
        drift: list(shape(drift), 'Where it leaves the edition in force.'),
      }),
    ),
    unpractised: list(shape({ ...drift, what: oneOf('purpose', 'category', 'recipient-class'), code: text })),
    unpractisedDays: whole,
    whole: { ...flag, description: 'Whether all activities are listed.' },
  },
  'The record of processing activities.',
);
