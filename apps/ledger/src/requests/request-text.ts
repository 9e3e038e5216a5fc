// How does a request look as plain text, for the officer at work on it?
import { type Language } from '@derbes/policy';
import { registerCodes } from '../read/text/register-words.js';
import { Sheet } from '../read/text/sheet.js';
import { speechOf } from '../read/text/speech.js';
import { type RequestView } from './request-queries.js';
import { deliveryWords, recordsWords, rightWords, stateWords, words, type Word } from './request-words.js';
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
  const last = view.deliveries.at(-1)?.facts as
    { readonly outcome: keyof typeof deliveryWords; readonly happened: string } | undefined;
  const { standing, due } = view.records;
  sheet.fields([
    [say('delivery'), last && `${speech.label(deliveryWords[last.outcome])}, ${speech.time(last.happened)}`],
    [say('records'), `${speech.label(recordsWords[standing])}${due === undefined ? '' : `, ${speech.day(due)}`}`],
  ]);
  if (view.tasks.length > 0) sheet.heading(say('holders'));
  for (const { holder, uploader, state, due } of view.tasks) {
    const stands = registerCodes[state];
    const word = stands ? speech.label(stands) : speech.free(state);
    sheet.bullet(`${holder ?? uploader ?? ''}: ${word}${due === undefined ? '' : `, ${speech.time(due)}`}`);
  }
  return sheet.toString();
}
