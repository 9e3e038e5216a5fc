// Which answers are written as JSON by their question itself? Those about one person: whole, or piece by piece while they are made.

/** How an answer that is not made yet is sent: each piece when the one before has left. `gone` is aborted when nobody listens any more. */
export type Pieces = (gone: AbortSignal) => AsyncIterable<Buffer>;

export class JsonAnswer {
  constructor(readonly body: Buffer | Pieces) {}
}
