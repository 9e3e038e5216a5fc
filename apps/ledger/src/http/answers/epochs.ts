// What is the form of an answer about key epochs?
import { closeSteps, heldCodes, scheduled } from '@derbes/vault';
import { list, moment, oneOf, shape, text, uuid, whole, flag } from './shape.js';

const held = shape({ code: oneOf(...heldCodes), message: text }, 'It waits for somebody, or for the log.');

const closing = shape(
  {
    epoch: whole,
    step: oneOf(...closeSteps),
    total: { ...whole, description: 'Key owners to be wrapped anew.' },
    done: { ...whole, description: 'Those that were.' },
    'remainingMs?': { ...whole, description: 'Estimate, milliseconds.' },
    'log?': shape(
      {
        'needed?': { ...whole, description: 'Absent while the event that says it is not in the log.' },
        published: whole,
      },
      'While a checkpoint is waited for: entries that it must cover, and those that the published one does.',
    ),
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
