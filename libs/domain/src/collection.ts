// Which data was collected, declared from before the ledger, or used; why, on what ground, from where, into which system?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import {
  Basis,
  Capacity,
  closed,
  Code,
  Codes,
  Country,
  Moment,
  optional,
  Organisation,
  Role,
  sampleUuid,
  Yes,
  YesNo,
} from './vocabulary.js';

export const originKinds = ['subject', 'uploaded', 'public-source', 'third-party', 'automatic', 'unknown'] as const;

/** The link to a public source is sealed as `meta.source-link` (`link` says that it was told), the uploading employee as `meta.uploader`. */
const Origin = closed({
  kind: Type.Enum([...originKinds]),
  means: optional(Code),
  uploader: optional(Organisation),
  declaredBasis: optional(Code),
  acceptance: optional(YesNo),
  ground: optional(Code),
  fetched: optional(Moment),
  case: optional(Code),
  recipient: optional(Code),
  link: optional(Yes),
});

const collected = {
  categories: Codes,
  purposes: Codes,
  basis: optional(Basis),
  holder: Code,
  role: Role,
  capacity: Capacity,
  for: optional(Organisation),
  origin: Origin,
  documentCopy: optional(Yes),
  country: optional(Country),
};

export const DataCollected = defineEvent('DataCollected', {
  v: 1,
  says: 'Data of these categories came into a holder, for these purposes, from this origin.',
  facts: closed(collected),
  sample: {
    categories: ['email'],
    purposes: ['account'],
    basis: { code: 'consent', consent: sampleUuid(10) },
    holder: 'crm',
    role: 'private',
    capacity: 'own',
    origin: { kind: 'subject', means: 'web-form' },
  },
});

export const DataDeclared = defineEvent('DataDeclared', {
  v: 1,
  says: 'Data that a holder had before the ledger was told of it, held since a moment or since not later than one.',
  facts: closed({
    ...collected,
    since: closed({ moment: Moment, precision: Type.Enum(['exact', 'not-later-than']) }),
  }),
  sample: {
    categories: ['phone'],
    purposes: ['support'],
    holder: 'helpdesk',
    role: 'private',
    capacity: 'own',
    origin: { kind: 'unknown' },
    since: { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' },
  },
});

export const DataUsed = defineEvent('DataUsed', {
  v: 1,
  says: 'Data already held was used for these purposes.',
  facts: closed({
    categories: Codes,
    purposes: Codes,
    basis: optional(Basis),
    holder: optional(Code),
    role: optional(Role),
  }),
  sample: { categories: ['email'], purposes: ['notices'], basis: { code: 'consent' }, holder: 'crm', role: 'private' },
});
