// Do keys open what they should, for as long as they should, and is only a hash of them kept?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { ApiKeys, cacheMs, officerSource } from './api-keys.js';
import { keysMigrations } from './migrations.js';

let db: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  db = await testDatabase(keysMigrations);
});
afterAll(() => db.drop());

describe('the keys of a ledger', () => {
  it('are made once at the first start, by however many processes start at once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => new ApiKeys(db.app).makeFirst('urn:example:service')));
    expect(made.map((keys) => keys.length).sort()).toEqual([0, 0, 4]);
    expect(made.flat().map(({ role }) => role)).toEqual(['admin', 'officer', 'auditor', 'emitter']);
    expect(made.flat()[3]).toMatchObject({ source: 'urn:example:service' });
  });

  it('open as the role and source they were made for', async () => {
    const keys = new ApiKeys(db.app);
    const { id, key } = await keys.add('emitter', { source: 'urn:example:crm' });
    expect(key).toMatch(/^derbes_emitter_[A-Za-z0-9_-]{43}$/);
    expect(await keys.find(key)).toEqual({ key: id, role: 'emitter', source: 'urn:example:crm' });
    expect(await keys.find(key.replace('emitter', 'admin'))).toBeUndefined();
    expect(await keys.find(`${key}x`)).toBeUndefined();
    expect(await keys.find('')).toBeUndefined();
  });

  it('are kept as hashes alone', async () => {
    const { key } = await new ApiKeys(db.app).add('auditor');
    const { rows } = await db.owner.query<{ all: string }>(
      `select string_agg(k::text || encode(hash, 'escape'), ' ') as all from api_key k`,
    );
    const secret = key.split('_').slice(2).join('_');
    expect(rows[0]?.all).not.toContain(secret);
    expect(rows[0]?.all).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });

  it('stop opening at once where they are revoked, and soon everywhere', async () => {
    let nowMs = 0;
    const here = new ApiKeys(db.app);
    const elsewhere = new ApiKeys(db.app, () => nowMs);
    const { id, key } = await here.add('officer');
    expect(await here.find(key)).toBeDefined();
    expect(await elsewhere.find(key)).toBeDefined();
    const revoked = await here.revoke(id);
    expect(revoked?.revokedAt).toBeDefined();
    expect(await here.find(key)).toBeUndefined();
    nowMs += cacheMs;
    expect(await elsewhere.find(key)).toBeUndefined();
    expect(await here.revoke(id)).toEqual(revoked);
  });

  it('are listed without the key, the revoked ones too', async () => {
    const list = await new ApiKeys(db.app).list();
    expect(list.length).toBeGreaterThanOrEqual(7);
    expect(JSON.stringify(list)).not.toContain('derbes_');
    expect(list.some(({ revokedAt }) => revokedAt !== undefined)).toBe(true);
  });

  it('of emitters need a source, and no other has one', async () => {
    const keys = new ApiKeys(db.app);
    await expect(keys.add('emitter')).rejects.toMatchObject({ code: 'KEY_SOURCE_MISSING' });
    await expect(keys.add('officer', { source: 'urn:example:crm' })).rejects.toMatchObject({
      code: 'KEY_SOURCE_NOT_TAKEN',
    });
    await expect(keys.add('emitter', { source: officerSource })).rejects.toMatchObject({
      code: 'KEY_SOURCE_NOT_TAKEN',
    });
  });

  it('of holders and recipients need the code that they are bound to, and no other has one', async () => {
    const keys = new ApiKeys(db.app);
    const holder = await keys.add('holder', { code: 'crm' });
    expect(holder.key).toMatch(/^derbes_holder_/);
    expect(await keys.find(holder.key)).toEqual({ key: holder.id, role: 'holder', code: 'crm' });
    const recipient = await keys.add('recipient', { code: 'crm' });
    expect(await keys.find(recipient.key)).toEqual({ key: recipient.id, role: 'recipient', code: 'crm' });
    expect((await keys.list()).at(-1)).toMatchObject({ role: 'recipient', code: 'crm' });
    await expect(keys.add('holder')).rejects.toMatchObject({ code: 'KEY_CODE_MISSING' });
    await expect(keys.add('recipient', { code: 'a b' })).rejects.toMatchObject({ code: 'KEY_CODE_NOT_TAKEN' });
    await expect(keys.add('officer', { code: 'crm' })).rejects.toMatchObject({ code: 'KEY_CODE_NOT_TAKEN' });
    await expect(keys.add('holder', { code: 'crm', source: 'urn:example:crm' })).rejects.toMatchObject({
      code: 'KEY_SOURCE_NOT_TAKEN',
    });
  });

  it('cannot be changed or deleted by the service’s own user', async () => {
    await expect(db.app.query('delete from api_key')).rejects.toThrow(/permission denied/);
    await expect(db.app.query(`update api_key set role = 'admin'`)).rejects.toThrow(/permission denied/);
  });
});
