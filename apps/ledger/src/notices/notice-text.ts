// What does a person read who is told that her data was passed on? Who got what, when, why and on what ground; no value of hers.
import { type NoticeDuty, type NoticePlan } from '@derbes/domain';
import { type DeclaredPolicy, type Labels, type Language, type Profile } from '@derbes/policy';
import { Sheet, type Field } from '../read/text/sheet.js';
import { speechOf, type Speech } from '../read/text/speech.js';
import { words, type Word } from './notice-words.js';

/** Moments that one line names; of more the first and the last are told, with how many. */
const momentsMax = 20;

/** What the codes of a transfer mean, by the edition that it names. */
export interface Meanings {
  /** The edition in force, whose controller speaks. */
  readonly edition: DeclaredPolicy | undefined;
  readonly policyOf: (duty: NoticeDuty) => DeclaredPolicy | undefined;
  readonly profileOf: (duty: NoticeDuty) => Profile | undefined;
  /** Name and BIN of a recipient as registered, by code; the code speaks for one without. */
  readonly recipients: ReadonlyMap<string, { readonly name?: string; readonly bin?: string }>;
}

export interface NoticeHead {
  readonly notice: string;
  readonly made: string;
  /** Random; whoever has the text proves it by its hash, and nobody can guess it. */
  readonly salt: string;
}

export function noticeText(plan: NoticePlan, head: NoticeHead, meanings: Meanings, language: Language): string {
  const speech = speechOf(language);
  const say = (word: Word): string => speech.label(words[word]);
  const controller = meanings.edition?.policy.controller;
  const sheet = new Sheet().title(say('title')).fields([
    [say('controller'), controller && speech.label(controller.name)],
    [say('bin'), controller?.bin],
    [say('address'), controller?.address],
    [say('contacts'), controller?.contacts.map(({ value }) => value).join(', ')],
    [say('number'), head.notice],
    [say('made'), speech.time(head.made)],
    [say('salt'), head.salt],
  ]);
  sheet.gap().text(say(plan.representation ? 'says-representative' : 'says'));
  for (const duties of alike(plan.duties)) sheet.gap().fields(linesOf(duties, meanings, speech, say), 1);
  return sheet.gap().text(say('rights')).toString();
}

/** Transfers of the same data to the same recipient for the same purposes on the same ground are one line. */
function alike(duties: readonly NoticeDuty[]): readonly (readonly [NoticeDuty, ...NoticeDuty[]])[] {
  const groups = new Map<string, [NoticeDuty, ...NoticeDuty[]]>();
  for (const duty of duties) {
    const { facts, edition } = duty.transfer;
    const { recipient, country, mode, categories, purposes, basis, ground } = facts;
    const key = JSON.stringify([
      recipient,
      country,
      mode,
      categories,
      purposes,
      basis ?? null,
      ground ?? null,
      edition,
    ]);
    const group = groups.get(key);
    if (group) group.push(duty);
    else groups.set(key, [duty]);
  }
  return [...groups.values()];
}

function linesOf(
  duties: readonly [NoticeDuty, ...NoticeDuty[]],
  meanings: Meanings,
  speech: Speech,
  say: (word: Word) => string,
): readonly Field[] {
  const [first] = duties;
  const { facts } = first.transfer;
  const policy = meanings.policyOf(first);
  const named = (entry: { readonly label: Labels } | undefined, code: string) =>
    entry ? speech.label(entry.label) : code;
  const known = meanings.recipients.get(facts.recipient);
  const kind = first.recipientClass;
  return [
    [say('recipient'), known?.name ?? facts.recipient],
    [say('bin'), known?.bin],
    [say('kind'), kind === undefined ? undefined : named(policy?.recipientClass(kind), kind)],
    [say('country'), speech.country(facts.country)],
    [say('mode'), say(facts.mode)],
    [say('data'), facts.categories.map((code) => named(policy?.category(code), code)).join(', ')],
    [say('purpose'), facts.purposes.map((code) => named(policy?.purpose(code), code)).join('; ')],
    [say('basis'), basisOf(first, meanings, speech) ?? say('unnamed')],
    [say('ground-abroad'), groundOf(first, meanings, speech)],
    [say('when'), momentsOf(duties, speech)],
  ];
}

function basisOf(duty: NoticeDuty, meanings: Meanings, speech: Speech): string | undefined {
  const { basis } = duty.transfer.facts;
  if (!basis) return undefined;
  const row = meanings.profileOf(duty)?.bases.find(({ code }) => code === basis.code);
  const entry = row ?? meanings.policyOf(duty)?.basis(basis.code);
  const law = basis.law !== undefined && basis.article !== undefined ? `${basis.law}:${basis.article}` : row?.article;
  const says = entry ? speech.label(entry.label) : basis.code;
  return law === undefined ? says : `${says} (${speech.article(law)})`;
}

function groundOf(duty: NoticeDuty, meanings: Meanings, speech: Speech): string | undefined {
  const { ground } = duty.transfer.facts;
  if (ground === undefined) return undefined;
  const row = meanings.profileOf(duty)?.cross_border.find(({ code }) => code === ground);
  return row ? `${speech.label(row.label)} (${speech.article(row.article)})` : ground;
}

function momentsOf(duties: readonly NoticeDuty[], speech: Speech): string {
  const moments = duties.map(({ transfer }) => transfer.occurred);
  if (moments.length <= momentsMax) return moments.map((moment) => speech.time(moment)).join('; ');
  const [first = '', last = ''] = [moments[0], moments.at(-1)];
  return `${speech.time(first)} – ${speech.time(last)} (× ${moments.length})`;
}
