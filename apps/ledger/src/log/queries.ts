// What may somebody ask of the log? Its files as they are published, the proof that an event is in it, and what opens a value in it.
import { type Tile } from '@derbes/transparency';
import { Query } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Optional, Pattern, Uuid } from '../http/form/field.js';
import { type Asked } from '../keys/asked.js';
import { AskedQuery } from '../read/queries.js';
import { type OpeningFile } from './opening-file.js';

/** Nobody asks where a setting opened the log to everybody. */
abstract class LogQuery extends Query<Buffer> {
  asked?: Asked;
}

/** The published checkpoint, byte for byte. */
export class ReadCheckpoint extends LogQuery {}

/** C2SP tlog-policy of the log: its keys, its witnesses and their quorum. */
export class ReadLogPolicy extends LogQuery {}

/** One file of the published tree. */
export class ReadTile extends LogQuery {
  tile: Tile;
}

/** C2SP tlog-proof of an event, whose `extra` is the event itself; `undefined` answers 404. */
export class ReadReceipt extends AskedQuery<string | undefined> {
  event: string;
}

/** What opens the commitments of an event to one person's values; `undefined` answers 404. */
export class ReadOpening extends AskedQuery<OpeningFile | undefined> {
  event: string;
  /** Whose values, where not those of the person in whose stream the event stands. */
  @Optional() @Uuid() subject?: string;
}

const placePattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(?:0|[1-9][0-9]{0,4})$/;
const placeCharsMax = 42;

export interface BlobsPage {
  /** `blob`: nonce, ciphertext and tag in base64, whose SHA-256 the event names for `p`. */
  readonly items: readonly { readonly event: string; readonly p: string; readonly blob: string }[];
  /** For `after` of the next page; absent on the last. */
  readonly next?: string;
}

/** Sealed values of living owners in the first `size` events. */
export class ReadBlobs extends AskedQuery<BlobsPage> {
  @Type(() => Number) @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) size: number;
  @Optional() @Pattern(placePattern, placeCharsMax, 'the `next` of an earlier page') after?: string;
}
