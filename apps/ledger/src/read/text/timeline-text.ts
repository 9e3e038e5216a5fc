// What happened to a person's data, told line by line as plain text?
import { type Language } from '@derbes/policy';
import { type TimelineView } from '../dossier-view.js';
import { Sheet } from './sheet.js';
import { speechOf } from './speech.js';

/** The whole timeline, lines of at most 100 columns. */
export function timelineText(view: TimelineView, language: Language): string {
  const speech = speechOf(language);
  const sheet = new Sheet()
    .title(speech.say('title.timeline'))
    .text(speech.say('intro.timeline'))
    .gap()
    .fields([
      [speech.say('as-of'), speech.time(view.asOf)],
      [speech.say('as-known-at'), speech.time(view.asKnownAt)],
      [speech.say('person'), view.subject],
      [speech.say('merged'), view.merged.join(', ')],
    ])
    .text(speech.say('local-time'));
  if (view.lines.length === 0) sheet.gap().text(speech.say('timeline.none'));
  let day = '';
  for (const line of view.lines) {
    const today = speech.day(line.moment);
    if (today !== day) sheet.heading(today);
    day = today;
    sheet.bullet(`${speech.clock(line.moment)}  ${line.says}`);
    const late = speech.time(line.recorded) !== speech.time(line.moment);
    const notes = [
      line.source && speech.say('timeline.source', { source: line.source }),
      late && speech.say('timeline.recorded', { moment: speech.time(line.recorded) }),
      line.sealed > 0 && speech.say('timeline.sealed', { count: String(line.sealed) }),
      line.retracted && speech.say('timeline.retracted', { moment: speech.time(line.retracted.moment) }),
      line.findings.length > 0 &&
        `${speech.say('findings')}: ${[...new Set(line.findings.map(({ code }) => speech.code('finding', code)))].join(', ')}`,
    ].filter((note) => typeof note === 'string' && note !== '');
    if (notes.length > 0) sheet.text(notes.join('; '), 1);
    sheet.text(line.event, 1);
  }
  return sheet.gap().text(speech.say('closing')).toString();
}
