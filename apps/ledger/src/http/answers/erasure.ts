// What is the form of a certificate of erasure, of a preview, and of what a dossier says of erasures and holds?
import { erasureCauses, erasureScopes, keepReasons, taskStates } from '@derbes/domain';
import { elsewhereStates } from '../../read/certificate-view.js';
import { type Schema } from '../form/schema.js';
import { labels, mark, wording } from './parts.js';
import { withdrawalLines } from './withdrawal.js';
import { flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

const cause = oneOf(...erasureCauses);
const scope = oneOf(...erasureScopes);
const state = oneOf('ordered', 'executed', 'final', 'refused');
const why = oneOf(...keepReasons);
const article: Schema = { ...text, description: '<act>:<article>.' };

const elsewhere = shape({
  code: text,
  categories: list(text),
  state: oneOf(...elsewhereStates),
  'told?': mark,
  'answered?': mark,
  'reason?': text,
  'asked?': oneOf('deleted', 'destroyed', 'anonymised'),
  'manner?': oneOf('deleted', 'destroyed', 'anonymised'),
  'copiesUntil?': text,
  'confirmed?': mark,
  'result?': oneOf('done', 'nothing-held', 'reported'),
});

const kept = shape({
  why,
  'label?': labels,
  categories: list(text),
  'article?': article,
  'term?': { ...text, description: 'ISO 8601 duration that the row of the policy names from the law.' },
  'confidence?': {
    ...oneOf('confirmed', 'unconfirmed', 'T', 'T2', 'S2', 'S1', 'I', 'M'),
    description:
      'Of a row of the policy whether a lawyer confirmed it, and where nobody did an officer decides; else the mark of the profile.',
  },
  'until?': moment,
  'reason?': text,
  'row?': { ...text, description: 'Row of the policy.' },
  'event?': { ...uuid, description: 'The hold, block or obligation that keeps it.' },
});

const final = shape({
  moment,
  epoch: text,
  closed: { ...uuid, description: 'The event EpochClosed.' },
  list: { ...text, description: 'SHA-256 of the list of erasures that the close names.' },
  custodians: list(
    shape({
      epoch: text,
      custodian: text,
      kcv: text,
      destroyed: moment,
      'note?': {
        ...text,
        description: "C2SP signed note by the log's key, not by the custodian's, which says the same.",
      },
      'log?': shape(
        { size: text, witnesses: oneOf('cosigned', 'none', 'accepted-without'), 'accepted?': uuid },
        'The published checkpoint that covered the close before the key went.',
      ),
      event: uuid,
    }),
  ),
});

export const certificate = shape(
  {
    number: { ...uuid, description: 'Id of the event that demanded the destruction.' },
    subject: uuid,
    issued: moment,
    'controller?': shape({ name: labels, bin: text, address: text, contacts: list(text) }),
    state,
    cause,
    scope,
    'asked?': shape({ scope, categories: list(text) }, 'What was asked, where less was ordered.'),
    'ground?': shape({ code: text, 'label?': labels, 'article?': article }),
    decided: list(shape({ row: text, reason: text }), 'Rows of unconfirmed terms that an officer decided not to keep.'),
    categories: list(text),
    values: list(text, 'Single values, `<event id>/<p>`.'),
    'ordered?': mark,
    'executed?': shape({
      moment,
      event: uuid,
      destroyed: shape({ values: whole, keys: whole, identifiers: whole }),
    }),
    'final?': final,
    everywhere: oneOf('nobody-to-ask', 'confirmed', 'not-yet'),
    holders: list(elsewhere),
    recipients: list(elsewhere),
    kept: list(kept),
    remains: shape(
      {
        what: { const: 'proof-records' },
        purpose: { const: 'accountability' },
        anonymous: { const: false },
        'article?': article,
        'term?': text,
      },
      'Records that stay, and that are not anonymous.',
    ),
    'under?': uuid,
    events: list(uuid, 'All events that prove it.'),
    'log?': shape(
      { size: whole, leaves: list(shape({ event: uuid, leaf: whole })) },
      'Once final: entries under the published checkpoint, and the leaf of each event that it covers, whose receipt can be asked for.',
    ),
    wording,
  },
  'What became of one order to destroy, as it stands now.',
);

const withheld = shape({
  certificate: { ...uuid, description: 'Number of the certificate of what was ordered, or of the refusal.' },
  outcome: oneOf('narrowed', 'refused'),
  scope,
  categories: list(text, 'What the hold kept of it.'),
  parts: list(text, 'The values that were asked for one by one, `<event id>/<p>`.'),
});

export const dossierErasures = {
  erasures: list(
    shape({
      order: { ...uuid, description: 'Number of the certificate.' },
      cause,
      scope,
      categories: list(text),
      'ground?': text,
      state,
      'ordered?': mark,
      'refused?': mark,
      'executed?': mark,
      'final?': mark,
      kept: list(text),
    }),
  ),
  ...withdrawalLines,
  holds: list(
    shape({
      moment,
      event: uuid,
      ground: text,
      'article?': text,
      'categories?': list(text),
      'until?': moment,
      'lifted?': shape({ moment, event: uuid, ground: text }),
      stands: flag,
      'withheld?': list(
        withheld,
        'Once it is over: what it kept from being destroyed, and nobody has destroyed since.',
      ),
    }),
  ),
  locks: list(shape({ category: text, moment, event: uuid, why: list(text) })),
};

const keptBack = shape({
  why,
  categories: list(text),
  'act?': text,
  'article?': text,
  'until?': moment,
});
const outcome = oneOf('ordered', 'narrowed', 'refused');

/** An order, or what it would do. */
export const erasureAnswer: Schema = {
  anyOf: [
    shape({
      status: oneOf('recorded', 'repeated'),
      outcome,
      'order?': { ...uuid, description: 'Number of the certificate; absent when nothing was ordered.' },
      'state?': oneOf('ordered', 'executed'),
      kept: list(keptBack),
      'tasks?': {
        ...list(
          shape({
            task: uuid,
            'holder?': text,
            'recipient?': text,
            by: oneOf('webhook', 'poll', 'person'),
            state: oneOf(...taskStates),
            'due?': moment,
            waitedFor: { ...flag, description: 'What is here is destroyed once it was told, or its term is over.' },
          }),
        ),
        description: 'Who else has it: everybody is told to destroy it too.',
      },
    }),
    shape({
      preview: { const: true },
      outcome,
      person: flag,
      destroyed: list(shape({ category: text, values: whole })),
      kept: list(keptBack),
      undecided: list(text, 'Nobody confirmed the term of these: the order needs `decide`.'),
      holders: list(text, 'Systems that hold it, as far as was told.'),
      recipients: list(text),
    }),
  ],
};

export const holdLifted = shape({
  status: oneOf('recorded', 'repeated'),
  withheld: list(withheld, 'Orders that the hold narrowed or refused, which nobody carried out since.'),
});

export const holdPlaced = shape({ status: oneOf('recorded', 'repeated'), hold: uuid });
