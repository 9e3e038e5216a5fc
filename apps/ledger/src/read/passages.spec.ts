// Is an answer in passages the very JSON that it would be whole?
import { describe, expect, it } from '@jest/globals';
import { passagesOf, type Passage } from './passages.js';

const ref = (n: number) => ({ event: `event-${n}`, p: '0', owner: 'subject-x' });

/** As it is read when every gap is filled with the reference itself. */
function read(passages: Iterable<Passage>): unknown {
  let text = '{';
  for (const { texts, gaps } of passages) {
    texts.forEach((piece, i) => {
      text += piece + (i < gaps.length ? JSON.stringify({ ...gaps[i], state: 'opened' }) : '');
    });
  }
  return JSON.parse(`${text}}`);
}

describe('passages of an answer', () => {
  it('are the JSON of its members, with gaps where sealed values stand', () => {
    const answer = { a: 'quoted "\\ text', b: [ref(1), { deep: ref(2), other: null }], c: {}, d: [], e: undefined };
    const passages = [...passagesOf(answer)];
    expect(passages).toHaveLength(1);
    expect(passages[0]?.gaps).toEqual([ref(1), ref(2)]);
    expect(passages[0]?.texts).toHaveLength(3);
    expect(read(passages)).toEqual({
      a: 'quoted "\\ text',
      b: [
        { ...ref(1), state: 'opened' },
        { deep: { ...ref(2), state: 'opened' }, other: null },
      ],
      c: {},
      d: [],
    });
  });

  it('leave alone what has a state already', () => {
    const answer = { a: { ...ref(1), state: 'withheld' } };
    expect([...passagesOf(answer)]).toEqual([{ texts: [JSON.stringify(answer).slice(1, -1)], gaps: [] }]);
  });

  it('cut a long list, however deep it stands, and keep few values together', () => {
    const long = {
      outer: { inner: [{ list: Array.from({ length: 2_000 }, (_, n) => ({ n: String(n), part: ref(n) })) }] },
    };
    const passages = [...passagesOf(long)];
    expect(passages.length).toBeGreaterThan(3);
    expect(Math.max(...passages.map(({ gaps }) => gaps.length))).toBeLessThanOrEqual(500);
    expect(passages.flatMap(({ gaps }) => gaps)).toHaveLength(2_000);
    const list = long.outer.inner[0]?.list.map((item) => ({ ...item, part: { ...item.part, state: 'opened' } }));
    expect(read(passages)).toEqual({ outer: { inner: [{ list }] } });
  });

  it('read an iterable only as far as they are taken', () => {
    let made = 0;
    function* lines(): Generator<object> {
      for (; made < 100_000; made++) yield { line: String(made).padStart(50, '.') };
    }
    const passages = passagesOf({ lines: { [Symbol.iterator]: lines } });
    passages.next();
    expect(made).toBeLessThan(5_000);
    passages.return(undefined);
  });
});
