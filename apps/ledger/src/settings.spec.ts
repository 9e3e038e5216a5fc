// Is every setting read, defaulted, and named when wrong?
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultLimits, readSettings, WrongSettings } from './settings.js';

const mistakesOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return (error as WrongSettings).mistakes;
  }
};

describe('the settings', () => {
  it('have a default each', () => {
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      dataDir: resolve('data'),
      keepDir: resolve('keep'),
      logDir: resolve('data', 'log'),
      logOpen: 'nothing',
      epochHours: 0,
      databaseConnectionsMax: 20,
      webhookNetworks: [],
      clocks: { leadHours: 24, sweepSeconds: 60 },
      retentionSweepSeconds: 60,
      role: 'all',
      logLevel: 'info',
      emitterSource: 'urn:example:service',
      limits: defaultLimits,
    });
  });

  it('are taken from the environment', () => {
    const settings = readSettings({ PORT: '0', HOST: '::1', DATABASE_URL: 'postgres://u:p@h/d', ROLE: 'worker' });
    expect(settings).toMatchObject({ port: 0, host: '::1', databaseUrl: 'postgres://u:p@h/d', role: 'worker' });
  });

  it.each([
    ['PORT', '80 80'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['ROLE', 'everything'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://u:secret@h/d'],
    ['EVENTSTORE_URL', 'http://u:secret@h:2113'],
    ['DATABASE_CONNECTIONS_MAX', '1'],
    ['EMITTER_SOURCE', 'urn: a b'],
    ['BODY_BYTES_MAX', '12'],
    ['REQUEST_TIMEOUT_MS', '1e9'],
  ])('%s=%s is refused by name, and the value is not repeated', (name, value) => {
    const [mistake, ...others] = mistakesOf({ [name]: value });
    expect(mistake).toMatch(new RegExp(`^${name} must be`));
    expect(mistake).not.toContain('secret');
    expect(others).toEqual([]);
  });

  it('are all named at once when several are wrong', () => {
    expect(mistakesOf({ PORT: 'x', ROLE: 'x', LOG_LEVEL: 'x' })).toHaveLength(3);
    expect(() => readSettings({ PORT: 'x' })).toThrow(WrongSettings);
  });

  it.each(['http', 'worker'])('need DATABASE_URL where ROLE=%s: the embedded one serves one process', (ROLE) => {
    expect(mistakesOf({ ROLE })).toEqual([expect.stringMatching(/^ROLE=\w+ needs DATABASE_URL/)]);
  });

  it('take the connection string of EventStoreDB as it is', () => {
    const url = 'esdb+discover://u:p@a:2113,b:2113?tls=true';
    expect(readSettings({ EVENTSTORE_URL: url }).eventstoreUrl).toBe(url);
  });

  it('need DATABASE_URL where DATABASE_OWNER_URL is given', () => {
    expect(mistakesOf({ DATABASE_OWNER_URL: 'postgres://o:p@h/d' })).toHaveLength(1);
  });
});

describe('a key service', () => {
  const KEY_SERVICE_URL = 'https://keys.example:8200';
  const KEY_SERVICE_TOKEN_FILE = '/run/secrets/key-service-token';

  it('is named by its address and the file of its token', () => {
    const named = { KEY_SERVICE_URL, KEY_SERVICE_TOKEN_FILE, KEY_SERVICE_MOUNT: 'kv', KEY_SERVICE_PATH: 'ledgers/one' };
    expect(readSettings(named).keyService).toEqual({
      url: KEY_SERVICE_URL,
      tokenFile: KEY_SERVICE_TOKEN_FILE,
      mount: 'kv',
      path: 'ledgers/one',
    });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['without a token', { KEY_SERVICE_URL }, /needs KEY_SERVICE_TOKEN_FILE/],
    ['by half', { KEY_SERVICE_MOUNT: 'kv' }, /^KEY_SERVICE_MOUNT needs KEY_SERVICE_URL/],
    ['in clear', { KEY_SERVICE_URL: 'http://keys.example:8200', KEY_SERVICE_TOKEN_FILE }, /over https/],
    ['with a secret in it', { KEY_SERVICE_URL: 'https://u:secret@keys.example', KEY_SERVICE_TOKEN_FILE }, /in a file/],
    ['outside its mount', { KEY_SERVICE_URL, KEY_SERVICE_TOKEN_FILE, KEY_SERVICE_PATH: '../sys' }, /mount or path/],
    ['with no CA', { KEY_SERVICE_URL, KEY_SERVICE_TOKEN_FILE, KEY_SERVICE_CA_FILE: '/none.pem' }, /CA_FILE must name/],
  ])('named %s is refused by name', (_, environment, why) => {
    const mistakes = mistakesOf(environment);
    expect(mistakes).toEqual([expect.stringMatching(why)]);
    expect(mistakes.join()).not.toContain('secret@');
  });
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'derbes-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('is read as if it stood in the environment', () => {
    const named = {
      DATABASE_URL_FILE: file('database', 'postgres://u:p@h/d\n'),
      DATABASE_OWNER_URL_FILE: file('owner', 'postgres://o:p@h/d'),
      EVENTSTORE_URL_FILE: file('store', 'esdb://h:2113?tls=false\n'),
      ROLE: 'http',
    };
    expect(readSettings(named)).toMatchObject({
      databaseUrl: 'postgres://u:p@h/d',
      databaseOwnerUrl: 'postgres://o:p@h/d',
      eventstoreUrl: 'esdb://h:2113?tls=false',
    });
  });

  it('is refused by name when it is missing, empty, too long, malformed or told twice, and is not repeated', () => {
    const mistakes = [
      { DATABASE_URL_FILE: join(folder, 'none') },
      { DATABASE_URL_FILE: file('empty', ' \n') },
      { EVENTSTORE_URL_FILE: file('long', 'x'.repeat(9_000)) },
      { DATABASE_URL_FILE: file('wrong', 'mysql://u:secret@h/d') },
      { DATABASE_URL_FILE: file('twice', 'postgres://u:p@h/d'), DATABASE_URL: 'postgres://u:secret@h/d' },
    ].map((environment) => mistakesOf(environment));
    expect(mistakes.map((found) => found.length)).toEqual([1, 1, 1, 1, 1]);
    expect(mistakes.flat().join()).not.toContain('secret');
  });
});
