// Does an answer come back as it was given, and without what was destroyed since?
import { freeze, hashOf, plain, thaw, type SealedChunk } from './frozen.js';

const part = (event: string, category: string, value: unknown) => ({
  event,
  p: '0',
  owner: 'subject-x',
  state: 'opened',
  category,
  value,
});
const answer = () => ({
  request: 'r',
  salt: 's',
  absent: undefined,
  dossier: {
    categories: [
      { category: 'email', values: [{ part: part('e1', 'email', 'invented@example.kz') }] },
      { category: 'phone', values: [{ part: part('e2', 'phone', '+7 700 000 00 00') }] },
    ],
    withheld: { event: 'e3', p: '0', owner: 'subject-x', state: 'withheld' },
  },
});

describe('a frozen answer', () => {
  it('has its values in parts of their categories, and none in its frame', () => {
    const chunks = freeze(answer());
    expect(chunks.map(({ category }) => category)).toEqual(['meta.answer', 'meta.answer.email', 'meta.answer.phone']);
    expect(chunks[0]?.text).not.toContain('invented');
    expect(chunks[1]?.text).toBe('{"e1/0":"invented@example.kz"}');
  });
  it('comes back as it was, to the hash', () => {
    const thawed = thaw(freeze(answer()));
    expect(thawed).toEqual(plain(answer()));
    expect(hashOf(thawed ?? {})).toBe(hashOf(answer()));
  });
  it('has another hash for another salt', () => {
    expect(hashOf({ ...answer(), salt: 't' })).not.toBe(hashOf(answer()));
  });
  it('says of a destroyed category that it was erased', () => {
    const chunks = freeze(answer()).filter(({ category }) => category !== 'meta.answer.phone');
    const thawed = thaw([...chunks, { state: 'erased' }]) as ReturnType<typeof answer>;
    expect(thawed.dossier.categories[1]?.values[0]?.part).toEqual({
      event: 'e2',
      p: '0',
      owner: 'subject-x',
      state: 'erased',
      category: 'phone',
    });
    expect(thawed.dossier.categories[0]?.values[0]?.part.value).toBe('invented@example.kz');
  });
  it('is gone when its frame is gone', () => {
    expect(thaw([{ state: 'erased' }, ...freeze(answer()).slice(1)])).toBeUndefined();
  });
  it('is cut into parts that can be sealed, between characters and not in one', () => {
    const long = { ...answer(), dossier: { note: '😀ә"\\'.repeat(20_000) } };
    const chunks: readonly SealedChunk[] = freeze(long);
    expect(chunks.length).toBeGreaterThan(4);
    for (const { category, text } of chunks) {
      expect(Buffer.byteLength(JSON.stringify({ category, value: text }))).toBeLessThan(65_532);
      expect(text.isWellFormed()).toBe(true);
    }
    expect(thaw(chunks)).toEqual(plain(long));
  });
  it('that no event could name is refused', () => {
    expect(() => freeze({ note: 'x'.repeat(6_000_000) })).toThrow('more is held than one answer keeps');
  });
});
