import { formatCheckpoint } from './checkpoint.js';
import { cosigner } from './cosignature.js';
import { privateKeyOf } from './ed25519-key.js';
import { leafHash } from './hash.js';
import { ed25519Signer, formatVkey, signatureType, signNote, verifierKey } from './signed-note.js';
import { formatPolicy, openByPolicy, parsePolicy, policyEntriesMax } from './tlog-policy.js';
import { refusal } from './testing/refusal.js';

const keyOf = (seed: number) => privateKeyOf(Buffer.alloc(32, seed));
const origin = 'log.example/a';
const log = ed25519Signer(origin, keyOf(1));
const laterKey = ed25519Signer(origin, keyOf(2));
const otherLog = ed25519Signer('log.example/b', keyOf(3));
const [x1, x2, x3, y1, y2] = [11, 12, 13, 21, 22].map((seed) =>
  cosigner(`w.example/${seed}`, keyOf(seed), 1_700_000_000 + seed),
);
if (!x1 || !x2 || !x3 || !y1 || !y2) throw new Error('There are five witnesses');
const vkey = (signer: { key: Parameters<typeof formatVkey>[0] }) => formatVkey(signer.key);

// Two levels of groups, as in the example of the specification.
const twoLevels = `# whom we trust
log ${vkey(log)}\thttps://log.example/a
  log ${vkey(laterKey)}

witness X1 ${vkey(x1)} https://x.example/1
witness X2 ${vkey(x2)}
witness X3 ${vkey(x3)}
group X-witnesses 2 X1 X2 X3
\t# the other organisation
witness куәгер1 ${vkey(y1)}
witness куәгер2 ${vkey(y2)}
group Y-witnesses any куәгер1 куәгер2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
const text = formatCheckpoint({ origin, size: 1, root: leafHash(Buffer.from('entry')) });

describe('a policy', () => {
  it('names logs, witnesses, groups and the quorum', () => {
    const { logs, witnesses, groups, quorum } = parsePolicy(twoLevels);
    expect(logs.map(({ verifier, url }) => [verifier.key.name, url])).toEqual([
      [origin, 'https://log.example/a'],
      [origin, undefined],
    ]);
    expect(witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', 'https://x.example/1'],
      ['X2', undefined],
      ['X3', undefined],
      ['куәгер1', undefined],
      ['куәгер2', undefined],
    ]);
    expect(groups.map(({ name, threshold, members }) => [name, threshold, members.map((m) => m.name)])).toEqual([
      ['X-witnesses', 2, ['X1', 'X2', 'X3']],
      ['Y-witnesses', 1, ['куәгер1', 'куәгер2']],
      ['X-and-Y', 2, ['X-witnesses', 'Y-witnesses']],
    ]);
    expect(quorum).toBe(groups[2]);
    const written = formatPolicy(parsePolicy(twoLevels));
    expect(formatPolicy(parsePolicy(Buffer.from(written)))).toBe(written);
  });

  it('is met by at least two of one organisation and one of the other', () => {
    const policy = parsePolicy(twoLevels);
    const met = (...by: (typeof x1)[]) => openByPolicy(policy, signNote(text, [log, ...by])).quorumMet;
    expect([met(), met(x1), met(x1, x2), met(x1, y1), met(y1, y2), met(x1, x2, x3)]).toEqual(Array(6).fill(false));
    expect([met(x1, x2, y1), met(x2, x3, y2), met(x1, x2, x3, y1, y2)]).toEqual([true, true, true]);
  });

  it('is not met by one witness that signed twice, nor by witnesses it does not name', () => {
    const policy = parsePolicy(twoLevels);
    const again = cosigner(x1.key.name, keyOf(11), 1_800_000_000);
    const stranger = cosigner('w.example/99', keyOf(99), 1_700_000_000);
    const opened = openByPolicy(policy, signNote(text, [log, x1, again, y1, stranger]));
    expect(opened.quorumMet).toBe(false);
    expect(opened.cosignatures.map(({ witness, timeSeconds }) => [witness.name, timeSeconds])).toEqual([
      ['X1', 1_700_000_011],
      ['куәгер1', 1_700_000_021],
    ]);
  });

  it('opens what any key of the log signed, and both while one replaces the other', () => {
    const policy = parsePolicy(twoLevels);
    const signedBy = (...by: (typeof log)[]) =>
      openByPolicy(policy, signNote(text, by)).logs.map((one) => policy.logs.indexOf(one));
    expect([signedBy(log), signedBy(laterKey), signedBy(laterKey, log)]).toEqual([[0], [1], [0, 1]]);
  });

  it('does not open what another log signed under this origin, or what its log did not sign', () => {
    const policy = parsePolicy(`${twoLevels}log ${vkey(otherLog)}\n`);
    expect(refusal(() => openByPolicy(policy, signNote(text, [otherLog])))).toBe('UNKNOWN_KEY');
    expect(refusal(() => openByPolicy(policy, signNote(text, [x1, x2, y1])))).toBe('UNKNOWN_KEY');
  });

  it('may ask for no witness, or for one', () => {
    const none = parsePolicy(`log ${vkey(log)}\nquorum none\n`);
    expect(openByPolicy(none, signNote(text, [log])).quorumMet).toBe(true);
    expect(formatPolicy(none)).toBe(`log ${vkey(log)}\nquorum none\n`);
    const one = parsePolicy(`log ${vkey(log)}\nwitness w ${vkey(x1)}\nquorum w\n`);
    expect(openByPolicy(one, signNote(text, [log])).quorumMet).toBe(false);
    expect(openByPolicy(one, signNote(text, [log, x1])).quorumMet).toBe(true);
  });

  const w = `witness w ${vkey(x1)}\n`;
  it.each([
    ['BAD_POLICY', ''],
    ['BAD_POLICY', `log ${vkey(log)}\n`],
    ['BAD_POLICY', 'quorum none\nquorum none\n'],
    ['BAD_POLICY', 'quorum\n'],
    ['BAD_POLICY', 'quorum none none\n'],
    ['BAD_POLICY', 'quorum nobody\n'],
    ['BAD_POLICY', `quorum w\n${w}`],
    ['BAD_POLICY', 'witness w\nquorum none\n'],
    ['BAD_POLICY', `witness none ${vkey(x1)}\nquorum none\n`],
    ['BAD_POLICY', `${w}witness w ${vkey(x2)}\nquorum w\n`],
    ['BAD_POLICY', `${w}witness v ${vkey(x1)}\nquorum w\n`],
    ['BAD_POLICY', `${w}witness v ${formatVkey(verifierKey('other.name', 4, x1.key.publicKey))}\nquorum w\n`],
    ['BAD_POLICY', `log ${vkey(log)}\nlog ${vkey(log)}\nquorum none\n`],
    ['BAD_POLICY', `log\nquorum none\n`],
    ['BAD_POLICY', `log ${vkey(log)} a b\nquorum none\n`],
    ['BAD_POLICY', `${w}group g all\nquorum g\n`],
    ['BAD_POLICY', `${w}group g 0 w\nquorum g\n`],
    ['BAD_POLICY', `${w}group g 2 w\nquorum g\n`],
    ['BAD_POLICY', `${w}group g any w w\nquorum g\n`],
    ['BAD_POLICY', `${w}group g any w\ngroup h any w\nquorum h\n`],
    ['BAD_POLICY', `${w}group g any g\nquorum g\n`],
    ['BAD_POLICY', `${w}group g any none\nquorum g\n`],
    ['BAD_POLICY', `${w}group w any w\nquorum w\n`],
    ['BAD_POLICY', 'Quorum none\n'],
    ['BAD_POLICY', '\ufeffquorum none\n'],
    ['BAD_POLICY', 'quorum\u00a0none\n'],
    ['BAD_NUMBER', `${w}group g 01 w\nquorum g\n`],
    ['BAD_NUMBER', `${w}group g toString w\nquorum g\n`],
    ['BAD_NUMBER', `${w}group g __proto__ w\nquorum g\n`],
    ['CONTROL_CHARACTER', 'quorum none\r\n'],
    ['CONTROL_CHARACTER', 'quorum none\n# \0\n'],
    ['CONTROL_CHARACTER', 'quorum none\n# \x7f\n'],
    ['NO_FINAL_NEWLINE', 'quorum none'],
    ['UNKNOWN_KEY_TYPE', `witness w ${vkey(log)}\nquorum w\n`],
    ['UNKNOWN_KEY_TYPE', `log ${vkey(x1)}\nquorum none\n`],
    ['TOO_LONG', `${'# comment\n'.repeat(30_000)}quorum none\n`],
  ])('is refused: %s %.60j', (code, file) => {
    expect(refusal(() => parsePolicy(file))).toBe(code);
  });

  it('names the line that is wrong', () => {
    expect(() => parsePolicy(`# one\n\n${w}nonsense\n`)).toThrow('line 4');
  });

  it('may have 128 witnesses and no more', () => {
    const lines = Array.from({ length: policyEntriesMax + 1 }, (_, i) => {
      return `witness w${i} ${formatVkey(verifierKey('w', signatureType.cosignatureV1, Buffer.alloc(32, i)))}\n`;
    });
    expect(parsePolicy(`${lines.slice(1).join('')}quorum none\n`).witnesses).toHaveLength(policyEntriesMax);
    expect(refusal(() => parsePolicy(`${lines.join('')}quorum none\n`))).toBe('BAD_POLICY');
  });

  it('that two names make ambiguous is not written', () => {
    const { logs, witnesses } = parsePolicy(`log ${vkey(log)}\n${w}quorum w\n`);
    expect(() => formatPolicy({ logs, witnesses: [...witnesses, ...witnesses], groups: [], quorum: 'none' })).toThrow(
      'twice',
    );
  });
});
