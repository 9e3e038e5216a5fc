// What is the form of a dossier?
import {
  basisLine,
  findingView,
  labels,
  language,
  mark,
  openedFields,
  openedPart,
  relation,
  role,
  wording,
} from './parts.js';
import { consents } from './agreed.js';
import { categories } from './held.js';
import { dossierErasures } from './erasure.js';
import { publications, transfers } from './passed.js';
import { dossierPeople } from './people.js';
import { flag, list, mapOf, moment, oneOf, shape, text, uuid } from './shape.js';

export const dossier = shape(
  {
    subject: uuid,
    merged: list(text),
    asOf: moment,
    asKnownAt: moment,
    'registered?': shape({ moment, event: uuid, kind: oneOf('person', 'device') }),
    'controller?': shape({ name: labels, bin: text, address: text, contacts: list(text) }),
    'edition?': shape({
      document: text,
      code: text,
      inForce: moment,
      assertedBy: text,
      languages: list(language),
      event: uuid,
    }),
    identifiers: list(
      shape({
        scheme: text,
        since: text,
        event: uuid,
        'part?': openedPart,
        'until?': shape({ ground: text, moment, event: uuid }),
      }),
    ),
    ...dossierPeople,
    categories,
    uses: list(
      shape({
        categories: list(text),
        purposes: list(text),
        'holder?': text,
        'role?': role,
        basis: basisLine,
        first: text,
        last: text,
        events: list(text),
      }),
    ),
    transfers,
    publications,
    consents,
    refusals: list(
      shape({
        purposes: list(text),
        'shown?': shape({ edition: text, language: language, hash: text }),
        channel: text,
        by: oneOf('subject', 'representative'),
        moment,
        event: uuid,
      }),
    ),
    acknowledgements: list(
      shape({ shown: shape({ edition: text, language: language, hash: text }), channel: text, moment, event: uuid }),
    ),
    decisions: list(
      shape({
        categories: list(text),
        purposes: list(text),
        basis: basisLine,
        effect: oneOf('right-created', 'right-changed', 'right-ended', 'none'),
        moment,
        event: uuid,
      }),
    ),
    relations: list(shape({ kind: relation, 'ended?': mark, moment, event: uuid })),
    obligations: list(
      shape({ kind: text, 'law?': text, 'article?': text, 'relation?': text, 'closed?': mark, moment, event: uuid }),
    ),
    blocks: list(
      shape({
        categories: list(text),
        'holder?': text,
        ended: list(
          shape({ ground: text, moment, event: uuid, categories: list(text) }),
          'Categories of it that were unblocked, with when and why.',
        ),
        stands: flag,
        ground: text,
        moment,
        event: uuid,
      }),
    ),
    destructions: list(
      shape({
        manner: oneOf('deleted', 'destroyed', 'anonymised'),
        categories: list(text),
        holder: text,
        'role?': role,
        method: text,
        'copiesUntil?': text,
        ground: text,
        moment,
        event: uuid,
      }),
    ),
    corrections: list(
      shape({ categories: list(text), holder: text, role: role, 'corrects?': text, ground: text, moment, event: uuid }),
    ),
    notices: list(shape({ about: text, channel: text, transfers: list(text), moment, event: uuid })),
    contests: list(
      shape({ scheme: text, rank: oneOf('weaker', 'equal'), 'fact?': text, 'told?': text, moment, event: uuid }),
    ),
    mentions: list(shape({ event: uuid, categories: list(text), 'type?': text, 'moment?': moment, 'source?': text })),
    retracted: list(
      shape({
        type: text,
        'source?': text,
        retraction: shape({ ground: text, moment, event: uuid }),
        parts: list(openedPart),
        moment,
        event: uuid,
      }),
    ),
    missing: list(
      shape({
        categories: list(text),
        ...openedFields,
      }),
    ),
    organisations: mapOf(list(openedPart)),
    ...dossierErasures,
    access: shape({
      now: shape(
        { role: text, 'reason?': text, question: text },
        'The look that this answer is: recorded before it leaves, so it stands among the lines of later answers.',
      ),
      lines: list(shape({ at: moment, event: uuid, question: text, role: text, 'reason?': text }), 'The newest first.'),
      'reaches?': {
        ...moment,
        description: 'Up to when the list is complete; absent while the register is being made anew.',
      },
      more: { ...flag, description: 'There are older ones in the register.' },
    }),
    findings: list(findingView),
    wording,
    closing: { const: 'lawfully-withheld-not-included' },
  },
  'All that is known about a person; lines name the events that they stand on, moments are whole UTC seconds.',
);
