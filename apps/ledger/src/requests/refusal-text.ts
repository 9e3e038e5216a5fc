// What does a refusal say, on paper? Why, by which article, and how whoever asked goes on; in Russian, Kazakh or English.
import { type provingOf, type RefuseRequest, type Right } from '@derbes/domain';
import { type Labels, type Language, type Profile } from '@derbes/policy';
import { Sheet } from '../read/text/sheet.js';
import { speechOf } from '../read/text/speech.js';
import { methodWords, reasonWords, refusalWords } from './refusal-words.js';
import { rightWords, words } from './request-words.js';

export interface Refusing {
  readonly request: string;
  readonly right: Right;
  readonly received: string;
  readonly made: string;
  readonly language: Language;
  readonly said: Pick<RefuseRequest, 'reason' | 'act' | 'article'>;
  readonly prove: ReturnType<typeof provingOf>;
  /** Names of acts, as the profiles have them. */
  readonly acts: readonly Profile['acts'][number][];
}

export function refusalText({ request, right, received, made, language, said, prove, acts }: Refusing): string {
  const speech = speechOf(language);
  const say = (labels: Labels): string => speech.label(labels);
  const { reason, act, article } = said;
  const named = acts.find(({ code }) => code === act);
  const sheet = new Sheet().title(say(refusalWords.refusal)).fields([
    [say(words.request), request],
    [say(words.right), say(rightWords[right])],
    [say(words.received), speech.time(received)],
    [say(words.made), speech.time(made)],
    [say(refusalWords.law), act && [named ? say(named.label) : act, article].filter((one) => one).join(', ')],
  ]);
  sheet.heading(say(refusalWords.reason)).text(say(reasonWords[reason]));
  if (reason === 'identity-not-proved') {
    sheet.heading(say(refusalWords.prove));
    for (const method of prove) sheet.bullet(say(methodWords[method]));
    sheet.text(say(refusalWords.again));
  }
  return sheet.gap().text(say(refusalWords.complaint)).toString();
}
