// How does a notice come to be? Planned on what stands on the disk about the person, worded, and sealed with its task in one command.
import {
  foldOfFamily,
  noticeDrafts,
  planNotice,
  recipientAt,
  survivorOf,
  type Folds,
  type NoticeDuty,
  type NoticePlan,
  type PrepareNotice,
  type SubjectFold,
  type TaskOutside,
} from '@derbes/domain';
import { type Language } from '@derbes/policy';
import { asOwnerName, type OwnerName } from '@derbes/vault';
import { createHash, randomBytes } from 'node:crypto';
import { placesOf } from '../erasure/places.js';
import { openTraced, tracedBy } from '../read/open-parts.js';
import { type Plan } from '../write/command-writer.js';
import { foldsOf } from '../write/folds-of.js';
import { type Head } from '../write/unit-maker.js';
import { type Writers } from '../write/writers.js';
import { type NoticeMade } from './notice-commands.js';
import { noticeText, type Meanings } from './notice-text.js';
import { chunksOf } from '../write/text-chunks.js';

const saltBytes = 16;

export interface NoticeMakerParts extends Pick<Writers, 'cache' | 'vault' | 'registers'> {
  readonly erasedAmong: (owners: readonly OwnerName[]) => Promise<ReadonlySet<OwnerName>>;
}

export interface NoticeAsked extends PrepareNotice {
  readonly language?: Language | undefined;
  readonly made: 'by-itself' | 'by-officer';
}

export interface PersonNow {
  readonly survivor: string;
  readonly family: SubjectFold;
  readonly heads: ReadonlyMap<string, Head>;
}

export interface Worded {
  readonly plan: NoticePlan;
  readonly text: string;
  readonly told: NoticeMade;
  readonly folds: Folds;
  readonly heads: ReadonlyMap<string, Head>;
  readonly outside: TaskOutside;
}

export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export class NoticeMaker {
  constructor(private readonly parts: NoticeMakerParts) {}

  /** The survivor of her merges on the disk with everybody merged into her, and where those streams ended. */
  async person(subject: string, at: string): Promise<PersonNow> {
    const { folds, heads } = await foldsOf(this.parts, [subject], at);
    const survivor = survivorOf(subject, folds);
    if (survivor !== subject) return this.person(survivor, at);
    return { survivor, family: foldOfFamily(subject, folds), heads };
  }

  /** Refuses as `planNotice` does. */
  async worded(asked: NoticeAsked, notice: string, at: string): Promise<Worded> {
    const { registers } = this.parts;
    const { folds, heads } = await foldsOf(this.parts, [asked.subject], at);
    const outside: TaskOutside = { ...registers.outside, at, parts: await this.places(folds) };
    const plan = planNotice(asked, folds, outside);
    const meanings = await this.meanings(plan, at);
    const language = asked.language ?? meanings.edition?.policy.edition.authoritative ?? 'ru';
    const salt = randomBytes(saltBytes).toString('hex');
    const text = noticeText(plan, { notice, made: at, salt }, meanings, language);
    const { duties, clock, through, representation } = plan;
    const told: NoticeMade = {
      notice,
      transfers: duties.length,
      language,
      hash: hashOf(text),
      ...(clock && { due: clock.due }),
      ...(through !== undefined && { through }),
      ...(representation && { representative: representation.event }),
    };
    return { plan, text, told, folds, heads, outside };
  }

  /** What is written of it. */
  plan({ plan, text, told, folds, heads, outside }: Worded, made: NoticeAsked['made']): Plan {
    const values = chunksOf(text);
    const { notice, language, hash } = told;
    const drafts = noticeDrafts({ plan, notice, language, hash, chunks: values.length, made }, folds, outside);
    return { drafts, values, heads, result: told };
  }

  /** Her sealed values and the contacts of whoever may act for her, wherever they stand. */
  private async places(folds: Folds) {
    const { vault } = this.parts;
    const owners = [...folds].flatMap(([subject, { state }]) => [
      `subject-${subject}`,
      ...[...state.person.representations.values()].map(({ representative }) => `representative-${representative}`),
    ]);
    return (await Promise.all(owners.map((owner) => placesOf(vault, asOwnerName(owner))))).flat();
  }

  private async meanings({ duties }: NoticePlan, at: string): Promise<Meanings> {
    const { registers } = this.parts;
    const editionOf = (moment: string) => registers.editionAt(moment);
    const declaredOf = (document: string | undefined) =>
      document === undefined ? undefined : registers.outside.documents.policy(document);
    const policyOf = ({ transfer }: NoticeDuty) => declaredOf(transfer.edition ?? editionOf(transfer.occurred));
    return {
      edition: declaredOf(editionOf(at)),
      policyOf,
      profileOf: (duty) => registers.profileAt(duty.transfer.occurred, policyOf(duty)?.policy.edition.jurisdiction),
      recipients: await this.recipients(duties),
    };
  }

  /** Names are sealed; those that no longer open are left out. */
  private async recipients(duties: readonly NoticeDuty[]): Promise<Meanings['recipients']> {
    const { registers, vault, erasedAmong } = this.parts;
    const codes = [...new Set(duties.map(({ transfer }) => transfer.facts.recipient))];
    const last = duties.at(-1)?.transfer.occurred ?? '';
    const history = new Map(registers.history.map((event) => [event.id, event]));
    const traces = new Map([...history.values()].map(({ id, parts }) => [id, parts]));
    const refs = codes.flatMap((code) => {
      const known = recipientAt(registers.registers, code, last);
      const event = known && history.get(known.event);
      if (!known || !event) return [];
      const whose = `organisation-${known.uuid}`;
      return event.parts.map(({ p, owner }) => ({ code, ref: { event: event.id, p, owner: owner ?? whose } }));
    });
    const opened = await openTraced(
      refs.map(({ ref }) => tracedBy(traces)(ref)),
      { vault, erasedAmong },
    );
    const names = new Map<string, { name?: string; bin?: string }>();
    opened.forEach((one, i) => {
      const code = refs[i]?.code;
      if (code === undefined || one.state !== 'opened' || typeof one.value !== 'string') return;
      const known = names.get(code) ?? {};
      if (one.category === 'meta.name') known.name = one.value;
      if (one.category === 'meta.bin') known.bin = one.value;
      names.set(code, known);
    });
    return names;
  }
}
