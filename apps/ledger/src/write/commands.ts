// What may somebody want done here? Each command is its own HTTP body: one class for its form, its schema and its handler.
import { type ChangeDuty, type ChangeKind } from '@derbes/policy';
import { Command } from '@nestjs/cqrs';
import {
  Bin,
  Code,
  Codes,
  Countries,
  Country,
  Day,
  Moment,
  Nested,
  Optional,
  sealedCharsMax,
  Text,
  Uuid,
  YesOrNo,
} from '../http/form/field.js';
import { type EpochState } from '../epochs/epochs.js';
import { type Asked } from '../keys/asked.js';

/** A policy file and each of its texts. */
export const policyCharsMax = 1_000_000;
export const editionTextCharsMax = 1_000_000;

/** A command taken from a body; the route fills `asked` and what stands in the path, neither of which a body may name. */
export abstract class AskedCommand<R> extends Command<R> {
  asked: Asked;
}

/** What a command did. `repeated`: the same Idempotency-Key again, and the first outcome. */
export interface Done {
  readonly status: 'recorded' | 'repeated';
}

export interface EditionPublished extends Done {
  /** SHA-256 of the stored document: what `GET /v1/policies/{sha256}` and consents name. */
  readonly edition: string;
  readonly inForce: string;
  /** SHA-256 of the edition before it, and what it says otherwise; absent for the first. */
  readonly follows?: string;
  readonly difference?: ChangeKind | 'none';
  readonly asks?: ChangeDuty;
}

/** Full text of the edition per language. */
export class EditionTexts {
  @Optional() @Text(editionTextCharsMax) ru?: string;
  @Optional() @Text(editionTextCharsMax) kk?: string;
  @Optional() @Text(editionTextCharsMax) en?: string;
}

export class PublishPolicy extends AskedCommand<EditionPublished> {
  /** The policy file as it is. */
  @Text(policyCharsMax) yaml: string;
  @Nested(() => EditionTexts) texts: EditionTexts;
  /** From when it is in force; may lie in the past. */
  @Moment() inForce: string;
  /** Code of who says so, such as `director`. */
  @Code() assertedBy: string;
}

export class UndertakingForm {
  /** Number of the document; sealed. */
  @Text(sealedCharsMax) number: string;
  @Day() from: string;
  @Optional() @Day() until?: string;
}

/** Told again, it restates all and lifts a suspension. */
export class RegisterRecipient extends AskedCommand<Done> {
  @Code() recipient: string;
  /** Class of the policy. */
  @Code() class: string;
  @Text(sealedCharsMax) name: string;
  @Optional() @Bin() bin?: string;
  @Country() country: string;
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Nested(() => UndertakingForm) undertaking?: UndertakingForm;
  /** From when on it is so; now when absent. */
  @Optional() @Moment() since?: string;
}

export class SuspendRecipient extends AskedCommand<Done> {
  /** From the path. */
  recipient: string;
  /** Now when absent. */
  @Optional() @Moment() from?: string;
  @Code() ground: string;
}

export class RegisterHolder extends AskedCommand<Done> {
  @Code() holder: string;
  /** Where its copies are kept. */
  @Countries() countries: string[];
  /** From when on it is so; now when absent. */
  @Optional() @Moment() since?: string;
}

export class AppointOfficer extends AskedCommand<Done & { readonly staff: string }> {
  /** Sealed under a key of the person appointed. */
  @Text(sealedCharsMax) name: string;
  @Moment() from: string;
}

/** The subject of the path survives. */
export class MergeSubjects extends AskedCommand<Done> {
  subject: string;
  @Uuid() other: string;
  @Code() ground: string;
}

export class UnmergeSubjects extends AskedCommand<Done> {
  subject: string;
  @Uuid() other: string;
  @Code() ground: string;
}

export class UnlinkIdentifier extends AskedCommand<Done> {
  subject: string;
  /** Event id of the link, from the path. */
  link: string;
  /** Now when absent. */
  @Optional() @Moment() until?: string;
  @Code() ground: string;
}

/** One read model, or all; answered at once, the work is a job. */
export class StartRebuild extends AskedCommand<readonly Rebuild[]> {
  @Optional() @Code() model?: string;
}

/** The epoch's end, and with it of all that was erased in it; answered at its first step, the rest is a job. */
export class CloseEpoch extends AskedCommand<EpochState> {
  /** A close waits because owners are gone that no erasure explains: this key lets it go on, when it is another than the asker's. */
  @Optional() @YesOrNo() approve?: boolean;
  /** There is no backup of the next epoch's keys that was tried out; this key answers for their single copy. */
  @Optional() @YesOrNo() acceptSingleCopy?: boolean;
  /** Fewer witnesses than the log's policy demands cosigned the checkpoint that says that the epoch ended; this key answers for that. */
  @Optional() @YesOrNo() acceptUnwitnessed?: boolean;
}

export interface Rebuild {
  readonly id: string;
  readonly model: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Events applied so far and in all, for a progress bar. */
  readonly applied: number;
  readonly total: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Stable code of why it failed. */
  readonly failure?: string;
}
