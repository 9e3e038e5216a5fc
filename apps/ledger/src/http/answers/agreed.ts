// How does the dossier say what a person agreed to?
import { language, openedPart, yesNo } from './parts.js';
import { list, moment, oneOf, shape, text, uuid } from './shape.js';

export const consents = list(
  shape({
    purposes: list(text),
    items: shape({
      'thirdParties?': shape({ 'recipients?': list(text), 'classes?': list(text), allowed: yesNo }),
      'crossBorder?': shape({ 'countries?': list(text), allowed: yesNo }),
      'publication?': shape({ allowed: yesNo }),
      'term?': shape({ 'until?': text, 'untilEvent?': text }),
      'operator?': { const: 'yes' },
      'subjectName?': { const: 'yes' },
      'data?': list(text),
      'other?': list(text),
    }),
    missing: list(text, 'Numbers of Art. 8(4) that the text did not state, 1 to 7.'),
    'shown?': shape({ edition: text, language: language, hash: text }),
    channel: text,
    'proof?': text,
    'proofPart?': openedPart,
    'subjectName?': openedPart,
    by: oneOf('subject', 'representative'),
    standing: oneOf('withdrawn', 'stands', 'withdrawn-in-part', 'expired', 'unknown'),
    withdrawals: list(
      shape({
        received: text,
        'channel?': text,
        'scope?': shape({
          'purposes?': list(text),
          'categories?': list(text),
          'recipients?': list(text),
          'thirdParties?': { const: 'yes' },
          'crossBorder?': { const: 'yes' },
          'publication?': { const: 'yes' },
        }),
        moment,
        event: uuid,
      }),
    ),
    moment,
    event: uuid,
  }),
);
