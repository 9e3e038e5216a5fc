// Is an edition read back exactly as it was stored, and nothing else accepted for it?
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { canonicalJson } from '@derbes/kernel';
import { loadPolicy, NotADocument, type Policy, policyDocument, readPolicyDocument } from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const yamlText = readFileSync(`${folder}/policy.yaml`, 'utf8');
const texts = { ru: readFileSync(`${folder}/policy.ru.txt`, 'utf8') };
const loaded = loadPolicy(yamlText, { texts });
if (!loaded.ok) throw new Error('the example has mistakes');
const { policy, document } = loaded;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const encode = (text: string) => new TextEncoder().encode(text);

describe('the stored document of an edition', () => {
  it('is canonical JSON of policy and texts, and its hash is that of its bytes', () => {
    expect(new TextDecoder().decode(document.bytes)).toBe(canonicalJson({ policy, texts }));
    expect(document.sha256).toBe(sha256(document.bytes));
    expect(document.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same however the file is laid out', () => {
    const relaid = yamlText.replace(/^#.*\n/gmu, '').replace("clause: '12'", 'clause: "12"');
    expect(relaid).not.toBe(yamlText);
    expect(loadPolicy(relaid, { texts })).toMatchObject({ ok: true, document: { sha256: document.sha256 } });
  });

  it('is another one when anything said changes', () => {
    const other: Policy = { ...policy, edition: { ...policy.edition, code: 'kiberon-2' } };
    expect(policyDocument(other, texts).sha256).not.toBe(document.sha256);
  });

  it('gives back policy and texts', () => {
    expect(readPolicyDocument(document.bytes, document.sha256)).toEqual({ policy, texts });
  });

  it('cannot be made with a text that the policy does not name', () => {
    expect(() => policyDocument(policy, {})).toThrow(NotADocument);
    expect(() => policyDocument(policy, { ru: `${texts.ru} ` })).toThrow(NotADocument);
  });

  it('is refused when one bit of it is flipped', () => {
    for (let at = 0; at < document.bytes.length; at += 997) {
      const bytes = Uint8Array.from(document.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(() => readPolicyDocument(bytes, document.sha256)).toThrow(NotADocument);
    }
  });

  it.each([
    ['no JSON', encode('{')],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['not canonical', encode(` ${new TextDecoder().decode(document.bytes)}`)],
    ['no policy', encode('{"policy":{},"texts":{}}')],
    ['a policy without its text', encode(canonicalJson({ policy, texts: {} }))],
    ['a policy with another text', encode(canonicalJson({ policy, texts: { ru: 'другой' } }))],
    ['a list', encode('[]')],
    ['nothing', encode('null')],
  ])('is refused when it is %s, even under its own hash', (_, bytes) => {
    expect(() => readPolicyDocument(bytes, sha256(bytes))).toThrow(NotADocument);
  });
});
