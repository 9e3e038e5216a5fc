// How does the dossier say who received data and where it is published?
import { basisLine, openedPart, role } from './parts.js';
import { flag, list, moment, oneOf, shape, text, uuid } from './shape.js';

export const transfers = list(
  shape({
    recipient: text,
    'class?': text,
    about: list(openedPart, 'Sealed name, BIN and undertaking number, where the register has them.'),
    country: text,
    mode: oneOf('access', 'sent'),
    categories: list(text),
    purposes: list(text),
    basis: basisLine,
    'ground?': text,
    'claim?': shape(
      { code: text, assertedBy: text, instrument: text },
      'On whose word that ground stands for this country, by the edition of that moment.',
    ),
    'holder?': text,
    'role?': role,
    'undertaking?': shape(
      { from: text, 'until?': text, event: uuid, held: flag },
      'The undertaking that the register knows for that moment (Art. 10(1)).',
    ),
    'suspended?': shape({ ground: text, moment, event: uuid }),
    told: list(shape({ moment, event: uuid, channel: text }), 'When the person was told of it (Art. 19(1)).'),
    moment,
    event: uuid,
  }),
);

export const publications = list(
  shape({
    categories: list(text),
    purposes: list(text),
    basis: basisLine,
    place: text,
    'address?': openedPart,
    'holder?': text,
    'ended?': shape({ moment, event: uuid, 'ground?': text }),
    moment,
    event: uuid,
  }),
);
