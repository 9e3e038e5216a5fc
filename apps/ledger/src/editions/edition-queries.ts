// What may be asked about editions and what is done under them?
import { type Labels, type Change, type Difference } from '@derbes/policy';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Optional, Sha256 } from '../http/form/field.js';
import { ReadableQuery } from '../read/queries.js';
import { type Practice } from './practice.js';

const unpractisedDaysMax = 3_660;

interface Side {
  readonly edition: string;
  readonly document: string;
  readonly inForce: string;
}

export interface EditionDifference extends Omit<Difference, 'changes'> {
  readonly older: Side;
  readonly newer: Side;
  readonly changes: readonly (Change & { readonly why: Labels })[];
}

/** What is done with data, beside what the edition in force says of it; `undefined` answers 404 before there is one. */
export class ReadActivities extends ReadableQuery<Practice | undefined> {
  /** After how many days without practice what is declared is told of. */
  @Optional() @Type(() => Number) @IsInt() @Min(1) @Max(unpractisedDaysMax) days?: number;
}

/** What an edition says otherwise than another; `undefined` answers 404. */
export class ReadDifference extends ReadableQuery<EditionDifference | undefined> {
  /** SHA-256 of the newer edition, from the path. */
  document: string;
  /** SHA-256 of the edition that it is compared with; the one before it when absent. */
  @Optional() @Sha256() from?: string;
}
