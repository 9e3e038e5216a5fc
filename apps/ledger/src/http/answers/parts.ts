// Of what parts are answers made that stand in several of them?
import { type Schema } from '../form/schema.js';
import { anything, list, mapOf, moment, oneOf, shape, text, uuid } from './shape.js';

export const language = oneOf('ru', 'kk', 'en');
export const role = oneOf('private', 'entrepreneur', 'representative');
export const relation = oneOf('account', 'contract', 'subscription', 'ticket', 'enquiry', 'session');
export const yesNo = oneOf('yes', 'no');

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Of each language that has one. */
export const labels = ref('Labels');
export const mark = ref('Mark');
export const openedPart = ref('OpenedPart');
export const findingView = ref('FindingLine');
export const basisLine = ref('BasisLine');
export const declared = ref('DeclaredEntry');

const words = shape({
  label: labels,
  'clause?': text,
  'quote?': { ...text, description: 'As the text of the edition says it, in its own language.' },
});

export const wording = shape({
  language: language,
  categories: mapOf(words),
  purposes: mapOf(words),
  classes: mapOf(words),
  bases: mapOf(words),
  statutory: mapOf(words),
  rights: list(
    shape({
      label: labels,
      'clause?': text,
      'quote?': { ...text, description: 'As the text of the edition says it, in its own language.' },
      articles: list(text),
    }),
  ),
  acts: mapOf(labels),
  'retention?': words,
});

/** What an event says by code: text, lists of text, and objects of them. */
export const facts = mapOf(anything);

/** What every entry of the policy says, whatever its own kind adds. */
export const declaredEntry = {
  'clause?': text,
  'declared?': oneOf('text', 'controller', 'proposed'),
  'quote?': text,
  'note?': text,
  'dpv?': list(text),
  'not_in_text?': list(text),
  code: text,
  label: labels,
};

/** What stands where a sealed part was. */
export const openedFields = {
  state: oneOf('opened', 'withheld', 'not-shown', 'lost', 'tampered', 'ordered', 'erased'),
  'category?': {
    ...text,
    description: 'What the sealed part itself says that it is; present with value, when state is opened.',
  },
  'value?': anything,
  event: uuid,
  p: text,
  owner: text,
};

export const partSchemas = {
  Labels: shape({ ru: text, kk: text, en: text }),
  Mark: shape({ moment, event: uuid }),
  OpenedPart: shape(openedFields),
  FindingLine: shape({
    'category?': text,
    'purpose?': text,
    event: uuid,
    article: { ...text, description: '<act>:<article>, - where none speaks of it.' },
    id: { ...text, description: '<event id>:<code>:<category>:<purpose>, - where there is none.' },
    code: text,
    clause: { ...text, description: "Clause of the edition's text, - where the text says nothing." },
  }),
  BasisLine: shape({
    'code?': text,
    'article?': text,
    verdict: oneOf('stands', 'stands-only-with-consent', 'does-not-stand', 'not-stated', 'not-judged'),
    'consent?': shape({
      event: uuid,
      standing: oneOf('withdrawn', 'stands', 'withdrawn-in-part', 'expired', 'unknown'),
    }),
    moment,
    event: uuid,
  }),
  DeclaredEntry: shape(declaredEntry),
};
