// What is the form of a notice of data that was passed on, and of the rows that say who has yet to be told?
import { type Schema } from '../form/schema.js';
import { language } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid, whole } from './shape.js';

export const noticeSchemas: Readonly<Record<string, Schema>> = {
  NoticeAnswer: shape(
    {
      'status?': oneOf('recorded', 'repeated'),
      'preview?': flag,
      'notice?': { ...uuid, description: 'Its number.' },
      transfers: { ...whole, description: 'Transfers that it names.' },
      language,
      'hash?': { ...text, description: 'SHA-256 of the text, hex.' },
      'due?': { ...moment, description: 'By when she is to be told.' },
      'through?': { ...text, description: 'The holder that sends it; an officer does where none is named.' },
      'representative?': { ...uuid, description: 'The recognition of who is told in her place.' },
      'text?': { ...text, description: 'Of a preview.' },
    },
    'A notice that was made, or what one would say.',
  ),
  NoticeView: shape(
    {
      notice: uuid,
      subject: uuid,
      made: moment,
      by: oneOf('by-itself', 'by-officer'),
      language,
      hash: text,
      'same?': { ...oneOf('yes', 'no'), description: 'Whether the text is the one that was made, by its hash.' },
      transfers: list(uuid, 'The DataTransferred events that it names.'),
      'due?': moment,
      'through?': text,
      'representative?': uuid,
      'told?': shape({ event: uuid, moment, channel: text }),
      'text?': { ...text, description: 'Absent where it went with the person.' },
    },
    'A notice as it was made.',
  ),
};

export const noticeRow = shape({
  occurred: moment,
  event: uuid,
  subject: uuid,
  recipient: text,
  'recipientClass?': text,
  categories: list(text),
  purposes: list(text),
  status: oneOf('owed', 'prepared', 'overdue', 'done', 'done-late', 'spared'),
  'spared?': text,
  clause: text,
  article: text,
  'due?': moment,
  'strict?': moment,
  'told?': moment,
  'channel?': text,
  'toldLate?': oneOf('yes'),
  'notice?': uuid,
  'sent?': moment,
  events: list(text),
});

export const noticePersonRow = shape({
  subject: uuid,
  'due?': moment,
  owed: whole,
  prepared: whole,
  overdue: whole,
  done: whole,
  doneLate: whole,
  notTold: whole,
});
