// Is an error told from a refusal rightly? After an ambiguous one the same call is made again; after a refusal never.
import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { StoreUnavailable, WrongRevision } from '../errors.js';
import { refusalOf } from './faults.js';

describe('an error of the client', () => {
  it.each([
    ['the server is away', new UnavailableError()],
    ['gRPC itself failed', Object.assign(new Error('14 UNAVAILABLE'), { code: 14 })],
    ['the server is not ready', new UnknownError(undefined, 'Could not recognize Server Is Not Ready')],
    ['the deadline passed, or the same id is under way', new DeadlineExceededError()],
    ['the commit took too long', new TimeoutError()],
    ['the stream was reset', new UnknownError(undefined, '13 INTERNAL: Received RST_STREAM with code 2')],
    ['the server cancelled the call', new CancelledError()],
    ['we waited long enough', new StoreUnavailable('EventStoreDB is silent')],
    ['nobody has seen it before', new TypeError('undefined is not iterable')],
  ])('is no refusal when %s', (_, error) => {
    expect(refusalOf(error, 'policy')).toBeUndefined();
  });

  it.each([
    ['STREAM_DELETED', StreamDeletedError.fromStreamName('policy')],
    ['STORE_ACCESS_DENIED', new AccessDeniedError()],
    ['APPEND_TOO_LARGE', MaxAppendSizeExceededError.fromMaxAppendSize(1024)],
    ['WRONG_REVISION', new WrongRevision('policy', 0, 1)],
  ])('is the refusal %s', (code, error) => {
    expect(refusalOf(error, 'policy')).toMatchObject({ code });
  });

  it('is a malformed position when the server knows no event there', () => {
    const error = new UnknownError(undefined, 'Read failed: InvalidPosition');
    expect(refusalOf(error, '$all', '17')).toMatchObject({ code: 'MALFORMED_POSITION', position: '17' });
  });
});
