// What is the form of an answer about clocks and calendars?
import { labels } from './parts.js';
import { flag, list, moment, oneOf, shape, text, whole } from './shape.js';

const confidence = { ...oneOf('T', 'T2', 'S2', 'S1', 'I', 'M'), description: 'How sure it is; for the house alone.' };
const announced = { const: 'no', description: 'Whoever fixes the day has not done so.' };

export const countedClock = shape(
  {
    term: text,
    profile: text,
    version: { ...text, description: 'Version of the profile.' },
    'calendar?': shape({ version: text, document: { ...text, description: 'SHA-256.' } }),
    from: moment,
    due: { ...moment, description: 'The last second in which it is in time.' },
    'strict?': { ...moment, description: 'The same, counted from the moment itself; lists warn by it.' },
    amount: whole,
    unit: oneOf('working-day', 'calendar-day', 'hour', 'month'),
    starts: { ...text, description: 'What starts it.' },
    article: text,
    confidence,
    source: text,
    label: labels,
    outgoing: { ...flag, description: 'Whether the term may stand in what leaves the house.' },
    skipped: list(
      shape({ date: text, why: text, 'act?': text, 'confidence?': confidence, 'announced?': announced }),
      'Days off that were passed over, in order.',
    ),
  },
  'When a term of the law is over.',
);

const row = { article: text, confidence, source: text, label: labels };

export const calendar = shape(
  {
    document: { ...text, description: 'SHA-256 of the document.' },
    published: moment,
    builtIn: { ...flag, description: 'Whether it came with the program.' },
    calendar: shape({
      format: { const: 'derbes.calendar/v1' },
      code: text,
      version: text,
      acts: list(shape({ code: text, label: labels })),
      weekend: list(whole, 'ISO weekdays that are off.'),
      'carry_over?': shape({ except: list(text), ...row }),
      years: list(whole),
      days: list(
        shape({ date: text, kind: oneOf('off', 'work'), why: text, 'of?': text, 'announced?': announced, ...row }),
      ),
    }),
  },
  'A calendar of working days.',
);
