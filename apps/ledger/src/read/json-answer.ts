// Which answers are written by their question itself? Those that may be long: whole, or piece by piece while they are made.

/** How an answer that is not made yet is sent: each piece when the one before has left. `gone` is aborted when nobody listens any more. */
export type Pieces = (gone: AbortSignal) => AsyncIterable<Buffer>;

const json = 'application/json; charset=utf-8';

/** JSON unless `media` says otherwise. */
export class JsonAnswer {
  constructor(
    readonly body: Buffer | Pieces,
    readonly media = json,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}
