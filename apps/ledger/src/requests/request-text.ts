// How does a request look as plain text, for the officer at work on it?
import { type Language } from '@derbes/policy';
import { registerCodes } from '../read/text/register-words.js';
import { Sheet } from '../read/text/sheet.js';
import { speechOf } from '../read/text/speech.js';
import { type RequestView } from './request-queries.js';
import { rightWords, stateWords, words, type Word } from './request-words.js';
import { type Right } from '@derbes/domain';

export function requestText(view: RequestView, language: Language): string {
  const speech = speechOf(language);
  const say = (word: Word): string => speech.label(words[word]);
  const { right, received } = view.received.facts as { readonly right: Right; readonly received: string };
  const sheet = new Sheet().title(say('request')).fields([
    [say('request'), view.request],
    [say('right'), speech.label(rightWords[right])],
    [say('state'), speech.label(stateWords[view.state])],
    [say('received'), speech.time(received)],
    [say('recorded'), speech.time(view.received.recorded)],
    [say('due'), view.due && speech.time(view.due)],
    [say('strict'), view.strict && speech.time(view.strict)],
  ]);
  for (const { category, value, state } of view.parts) {
    sheet.fields([[category ?? state, typeof value === 'string' ? value : JSON.stringify(value ?? '')]]);
  }
  if (view.tasks.length > 0) sheet.heading(say('holders'));
  for (const { holder, state, due } of view.tasks) {
    const stands = registerCodes[state];
    const word = stands ? speech.label(stands) : speech.free(state);
    sheet.bullet(`${holder ?? ''}: ${word}${due === undefined ? '' : `, ${speech.time(due)}`}`);
  }
  return sheet.toString();
}
