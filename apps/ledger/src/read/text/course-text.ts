// What befell the data: identifiers, relations, measures, notices, mentions, errors, and who looked?
import { type Look } from '../dossier-view.js';
import { type Report } from './held-text.js';
import { section } from './passed-text.js';
import { together } from './phrases.js';

export function identifiersSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'identifiers.heading', 'identifiers.none', view.identifiers, (line) => {
    const until =
      line.until &&
      speech.say('identifiers.until', {
        moment: speech.day(line.until.moment),
        ground: speech.free(line.until.ground),
      });
    const said = together(
      line.part && phrases.part(line.part),
      speech.say('identifiers.since', { moment: speech.day(line.since) }),
      until,
    );
    const events = line.until ? [line.event, line.until.event] : [line.event];
    sheet.bullet(`${speech.code('scheme', line.scheme)}: ${said} ${refs.of(...events)}`);
  });
  for (const { moment, scheme, rank, event } of view.contests) {
    const places = {
      moment: speech.time(moment),
      scheme: speech.code('scheme', scheme),
      rank: speech.code('rank', rank),
    };
    sheet.bullet(`${speech.say('contest.line', places)} ${refs.of(event)}`);
  }
}

export function relationsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  const lines = [
    ...view.relations.map(({ kind, moment, event, ended }) => ({
      places: { kind: speech.code('relation', kind), moment: speech.day(moment) },
      key: 'relation' as const,
      event,
      ended,
    })),
    ...view.obligations.map(({ kind, moment, event, closed }) => ({
      places: { kind: speech.free(kind), moment: speech.day(moment) },
      key: 'obligation' as const,
      event,
      ended: closed,
    })),
  ];
  section(report, 'relations.heading', 'relations.none', lines, ({ places, key, event, ended }) => {
    const over = key === 'relation' ? 'relation.ended' : 'obligation.closed';
    const sameDay = key === 'relation' && ended && speech.day(ended.moment) === places.moment;
    const said = ended
      ? speech.say(sameDay ? 'relation.day' : over, { ...places, ended: speech.day(ended.moment) })
      : speech.say(`${key}.open`, places);
    sheet.bullet(`${said} ${refs.of(event, ...(ended ? [ended.event] : []))}`);
  });
}

export function measuresSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  const places = (line: { moment: string; categories: readonly string[]; ground: string }) => ({
    moment: speech.time(line.moment),
    categories: phrases.categories(line.categories),
    ground: speech.free(line.ground),
  });
  const corrections = view.corrections.map((line) => ({
    moment: line.moment,
    said: `${speech.say('correction.line', { ...places(line), holder: line.holder })} ${refs.of(line.event)}`,
  }));
  const blocks = view.blocks.map((line) => {
    const where = line.holder ? speech.say('block.in', { holder: line.holder }) : speech.say('block.everywhere');
    const ends = line.ended.map((end) => `${speech.say('block.ended', places(end))} ${refs.of(end.event)}`);
    return {
      moment: line.moment,
      said: together(`${speech.say('block.line', { ...places(line), where })} ${refs.of(line.event)}`, ...ends),
    };
  });
  const destructions = view.destructions.map((line) => {
    const said = speech.say('destruction.line', {
      ...places(line),
      manner: speech.code('manner', line.manner),
      holder: line.holder,
      method: speech.free(line.method),
    });
    const copies = line.copiesUntil && speech.say('ended.copies', { date: speech.day(line.copiesUntil) });
    return { moment: line.moment, said: `${together(said, copies)} ${refs.of(line.event)}` };
  });
  const lines = [...corrections, ...blocks, ...destructions].sort((a, b) => (a.moment < b.moment ? -1 : 1));
  section(report, 'measures.heading', 'measures.none', lines, ({ said }) => sheet.bullet(said));
}

export function noticesSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'notices.heading', 'notices.none', view.notices, ({ moment, about, channel, event, transfers }) => {
    const places = { moment: speech.time(moment), about: speech.free(about), channel: speech.free(channel) };
    sheet.bullet(`${speech.say('notice.line', places)} ${refs.of(event, ...transfers)}`);
  });
}

export function mentionsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'mentions.heading', 'mentions.none', view.mentions, (line) => {
    const categories = phrases.categories(line.categories);
    const said =
      line.moment === undefined
        ? speech.say('mention.unlocated', { categories })
        : speech.say('mention.line', { categories, moment: speech.time(line.moment), source: line.source ?? '-' });
    sheet.bullet(`${said} ${refs.of(line.event)}`);
  });
  if (view.mentions.length > 0) sheet.text(speech.say('mentions.intro'));
}

export function errorsSection(report: Report): void {
  const { view, sheet, phrases, refs } = report;
  const { speech } = phrases;
  section(report, 'retracted.heading', 'retracted.none', view.retracted, ({ moment, type, event, retraction }) => {
    const places = {
      moment: speech.time(moment),
      type: speech.code('event', type),
      retracted: speech.time(retraction.moment),
      ground: speech.free(retraction.ground),
    };
    sheet.bullet(`${speech.say('retracted.line', places)} ${refs.of(event, retraction.event)}`);
  });
  // What an event says was destroyed is not missing: it stands among the erasures.
  const missing = view.missing.filter(({ state }) => state !== 'erased');
  if (missing.length === 0) return;
  sheet.heading(speech.say('missing.heading'));
  for (const { categories, event } of missing) {
    const named = categories.length > 0 ? phrases.categories(categories) : speech.say('missing.unnamed');
    sheet.bullet(`${speech.say('missing.line', { categories: named })} ${refs.of(event)}`);
  }
}

export function accessSection(report: Report): void {
  const { view, sheet, phrases } = report;
  const { speech } = phrases;
  const { now, lines, reaches, more } = view.access;
  const write = (moment: string, { question, role, reason }: Look): void => {
    const places = {
      moment,
      question: speech.code('question', question),
      role: speech.code('asker', role),
      reason: reason ? speech.code('reason', reason) : speech.say('access.no-reason'),
    };
    sheet.bullet(speech.say('access.line', places));
  };
  sheet.heading(speech.say('access.heading'));
  write(speech.say('access.now'), now);
  if (lines.length === 0) sheet.text(speech.say('access.none'));
  for (const line of lines) write(speech.time(line.at), line);
  if (more) sheet.text(speech.say('access.more', { count: String(lines.length) }));
  sheet.text(reaches ? speech.say('access.reaches', { moment: speech.time(reaches) }) : speech.say('access.unreached'));
}
