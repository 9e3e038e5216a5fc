import { bundleBytesMax, entryBytesMax, readBundle, writeBundle } from './entry-bundle.js';
import { leafHash, nodeHash } from './hash.js';
import { checkTile, parseTilePath, placeOfNode, rootInTile, tilePath, tilesBetween, tileWidth } from './tiles.js';
import { refusal } from './testing/refusal.js';

const pathsBetween = (oldSize: number, size: number) => [...tilesBetween(oldSize, size)].map(tilePath);

describe('the path of a tile', () => {
  it.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 1, index: 1_234_067, width: 256 }, 'tile/1/x001/x234/067'],
    [{ level: 'entries', index: 999, width: 255 }, 'tile/entries/999.p/255'],
    [{ level: 'entries', index: 1000, width: 1 }, 'tile/entries/x001/000.p/1'],
    [{ level: 63, index: Number.MAX_SAFE_INTEGER, width: 256 }, 'tile/63/x009/x007/x199/x254/x740/991'],
  ] as const)('is written and read: %j', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/000',
    'tile/0/000/000',
    'tile/0/x001/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000.p',
    'tile/8/0/000',
    'tile/data/000',
    'tile/entries/000/',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/0/٠٠٠',
    'tile/0/../000',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x999/x999/x999/x999/x999/999',
    `tile/0/${'x001/'.repeat(100_000)}000`,
  ])('is refused: %.40j', (path) => {
    expect(refusal(() => parseTilePath(path))).toBe('BAD_TILE_PATH');
  });
});

describe('the tiles of a tree', () => {
  it('are those of the specification for 70,000 entries and for 256', () => {
    const tiles = [...tilesBetween(0, 70_000)].filter(({ level }) => level !== 'entries');
    const count = (level: number, partial: boolean) =>
      tiles.filter((tile) => tile.level === level && tile.width < 256 === partial).length;
    expect([count(0, false), count(0, true), count(1, false), count(1, true), count(2, true)]).toEqual([
      273, 1, 1, 1, 1,
    ]);
    expect(tiles.filter(({ width }) => width < 256).map(({ width }) => width)).toEqual([112, 17, 1]);
    expect(pathsBetween(0, 256)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect(pathsBetween(0, 0)).toEqual([]);
  });

  it('that a growing tree gains are the ones that it had not, or less wide', () => {
    expect(pathsBetween(5, 5)).toEqual([]);
    expect(pathsBetween(255, 257)).toEqual([
      'tile/entries/000',
      'tile/entries/001.p/1',
      'tile/0/000',
      'tile/0/001.p/1',
      'tile/1/000.p/1',
    ]);
    expect(pathsBetween(256, 300)).toEqual(['tile/entries/001.p/44', 'tile/0/001.p/44']);
  });

  it('have the widths that the size gives them', () => {
    expect([tileWidth(0, 273, 70_000), tileWidth(0, 274, 70_000), tileWidth(1, 1, 70_000)]).toEqual([112, 0, 17]);
    expect([tileWidth('entries', 0, 70_000), tileWidth(2, 0, 70_000), tileWidth(3, 0, 70_000)]).toEqual([256, 1, 0]);
    expect(tileWidth(6, 31, 2 ** 53 - 1)).toBe(0);
  });

  it('hold the hash of every node', () => {
    expect(placeOfNode(0, 300)).toEqual({ level: 0, index: 1, from: 44, to: 45 });
    expect(placeOfNode(7, 3)).toEqual({ level: 0, index: 1, from: 128, to: 256 });
    expect(placeOfNode(8, 300)).toEqual({ level: 1, index: 1, from: 44, to: 45 });
    expect(placeOfNode(17, 1)).toEqual({ level: 2, index: 0, from: 2, to: 4 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => leafHash(Buffer.from(text))) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const tile = Buffer.concat([a, b, c, d]);
    const before = Buffer.from(tile);
    expect(rootInTile(tile)).toEqual(nodeHash(nodeHash(a, b), nodeHash(c, d)));
    expect(rootInTile(tile, 2, 4)).toEqual(nodeHash(c, d));
    expect(rootInTile(tile, 3, 4)).toEqual(d);
    expect(tile).toEqual(before);
  });

  it('of another width than they should have are refused', () => {
    const tile = Buffer.alloc(96);
    expect(() => checkTile(tile, 3, 'tile/0/000.p/3')).not.toThrow();
    for (const width of [2, 4, 256]) expect(refusal(() => checkTile(tile, width, 'tile'))).toBe('BAD_TILE');
    expect(refusal(() => checkTile(tile.subarray(1), 3, 'tile'))).toBe('BAD_TILE');
    expect(() => rootInTile(tile)).toThrow('perfect');
    expect(() => rootInTile(tile, 1, 3)).toThrow('perfect');
    expect(() => rootInTile(tile, 2, 2)).toThrow('perfect');
    expect(() => rootInTile(tile, 0, 4)).toThrow('narrow');
  });
});

describe('an entry bundle', () => {
  it('holds entries of no byte to 65,535, and gives them back', () => {
    const entries = [Buffer.alloc(0), Buffer.from('one'), Buffer.alloc(entryBytesMax, 7)];
    const bundle = writeBundle(entries);
    expect(bundle.length).toBe(3 * 2 + 3 + entryBytesMax);
    expect([...readBundle(bundle, 3)].map((entry) => Buffer.from(entry))).toEqual(entries);
    expect(bundleBytesMax).toBe(256 * 65_537);
  });

  it('is not written of an entry too large, of none or of more than 256', () => {
    expect(refusal(() => writeBundle([Buffer.alloc(entryBytesMax + 1)]))).toBe('TOO_LONG');
    expect(refusal(() => writeBundle([]))).toBe('BAD_BUNDLE');
    expect(refusal(() => writeBundle(Array.from({ length: 257 }, () => Buffer.alloc(1))))).toBe('BAD_BUNDLE');
  });

  it('that ends early or late, anywhere, is refused', () => {
    const bundle = writeBundle([Buffer.from('first'), Buffer.from('second'), Buffer.from('third')]);
    for (let end = 0; end < bundle.length; end++) {
      expect(refusal(() => [...readBundle(bundle.subarray(0, end), 3)])).toBe('BAD_BUNDLE');
    }
    expect(() => [...readBundle(Buffer.concat([bundle, Buffer.alloc(1)]), 3)]).toThrow('follow');
    for (const width of [0, 2, 4]) expect(refusal(() => [...readBundle(bundle, width)])).toBe('BAD_BUNDLE');
  });
});
