// Why does a copy not go on or not finish? One code each, and the first place where two stores differ.
import { type StoredEvent } from '@derbes/event-store';

export type CopyErrorCode =
  | 'COPY_DIFFERS'
  | 'COPY_UNDER_WAY'
  | 'COPY_UNSUPPORTED'
  | 'CLAIMS_OPEN'
  | 'LEDGER_MISSING'
  | 'NOTHING_TO_ABANDON'
  | 'NOT_THE_OWNER'
  | 'OPTIONS_MALFORMED'
  | 'PLACE_MALFORMED'
  | 'SAME_PLACE'
  | 'SOURCE_FORGED'
  | 'SOURCE_NOT_LIVE'
  | 'SOURCE_STILL_WRITTEN'
  | 'TARGET_NOT_HOME'
  | 'TARGET_OF_ANOTHER_LEDGER';

/** Where the sides part; absent at a side that ends before. Positions are each store's own. */
export interface Difference {
  readonly source?: EventPlace;
  readonly target?: EventPlace;
}

export interface EventPlace {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly id?: string;
}

/** The message says what to do, and holds no address and no value of an event. */
export class CopyError extends Error {
  constructor(
    readonly code: CopyErrorCode,
    message: string,
    readonly difference?: Difference,
  ) {
    super(`${code}: ${message}`);
  }
}

export function differs(source: StoredEvent | undefined, target: StoredEvent | undefined): CopyError {
  const difference = { ...(source && { source: placeIn(source) }), ...(target && { target: placeIn(target) }) };
  const first = source ?? target;
  const what =
    source && target
      ? sameAddress(source, target)
        ? 'the same event has other bytes on the two sides'
        : `the target has ${target.stream} revision ${target.revision} there`
      : source
        ? 'the target ends before it'
        : 'the target goes on where the source has ended';
  return new CopyError(
    'COPY_DIFFERS',
    `source and target part at position ${first?.position ?? '-'} of the ${source ? 'source' : 'target'}, ` +
      `stream ${first?.stream ?? '-'} revision ${first?.revision ?? '-'}: ${what}. Nothing is switched. ` +
      'If the source is whole, copy into an empty target.',
    difference,
  );
}

const sameAddress = (a: StoredEvent, b: StoredEvent): boolean =>
  a.id === b.id && a.stream === b.stream && a.revision === b.revision;

const placeIn = ({ position, stream, revision, id }: StoredEvent): EventPlace => ({ position, stream, revision, id });
