// With which certificate does a test's own https server answer? One made here and now: no test holds a private key in its source.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** PEM: its own issuer, for 127.0.0.1 and no name, valid from yesterday on for a year. */
interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;

/** Tag, length and content (X.690 section 8.1). */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const utcTime = (at: Date): Buffer => der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const yes = der(0x01, Buffer.from([0xff]));

/** Ed25519 (RFC 8410) needs no parameters, so the whole certificate (RFC 5280 section 4.1) is a few lines. */
const ed25519 = sequence(oid(0x2b, 0x65, 0x70));
const commonName = oid(0x55, 0x04, 0x03);
const basicConstraints = oid(0x55, 0x1d, 0x13);
const alternativeName = oid(0x55, 0x1d, 0x11);

export function testCertificate(name = 'derbes test'): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const subject = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));
  const names = sequence(der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(basicConstraints, yes, der(0x04, sequence(yes))),
    sequence(alternativeName, der(0x04, names)),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ed25519,
    subject,
    sequence(utcTime(new Date(Date.now() - dayMs)), utcTime(new Date(Date.now() + 365 * dayMs))),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, extensions),
  );
  const signature = sign(null, content, privateKey);
  const whole = sequence(content, ed25519, der(0x03, Buffer.from([0]), signature));
  return { key: pemOf(privateKey), cert: `-----BEGIN CERTIFICATE-----\n${lines(whole)}-----END CERTIFICATE-----\n` };
}

const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }) as string;
const lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{1,64}/g, '$&\n');
