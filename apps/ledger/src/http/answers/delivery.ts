// What is the form of an answer to whoever asks for its tasks?
import { destructionManners, taskKinds } from '@derbes/domain';
import { anything, list, moment, oneOf, shape, text, uuid } from './shape.js';

const toldValue = shape({
  category: text,
  'scheme?': { ...text, description: 'Of an identifier.' },
  value: { ...anything, description: 'A string, or an object of strings.' },
});

const letter = shape({
  task: uuid,
  kind: oneOf(...taskKinds),
  'manner?': {
    ...oneOf(...destructionManners),
    description:
      'Of `destroy`: deleted from what is worked with, anonymised, or restorable by nobody, copies included.',
  },
  'holder?': text,
  'recipient?': text,
  ordered: moment,
  'due?': { ...moment, description: 'By when it is to be done.' },
  'categories?': list(text),
  'purposes?': list(text),
  'role?': text,
  'capacity?': text,
  person: list(toldValue, 'By which of these the person is found there.'),
  'values?': list(toldValue, 'New values of a correction; values to be destroyed.'),
  acknowledge: { ...text, description: 'Where it is acknowledged.' },
});

export const taskLetters = shape(
  { tasks: list(letter), 'next?': { ...uuid, description: 'Ask for `after` this one; absent at the end.' } },
  'What whoever asks has to do and has not answered, in the order in which it was ordered.',
);
