// Which articles does a register serve, by the law of a jurisdiction?
import Type, { type Static } from 'typebox';
import { closed } from './format-entries.js';
import { Article, ProfileCode, row, sureness } from './profile-destruction.js';

const articlesMax = 12;

/** From so many people on; a row is in force until the next begins. */
export const SizeClass = Type.Object(
  { code: ProfileCode, from: Type.Integer({ minimum: 0 }), ...row },
  { ...closed, description: 'A class of controllers by how many people they hold data of.' },
);
export type SizeClass = Static<typeof SizeClass>;

export const RegisterArticles = Type.Object(
  {
    code: ProfileCode,
    serves: Type.Array(Article, {
      description: 'Articles that every row of the register serves.',
      minItems: 1,
      maxItems: articlesMax,
    }),
    ...sureness,
  },
  { ...closed, description: 'What an inspector is shown a register for; `code` is its name.' },
);
export type RegisterArticles = Static<typeof RegisterArticles>;
