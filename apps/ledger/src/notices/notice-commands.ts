// What may an officer want done about telling a person that her data was passed on, and what is the answer?
import { languages } from '../http/facts/parts.js';
import { sealedCharsMax, Code, Moment, OneOf, Optional, Text, Uuid, YesOrNo } from '../http/form/field.js';
import { AskedQuery, ReadableQuery, type Language } from '../read/queries.js';
import { AskedCommand, type Done } from '../write/commands.js';

export interface NoticeMade {
  /** Its number: the id of the NoticePrepared event. */
  readonly notice: string;
  /** Transfers that it names. */
  readonly transfers: number;
  readonly language: Language;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  /** By when she is to be told; absent while no calendar reaches that far. */
  readonly due?: string;
  /** The holder that sends it; absent where an officer does. */
  readonly through?: string;
  /** The recognition of who is told in her place. */
  readonly representative?: string;
}

export interface NoticePrepared extends Done, NoticeMade {}

export interface NoticePreview extends Omit<NoticeMade, 'notice' | 'hash'> {
  readonly preview: true;
  readonly text: string;
}

/** One notice of everything that she has yet to be told of. */
export class MakeNotice extends AskedCommand<NoticePrepared> {
  /** From the path. */
  subject: string;
  /** The authoritative language of the edition in force when absent. */
  @Optional() @OneOf(languages) language?: Language;
  /** Name also what a notice names that nobody has told yet. */
  @Optional() @YesOrNo() anew?: boolean;
  /** An officer sends it, whoever the edition says does. */
  @Optional() @YesOrNo() byHand?: boolean;
}

/** The same without making it. */
export class PreviewNotice extends AskedQuery<NoticePreview> {
  order: MakeNotice;
}

/** That a notice reached her: by letter, in person, or however it was sent by hand. */
export class RecordNotice extends AskedCommand<Done> {
  /** From the path. */
  notice: string;
  @Code() channel: string;
  /** When it did; now when absent. */
  @Optional() @Moment() happened?: string;
  /** Number of the letter; sealed under the controller's key. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  /** Id of the officer in OfficerAppointed who did it. */
  @Optional() @Uuid() staff?: string;
}

/** A notice as it is read again. */
export interface NoticeView {
  readonly notice: string;
  readonly subject: string;
  readonly made: string;
  readonly by: 'by-itself' | 'by-officer';
  readonly language: Language;
  readonly hash: string;
  /** Whether the text is the one that was made, by its hash; absent where it went with the person. */
  readonly same?: 'yes' | 'no';
  readonly transfers: readonly string[];
  readonly due?: string;
  readonly through?: string;
  readonly representative?: string;
  readonly told?: { readonly event: string; readonly moment: string; readonly channel: string };
  readonly text?: string;
}

/** `undefined` answers 404. */
export class ReadNotice extends ReadableQuery<NoticeView | undefined> {
  notice: string;
}
