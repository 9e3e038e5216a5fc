// Which policy are rules tried by? The smallest that has something of everything.
import { type Policy } from '@derbes/policy';
import { sampleSha256 } from '../vocabulary.js';

export const label = { ru: 'образец', kk: 'үлгі', en: 'sample' };
export const coded = (...codes: string[]) => codes.map((code) => ({ code, label }));

export const samplePolicy: Policy = {
  format: 'derbes.policy/v1',
  edition: {
    code: 'sample-1',
    jurisdiction: 'kz',
    authoritative: 'ru',
    texts: [{ language: 'ru', file: 'policy.ru.txt', sha256: sampleSha256('c') }],
    in_force: 'on-publication',
    label,
  },
  controller: {
    name: label,
    bin: '000000000000',
    country: 'KZ',
    address: 'nowhere',
    contacts: [{ kind: 'web', value: 'x' }],
  },
  sections: [
    { clause: '3', about: 'categories', label },
    { clause: '4', about: 'purposes', label },
    { clause: '5', about: 'bases', label },
    { clause: '6', about: 'recipients', label },
    { clause: '7', about: 'retention', label },
    { clause: '8', about: 'rights', label },
    { clause: '10', about: 'third-party-data', label },
    { clause: '11', about: 'contacts', label },
    { clause: '12', about: 'editions', label },
  ],
  acts: [],
  terms: [],
  acknowledgement: [],
  categories: [
    {
      code: 'provided',
      clause: '3.1',
      label,
      items: [
        ...coded('full-name', 'email', 'phone'),
        { code: 'requisites', label, open: true, items: coded('requisites.iban', 'requisites.iin') },
      ],
    },
    { code: 'automatic', clause: '3.2', label, items: coded('cookie', 'session') },
  ],
  purposes: coded('account', 'contract', 'payment', 'support', 'analytics', 'accountability'),
  bases: [
    { code: 'consent', label, covers: ['consent'] },
    { code: 'contract', label, covers: ['contract'] },
    { code: 'legal-obligation', label, covers: ['legal-obligation', 'kz.9.10'] },
    { code: 'by-court', label, covers: ['kz.9.1'] },
  ],
  recipients: coded('payment-and-banks', 'hosting-cloud', 'state-body'),
  retention: {
    label,
    afterwards: ['deleted', 'anonymised', 'destroyed'],
    rules: [
      { purpose: 'account', until: 'purpose-reached', relation: 'account' },
      { purpose: 'contract', until: 'purpose-reached', relation: 'contract' },
      { purpose: 'payment', until: 'term', relation: 'contract', term: 'P5Y' },
      { purpose: 'support', until: 'purpose-reached', relation: 'ticket' },
      { purpose: 'accountability', until: 'term', event: 'erasure-final' },
    ],
    review: { every: 'P1Y' },
    statutory: [],
  },
  rights: coded('know', 'correct'),
  cookies: [],
  commitments: [],
  identifiers: [
    { scheme: 'account', identifies: 'account', rank: 40, category: 'email' },
    { scheme: 'iin', identifies: 'person', rank: 30, category: 'requisites.iin' },
    { scheme: 'phone', identifies: 'line', rank: 20, category: 'phone' },
    { scheme: 'email', identifies: 'mailbox', rank: 20, category: 'email' },
    { scheme: 'cookie', identifies: 'device', rank: 10, category: 'cookie' },
  ],
  necessity: [
    { purpose: 'account', categories: ['full-name', 'email', 'phone'] },
    { purpose: 'analytics', categories: ['automatic'] },
  ],
  disclosure: [
    { recipient: 'payment-and-banks', categories: ['full-name', 'requisites'] },
    { recipient: 'hosting-cloud', categories: ['provided', 'automatic'] },
  ],
};
