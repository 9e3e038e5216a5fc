// What is the form of an edition, its policy and all?
import { declared, declaredEntry, labels, language, relation } from './parts.js';
import { flag, list, mapOf, moment, whole, oneOf, shape, text, uuid } from './shape.js';

export const edition = shape(
  {
    edition: text,
    texts: mapOf(text),
    policy: shape({
      'cross_border?': list(
        shape({
          ...declaredEntry,
          'recipients?': list(text),
          countries: list(text),
          ground: text,
          instrument: text,
          asserted_by: text,
        }),
      ),
      'third_party_data?': shape({
        'clause?': text,
        'quote?': text,
        label: labels,
        about: list(declared),
        sources: list(
          shape({
            ...declaredEntry,
            origin: oneOf('uploaded', 'public-source', 'third-party'),
          }),
        ),
      }),
      recipients: list(declared),
      edition: shape({
        'clause?': text,
        'quote?': text,
        'note?': text,
        code: text,
        label: labels,
        jurisdiction: oneOf('kz', 'gdpr'),
        authoritative: language,
        texts: list(shape({ language: language, file: text, sha256: text })),
        in_force: oneOf('on-publication', 'at-stated-moment'),
      }),
      purposes: list(declared),
      bases: list(
        shape({
          ...declaredEntry,
          'articles?': list(text),
          covers: list(text),
        }),
      ),
      categories: list(
        shape({
          ...declaredEntry,
          'origin?': oneOf('subject', 'third-party', 'automatic'),
          items: list(
            shape({
              ...declaredEntry,
              'items?': list(declared),
              'open?': flag,
            }),
          ),
        }),
      ),
      identifiers: list(
        shape({
          'declared?': oneOf('text', 'controller', 'proposed'),
          'note?': text,
          category: text,
          scheme: text,
          rank: whole,
          identifies: oneOf('person', 'device', 'account', 'mailbox', 'line'),
        }),
      ),
      format: { const: 'derbes.policy/v1' },
      controller: shape({
        'clause?': text,
        'site?': text,
        'quote?': text,
        'note?': text,
        'service?': text,
        'dpv?': list(text),
        country: text,
        name: labels,
        address: text,
        bin: text,
        contacts: list(
          shape({
            'clause?': text,
            'for?': oneOf('general', 'personal-data'),
            kind: oneOf('email', 'phone', 'post', 'web'),
            value: text,
          }),
        ),
      }),
      sections: list(
        shape({
          'quote?': text,
          clause: text,
          label: labels,
          about: oneOf(
            'recipients',
            'editions',
            'purposes',
            'bases',
            'categories',
            'contacts',
            'general',
            'terms',
            'retention',
            'rights',
            'cookies',
            'third-party-data',
          ),
        }),
      ),
      terms: list(declared),
      retention: shape({
        'clause?': text,
        'review?': shape({ 'declared?': oneOf('text', 'controller', 'proposed'), 'note?': text, every: text }),
        'quote?': text,
        statutory: list(
          shape({
            ...declaredEntry,
            'holders?': list(text),
            'relation?': relation,
            'event?': { const: 'erasure-final' },
            'article?': text,
            'document?': text,
            'act?': text,
            'term?': text,
            'confirmed_by?': text,
            categories: list(text),
          }),
        ),
        label: labels,
        afterwards: list(oneOf('deleted', 'destroyed', 'anonymised')),
        'queue?': shape({
          'soon?': text,
          'overdue?': text,
          'declared?': oneOf('text', 'controller', 'proposed'),
          'note?': text,
        }),
        rules: list(
          shape({
            'relation?': relation,
            'categories?': list(text),
            'obligation?': text,
            'event?': oneOf('purpose-ended', 'erasure-final'),
            'act?': oneOf('delete', 'anonymise', 'destroy'),
            'carried_out?': oneOf('by-officer', 'by-itself'),
            'clause?': text,
            'declared?': oneOf('text', 'controller', 'proposed'),
            'term?': text,
            'note?': text,
            'not_in_text?': list(text),
            purpose: text,
            until: oneOf('term', 'purpose-reached'),
          }),
        ),
      }),
      rights: list(
        shape({
          ...declaredEntry,
          'articles?': list(text),
        }),
      ),
      cookies: list(
        shape({
          ...declaredEntry,
          serves: text,
        }),
      ),
      acts: list(declared),
      acknowledgement: list(declared),
      commitments: list(
        shape({
          ...declaredEntry,
          by: oneOf('controller', 'user'),
        }),
      ),
      necessity: list(
        shape({
          'clause?': text,
          'declared?': oneOf('text', 'controller', 'proposed'),
          'note?': text,
          purpose: text,
          categories: list(text),
        }),
      ),
      disclosure: list(
        shape({
          'clause?': text,
          'declared?': oneOf('text', 'controller', 'proposed'),
          'note?': text,
          categories: list(text),
          recipient: text,
        }),
      ),
    }),
    event: uuid,
    inForce: moment,
    document: { ...text, description: 'SHA-256 of the policy document.' },
    assertedBy: text,
    languages: list(language),
  },
  'An edition of the policy with its full text per language and the policy behind it.',
);
