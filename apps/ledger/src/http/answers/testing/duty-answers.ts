// Are the controller's own duties answered as described: what is due to go, who is to be told, and what is done with data?
import { expect, it } from '@jest/globals';
import { nobody, type Asking } from './asking.js';

const hour = 3_600_000;
const inAnHour = () => `${new Date(Date.now() + hour).toISOString().slice(0, 19)}Z`;

export function dutiesAreAnsweredAsDescribed(asking: Asking): void {
  const { command, question, inEachForm, keys } = asking;
  const itemsOf = async (register: string) =>
    (await question(`/v1/registers/${register}`)).body['items'] as Record<string, string>[];

  it('what is due of a person, and of a class', async () => {
    const [due] = await itemsOf('retention?status=due');
    expect(due).toBeDefined();
    const { subject = '', category = '', holder = '' } = due ?? {};
    const keep = { decide: 'keep', until: inAnHour(), act: '94-V', article: '12(2)', reason: 'lawsuit' };
    const path = `/v1/subjects/${subject}/retention?wait=projected`;
    await command(path, { ...keep, category, holder });
    await command(path, { ...keep, category, holder }, {}, 409);
    await command(path, { decide: 'keep', reason: 'lawsuit' }, {}, 400);
    await command(`/v1/subjects/${nobody}/retention`, { decide: 'delete', reason: 'over' }, {}, 404);
    await command('/v1/retention/decisions', { ...keep, category }, {}, 200);
    await command('/v1/retention/decisions', keep, {}, 400);
  });

  it('a notice of what was passed on', async () => {
    const [owed] = await itemsOf('notice-people');
    expect(owed).toBeDefined();
    const path = `/v1/subjects/${owed?.['subject'] ?? ''}/notices`;
    await command(`${path}?preview=true`, { language: 'kk' }, {}, 200);
    const { body } = await command(`${path}?wait=projected`, { language: 'ru', byHand: true });
    const notice = `/v1/notices/${String(body['notice'])}`;
    await inEachForm(notice);
    await command(`${notice}/told`, { channel: 'letter', reference: 'No. 7' });
    await command(`${notice}/told`, { channel: 'letter' }, {}, 409);
    await command(`/v1/subjects/${nobody}/notices`, {}, {}, 404);
    await command(`/v1/notices/${nobody}/told`, { channel: 'letter' }, {}, 404);
    await question(`/v1/notices/${nobody}`, 404);
  });

  it('what an edition says otherwise, and what is done with data', async () => {
    const edition = keys.get('edition') ?? '';
    await inEachForm('/v1/activities');
    await question('/v1/activities?days=x', 400);
    await question(`/v1/policies/${edition}/difference?from=${edition}`);
    for (const lang of ['ru', 'kk', 'en']) {
      await question(`/v1/policies/${edition}/difference?from=${edition}&lang=${lang}`, 200, { accept: 'text/plain' });
    }
    await question(`/v1/policies/${'0'.repeat(64)}/difference`, 404);
  });
}
