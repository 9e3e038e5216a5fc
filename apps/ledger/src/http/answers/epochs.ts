// What is the form of an answer about key epochs?
import { closeSteps, heldCodes, scheduled } from '@derbes/vault';
import { list, moment, oneOf, shape, text, uuid, whole, flag } from './shape.js';

const held = shape({ code: oneOf(...heldCodes), message: text }, 'It waits for somebody.');

const closing = shape(
  {
    epoch: whole,
    step: oneOf(...closeSteps),
    total: { ...whole, description: 'Key owners to be wrapped anew.' },
    done: { ...whole, description: 'Those that were.' },
    'remainingMs?': { ...whole, description: 'Estimate, milliseconds.' },
    'held?': held,
    'failure?': { ...text, description: 'Code with which this process failed at it; the worker goes on with it.' },
    askedBy: { ...text, description: `Id of the key, or \`${scheduled}\`.` },
    approvedBy: list(uuid),
  },
  'The close that is under way.',
);

export const epochState = shape(
  {
    epoch: { ...whole, description: 'The open epoch.' },
    openedAt: moment,
    'closing?': closing,
    'lastClosed?': shape({ epoch: whole, at: moment, erasures: whole, owners: whole }),
    custodians: list(shape({ kind: text, 'fault?': text }), 'Who holds its key, and what is wrong with that.'),
    'backup?': shape(
      { 'lagMs?': { ...whole, description: 'Age of the oldest change that no file may hold.' }, late: flag },
      'Of the wrapped keys, as this process writes it.',
    ),
  },
  'How the epochs of keys stand.',
);
