// When is an executed erasure final: which keys must be gone?
import { type Facts, type Recorded } from '@derbes/kernel';
import { catalogue, type DomainEvent } from './catalogue.js';
import { finalityOf } from './finality.js';
import { newId } from './testing.js';
import { sampleSha256 } from './vocabulary.js';

const at = '2026-11-20T09:00:00Z';
function event(type: string, facts: Facts, id = newId()): DomainEvent {
  catalogue.get(type).check(facts);
  const recorded: Recorded = {
    type,
    facts,
    id,
    stream: 'ledger',
    revision: 0,
    at,
    occurred: at,
    actor: 'ledger',
    parts: [],
  };
  return recorded as unknown as DomainEvent;
}
const custodian = (name: string) => ({ name, kcv: 'aabbccdd00112233' });
const opened = (epoch: string, ...names: string[]) => event('EpochOpened', { epoch, custodians: names.map(custodian) });
const closed = (epoch: string) =>
  event('EpochClosed', { epoch, survivors: { owners: '1', tokens: '1' }, erasures: '1', list: sampleSha256('d') });
const gone = (epoch: string, name: string, destroyed = '2026-11-21T00:00:00Z') =>
  event('KeyDestroyed', { epoch, custodian: name, kcv: 'aabbccdd00112233', destroyed });
const executed = (id = newId()) =>
  event(
    'ErasureExecuted',
    {
      order: newId(),
      cause: 'erasure',
      scope: 'person',
      ordered: at,
      destroyed: { parts: '1', keys: '2', tokens: '0' },
    },
    id,
  );

describe('an executed erasure', () => {
  it('is not final while its epoch is open', () => {
    expect(finalityOf([opened('1', 'file'), executed()]).size).toBe(0);
  });
  it('is not final when its epoch is closed and the key is there', () => {
    expect(finalityOf([opened('1', 'file'), executed(), closed('1')]).size).toBe(0);
  });
  it('is final when the key of its epoch is destroyed, and says by which events and when', () => {
    const [erasure, close, key] = [executed(), closed('1'), gone('1', 'file')];
    const events = [opened('1', 'file'), erasure, opened('2', 'file'), close, key];
    expect(finalityOf(events).get(erasure.id)).toEqual({
      epoch: '1',
      closed: close.id,
      moment: '2026-11-21T00:00:00Z',
      keys: [key.id],
    });
  });
  it('waits for every custodian, and is final at the moment of the last', () => {
    const erasure = executed();
    const events = [opened('1', 'file', 'vault'), erasure, closed('1'), gone('1', 'file', '2026-11-21T00:00:00Z')];
    expect(finalityOf(events).size).toBe(0);
    expect(finalityOf([...events, gone('1', 'vault', '2026-11-22T00:00:00Z')]).get(erasure.id)?.moment).toBe(
      '2026-11-22T00:00:00Z',
    );
  });
  it('is not helped by a custodian that says it twice, or that never had the key', () => {
    const events = [opened('1', 'file', 'vault'), executed(), closed('1'), gone('1', 'file')];
    expect(finalityOf([...events, gone('1', 'file')]).size).toBe(0);
    expect(finalityOf([...events, gone('1', 'elsewhere')]).size).toBe(0);
  });
  it('after the close of an epoch waits for the next', () => {
    const erasure = executed();
    const events = [opened('1', 'file'), opened('2', 'file'), closed('1'), erasure, gone('1', 'file')];
    expect(finalityOf(events).size).toBe(0);
    const later = [...events, opened('3', 'file'), closed('2'), gone('2', 'file')];
    expect(finalityOf(later).get(erasure.id)?.epoch).toBe('2');
  });
  it('waits for the keys of the epochs before, which open what was wrapped then', () => {
    const erasure = executed();
    const events = [
      opened('1', 'file', 'vault'),
      opened('2', 'file'),
      closed('1'),
      gone('1', 'file'),
      erasure,
      closed('2'),
      gone('2', 'file'),
    ];
    expect(finalityOf(events).size).toBe(0);
    expect([...finalityOf([...events, gone('1', 'vault')]).keys()]).toEqual([erasure.id]);
  });
  it('is final whatever becomes of the epochs after', () => {
    const erasure = executed();
    const events = [opened('1', 'file'), erasure, opened('2', 'file'), closed('1'), gone('1', 'file'), executed()];
    expect([...finalityOf(events).keys()]).toEqual([erasure.id]);
  });
});
