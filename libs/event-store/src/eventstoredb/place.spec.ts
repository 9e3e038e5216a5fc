// Is EVENTSTORE_URL taken for what it says, and refused before it could do harm or be repeated in a message?
import { describe, expect, it } from '@jest/globals';
import { codeOf } from '../testing/samples.js';
import { openEventStoreDb } from './open.js';
import { parsePlace } from './place.js';

describe('a connection string', () => {
  it.each([
    ['esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113?tls=false', false],
    ['kurrentdb://db.example', 'esdb://db.example', true],
    ['kurrentdb+discover://db.example:2113/?tls=true', 'esdb+discover://db.example:2113?tls=true', true],
    ['esdb://a:p%3Aw@one:1,two:2?nodePreference=leader', 'esdb://a:p%3Aw@one:1,two:2?nodePreference=leader', true],
    [
      'esdb://h?tlsCAFile=/keys/ca.crt&keepAliveInterval=10000',
      'esdb://h?tlsCAFile=/keys/ca.crt&keepAliveInterval=10000',
      true,
    ],
  ])('is understood: %s', (url, connectionString, tls) => {
    expect(parsePlace(url)).toMatchObject({ connectionString, tls });
  });

  it('names the hosts, each with the usual port when it names none', () => {
    expect(parsePlace('esdb://u:secret@one,two:2114').hosts).toEqual([
      { host: 'one', port: 2113 },
      { host: 'two', port: 2114 },
    ]);
  });

  it.each([
    'http://db.example:2113',
    'postgres://db.example',
    'esdb://',
    'esdb://db.example:99999',
    'esdb://db.example:port',
    'esdb://u:secret:more@db.example',
    'esdb://u@db.example',
    'esdb://db.example?tls=no',
    'esdb://db.example?secret',
    'esdb://u:secret@db.example?throwOnAppendFailure=false',
    'esdb://u:secret@db.example?nodePreference=follower',
    'esdb://u:secret@db.example?tlsVerifyCert=false',
    'esdb://u:secret@db.example?secret=1',
    'esdb://u:secret@db.example?keepAliveInterval=5',
    'esdb://u:secret@db.example?tlsCAFile=/nowhere/secret.crt',
  ])('that is not taken stops the start with a code and repeats no password: %s', async (url) => {
    const opened = openEventStoreDb(url, { waitMs: 0 });
    await expect(opened).rejects.toEqual(codeOf('STORE_URL_MALFORMED'));
    await expect(opened).rejects.not.toMatchObject({ message: expect.stringMatching(/secret:|:secret|secret@/) });
  });
});
