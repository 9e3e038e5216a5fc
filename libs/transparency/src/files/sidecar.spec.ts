// Is a sidecar read as it was written for its bundle, and anything else refused?
import { expect, it } from '@jest/globals';
import { readSidecar, writeSidecar, type Sidecar } from './sidecar.js';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const claim = {
  token: 'a1'.repeat(32),
  kind: 'fact',
  state: 'landed',
  outcome: '{"status":"recorded"}',
  check: 'b2'.repeat(32),
  checkEvent: id(1),
  of: 2,
  events: [{ id: id(1), place: 0 }],
} as const;
const sidecar: Sidecar = {
  index: 3,
  width: 7,
  claims: [claim],
  reserved: [{ token: 'c3'.repeat(32), id: id(2) }],
};

it('is read as it was written', () => {
  expect(readSidecar(writeSidecar(sidecar), sidecar, 'here')).toEqual(sidecar);
  const bare: Sidecar = { index: 0, width: 256, claims: [], reserved: [] };
  expect(readSidecar(writeSidecar(bare), bare, 'here')).toEqual(bare);
});

it.each<readonly [string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['no JSON', Buffer.from('claims')],
  ['null', Buffer.from('null')],
  ['of another bundle', writeSidecar({ ...sidecar, index: 4 })],
  ['of a narrower bundle', writeSidecar({ ...sidecar, width: 6 })],
  ['with more claims than entries', writeSidecar({ ...sidecar, claims: Array.from({ length: 257 }, () => claim) })],
  ['with a short token', writeSidecar({ ...sidecar, claims: [{ ...claim, token: 'a1' }] })],
  ['with another state', writeSidecar({ ...sidecar, claims: [{ ...claim, state: 'open' as 'landed' }] })],
  [
    'with an outcome that is no text',
    writeSidecar({ ...sidecar, claims: [{ ...claim, outcome: 1 as unknown as string }] }),
  ],
  ['with a claim of no event', writeSidecar({ ...sidecar, claims: [{ ...claim, events: [] }] })],
  [
    'with an event that has no id',
    writeSidecar({ ...sidecar, claims: [{ ...claim, events: [{ id: 'x', place: 0 }] }] }),
  ],
  ['with a place below none', writeSidecar({ ...sidecar, claims: [{ ...claim, events: [{ id: id(1), place: -1 }] }] })],
  ['with a kept id that is none', writeSidecar({ ...sidecar, reserved: [{ token: 'c3'.repeat(32), id: 'x' }] })],
  ['cut off', writeSidecar(sidecar).subarray(0, 100)],
])('is refused: %s', (_, bytes) => {
  expect(() => readSidecar(bytes, sidecar, 'here')).toThrow(expect.objectContaining({ code: 'LOG_SIDECAR_DAMAGED' }));
});
