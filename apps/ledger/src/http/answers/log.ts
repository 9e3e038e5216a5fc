// What is the form of an answer by which a person checks what the log commits to?
import { type Schema } from '../form/schema.js';
import { openingFormat } from '../../log/opening-file.js';
import { list, oneOf, shape, text, uuid } from './shape.js';

const digest: Schema = { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' };
const place = {
  p: { ...text, description: 'Its place in the event.' },
  commit: { ...digest, description: 'As the event names it.' },
};

const opened = shape(
  {
    ...place,
    plaintext: { ...text, description: 'Canonical JSON of category and value: these characters are committed to.' },
    key: { ...digest, description: 'Key of this commitment alone, base64url.' },
  },
  'Holds if `commit` is base64url(HMAC-SHA256(key, u32be(bytes of plaintext) ‖ plaintext ‖ zeros to a power of two of at least 256 bytes)).',
);

const withheld = shape(
  { ...place, state: oneOf('ordered', 'erased', 'lost', 'tampered') },
  'Not told: to be destroyed, destroyed, not there, or not what the event names.',
);

export const logSchemas: Readonly<Record<string, Schema>> = {
  Blobs: shape(
    {
      items: list(
        shape(
          { event: uuid, p: text, blob: { ...text, contentEncoding: 'base64' } },
          'One sealed value: nonce, ciphertext and tag. The event names its SHA-256 at `p`.',
        ),
      ),
      'next?': { ...text, description: 'For `after` of the next page; absent on the last.' },
    },
    'A page of sealed values, in the order of their events’ ids.',
  ),
  Opening: shape(
    { format: { const: openingFormat }, event: uuid, parts: list({ anyOf: [opened, withheld] }) },
    'What opens the commitments of an event to one person’s values; kept beside the receipt of that event.',
  ),
};
