// How does the dossier say what is held, category by category?
import { basisLine, mark, openedPart, relation, role, yesNo } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid } from './shape.js';

export const categories = list(
  shape({
    category: text,
    declared: flag,
    'clause?': text,
    holders: list(text, 'Every holder that has it now; ledger where the vault has its values.'),
    values: list(
      shape({
        part: openedPart,
        told: oneOf('corrected', 'declared', 'collected', 'identifier'),
        holder: text,
        'role?': role,
        from: text,
        standing: oneOf('corrected', 'current', 'left'),
        'by?': text,
      }),
    ),
    holdings: list(
      shape({
        holder: text,
        countries: list(text, 'Where the holder keeps its copies, by the register.'),
        role: role,
        capacity: oneOf('own', 'operator'),
        'for?': { ...text, description: 'The organisation for which the controller holds it.' },
        since: shape({ precision: oneOf('exact', 'not-later-than'), moment, event: uuid }),
        origins: list(
          shape({
            kind: text,
            'means?': text,
            'uploader?': text,
            'declaredBasis?': text,
            'acceptance?': yesNo,
            'ground?': text,
            'fetched?': text,
            'case?': text,
            'recipient?': text,
            'country?': text,
            'link?': { const: 'yes' },
            'linkPart?': openedPart,
            'source?': text,
            moment,
            event: uuid,
          }),
        ),
        purposes: list(
          shape({
            purpose: text,
            declared: flag,
            'clause?': text,
            bases: list(basisLine),
            'reached?': mark,
            stay: shape({
              until: oneOf('term', 'purpose-reached', 'not-set'),
              'edition?': text,
              'clause?': text,
              'relation?': shape(
                { kind: relation, open: list(text), 'ended?': mark },
                'The relation whose end starts the clock: those open now, and when the last one ended if none is.',
              ),
              'obligation?': shape(
                { kind: text, open: list(text), 'ended?': moment },
                'The same of a kind of obligation.',
              ),
              'event?': oneOf('purpose-ended', 'erasure-final'),
              'term?': { ...text, description: 'ISO 8601 duration.' },
              'due?': { ...text, description: 'From when on it may stay no longer, where the clock has started.' },
              'review?': { ...text, description: 'When a holding without a term is looked at again.' },
              'consent?': shape(
                { event: uuid, 'until?': text, 'untilEvent?': text },
                'The term that the consent states.',
              ),
            }),
            events: list(text),
          }),
        ),
        'documentCopy?': text,
        'blocked?': shape({
          ground: text,
          moment,
          event: uuid,
          'confirmed?': shape({ moment, event: uuid }, 'When this holder said that it has stopped.'),
        }),
        events: list(text),
      }),
    ),
    'ledger?': shape(
      { moment, events: list(text), why: oneOf('as-holders', 'recognition', 'left-over') },
      "Present where the ledger's own vault has values; it has had them since moment. Why: for the purposes and on the bases of the holders, to recognise the person by them, or left over since every holder's ended.",
    ),
    ended: list(
      shape({
        holder: text,
        role: role,
        capacity: oneOf('own', 'operator'),
        since: shape({ precision: oneOf('exact', 'not-later-than'), moment, event: uuid }),
        manner: oneOf('deleted', 'destroyed', 'anonymised'),
        method: text,
        'copiesUntil?': text,
        ground: text,
        moment,
        event: uuid,
        'task?': { ...uuid, description: 'The task that the holder answered; absent where it told the end itself.' },
      }),
    ),
    statutory: list(
      shape({
        'article?': text,
        code: text,
        clause: text,
        'document?': text,
        confirmed: {
          ...flag,
          description: 'False until a lawyer filled in act, article and term: an unconfirmed row binds nothing.',
        },
        'act?': text,
        'term?': text,
      }),
    ),
  }),
);
