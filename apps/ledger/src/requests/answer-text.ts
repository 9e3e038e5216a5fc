// What does the answer to a request say, on paper? In Russian, Kazakh or English, with the dossier behind it.
import { type Language } from '@derbes/policy';
import { dossierText } from '../read/text/dossier-text.js';
import { Phrases } from '../read/text/phrases.js';
import { Sheet } from '../read/text/sheet.js';
import { speechOf, type Speech } from '../read/text/speech.js';
import { type AnswerView, type FrozenAnswerView } from './answer-view.js';
import { outcomeWords, rightWords, words, type Word } from './request-words.js';

export function answerText(frozen: FrozenAnswerView, language: Language): string {
  const { answer } = frozen;
  const speech = speechOf(language);
  const say = (word: Word): string => speech.label(words[word]);
  const sheet = new Sheet().title(say('answer')).fields([
    [say('request'), answer.request],
    [say('right'), speech.label(rightWords[answer.right])],
    [say('received'), speech.time(answer.received)],
    [say('made'), speech.time(answer.made)],
    [say('outcome'), speech.label(outcomeWords[answer.outcome])],
    [say('hash'), frozen.hash],
    [say('salt'), answer.salt],
    [say('log'), answer.head && `${answer.head.size} ${answer.head.root}`],
  ]);
  if (frozen.same === 'no') sheet.gap().text(say('changed'));
  if (answer.outcome === 'nothing-held') sheet.gap().text(say('nothing'));
  if (answer.opens.what === 'links') sheet.gap().text(say('in-part'));
  if (answer.opens.what === 'scope') sheet.gap().text(say('scope'));
  holders(sheet, answer, speech, say);
  reports(sheet, answer, speech, say);
  if (answer.uploaders.length > 0) {
    sheet.heading(say('uploaders'));
    for (const uploader of answer.uploaders) {
      sheet.bullet(`${uploaderName(uploader, say)}: ${uploader.categories.join(', ')}`);
    }
  }
  if (answer.done.length > 0) {
    sheet.heading(say('done'));
    for (const event of answer.done) sheet.bullet(event);
  }
  if (answer.dossier) return `${sheet.gap().toString()}\n${dossierText(answer.dossier, language)}`;
  return sheet.gap().text(speech.say('closing')).toString();
}

function holders(sheet: Sheet, { holders: all, complete, differences }: AnswerView, speech: Speech, say: Saying): void {
  if (all.length === 0) return;
  sheet.heading(say('holders'));
  for (const { holder, said, confirmed } of all) {
    const words =
      confirmed === undefined
        ? say(said === 'refused' ? 'holder-refused' : 'silent')
        : `${say('confirmed')} ${speech.day(confirmed)}`;
    sheet.bullet(`${holder}: ${words}`);
  }
  sheet.text(say(complete === 'yes' ? 'complete' : 'incomplete'));
  for (const { code, holder, categories } of differences) {
    sheet.bullet(`${holder}: ${say(code === 'UNTOLD_HOLDING' ? 'untold' : 'gone')} ${categories.join(', ')}`);
  }
}

function reports(sheet: Sheet, { reports: all, dossier }: AnswerView, speech: Speech, say: Saying): void {
  const told = all.filter(({ held }) => held.length > 0);
  if (told.length === 0) return;
  sheet.heading(say('reports'));
  const phrases = new Phrases(dossier?.wording ?? noWording, speech.language);
  for (const { holder, held } of told) {
    sheet.fields(
      held.map(({ category, value }) => [`${holder}: ${category}`, value ? phrases.part(value) : say('no-value')]),
    );
  }
}

/** Where neither opens any more, the id stands: the person can name it to the controller. */
function uploaderName({ organisation, name, bin }: AnswerView['uploaders'][number], say: Saying): string {
  const told = [name, bin].map((part) =>
    part?.state === 'opened' && typeof part.value === 'string' ? part.value : '',
  );
  const [called = '', number = ''] = told;
  const named = [called, number && `${say('bin')} ${number}`].filter((one) => one !== '').join(', ');
  return named === '' ? organisation : named;
}

type Saying = (word: Word) => string;
const noWording = {
  language: 'ru' as const,
  categories: {},
  purposes: {},
  classes: {},
  bases: {},
  statutory: {},
  rights: [],
  acts: {},
};
