// Who is told that an order waits to be given anew when a hold ends?
import { withheldBy } from './withheld.js';
import { Erasing } from './testing/erasing.js';

const person = () => {
  const one = new Erasing();
  one.collect(['email', 'phone']);
  return one;
};
const erasures = (one: Erasing, type: string) => one.events().filter((event) => event.type === type);

describe('what a hold withheld', () => {
  it('is each order that it narrowed or refused, with what it kept of it', () => {
    const one = person();
    const hold = one.hold({ categories: ['phone'] });
    const narrowed = one.do(one.erase());
    one.do(one.erase({ categories: ['phone'] }));
    one.lift(hold);
    const [refused] = erasures(one, 'ErasureRefused');
    expect(withheldBy(one.family(), hold)).toEqual([
      { certificate: narrowed.order, outcome: 'narrowed', scope: 'person', categories: ['phone'], parts: [] },
      { certificate: refused?.id, outcome: 'refused', scope: 'category', categories: ['phone'], parts: [] },
    ]);
  });
  it('names the values that were asked for one by one', () => {
    const one = person();
    const hold = one.hold({ categories: ['phone'] });
    const parts = one.parts.filter(({ category }) => category === 'phone').map(({ event, p }) => `${event}/${p}`);
    one.do(one.erase({ parts }));
    expect(withheldBy(one.family(), hold)).toMatchObject([{ outcome: 'refused', scope: 'value', parts }]);
  });
  it('is nothing of another hold', () => {
    const one = person();
    const email = one.hold({ categories: ['email'] });
    const phone = one.hold({ categories: ['phone'] });
    one.do(one.erase({ categories: ['phone'] }));
    expect(withheldBy(one.family(), email)).toEqual([]);
    expect(withheldBy(one.family(), phone)).toHaveLength(1);
  });
  it('is nothing once it was ordered anew and carried out', () => {
    const one = person();
    const hold = one.hold({ categories: ['phone'] });
    one.do(one.erase({ categories: ['phone'] }));
    one.lift(hold);
    one.do(one.erase({ categories: ['phone'] }));
    one.execute();
    expect(withheldBy(one.family(), hold)).toEqual([]);
  });
  it('is not ordered again by the end of the hold', () => {
    const one = person();
    const hold = one.hold();
    one.do(one.erase());
    one.lift(hold);
    expect(one.execute()).toBe(0);
    expect(erasures(one, 'ErasureOrdered')).toEqual([]);
    expect(withheldBy(one.family(), hold)[0]?.categories).toEqual(expect.arrayContaining(['email', 'phone']));
  });
});
