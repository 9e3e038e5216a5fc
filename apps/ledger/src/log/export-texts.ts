// What stands beside the files of an export? The history of the log's keys, out of the log itself, and what to do with all of it.
import { catalogue } from '@derbes/domain';
import { type Checkpoint } from '@derbes/transparency';

export interface LoggedKey {
  /** Of the event that added it. */
  readonly leaf: string;
  readonly at: string;
  readonly number: string;
  readonly vkey: string;
  /** Until when the key before signs beside it. */
  readonly overlap?: string;
}

const mark = Buffer.from('"type":"SigningKeyAdded"');

/** The key that an entry adds, if it does. What is no event here the verifier finds. */
export function keyAddedBy(entry: Uint8Array, index: number): LoggedKey | undefined {
  const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.length);
  if (!bytes.includes(mark)) return undefined;
  try {
    const event = catalogue.readStored(bytes.toString());
    if (event.type !== 'SigningKeyAdded' || event.stream !== 'ledger') return undefined;
    const { number, vkey, overlap } = event.facts as { number: string; vkey: string; overlap?: string };
    return { leaf: String(index), at: event.at, number, vkey, ...(overlap !== undefined && { overlap }) };
  } catch {
    return undefined;
  }
}

export const keysText = ({ origin }: Checkpoint, keys: readonly LoggedKey[]): string =>
  `${JSON.stringify({ format: 'derbes.keys/v1', origin, keys }, null, 2)}\n`;

export const readmeText = ({ origin, size, root }: Checkpoint): string => `# Export of the ledger ${origin}

Everything that its signed checkpoint covers: ${size} events, root \`${root.toString('base64')}\`.
Two exports under the same checkpoint, without blobs, are the same to the byte.

| file | is |
|---|---|
| \`checkpoint\` | the signed head of the log: C2SP tlog-checkpoint, a signed note |
| \`tile/entries/<N>\` | the events, 256 to a bundle, each behind its length in two bytes: C2SP tlog-tiles |
| \`tile/<L>/<N>\` | the hashes of the RFC 6962 tree over them |
| \`log.policy\` | the keys of log and witnesses as the ledger names them: C2SP tlog-policy |
| \`keys.json\` | the keys that the log ever had, each with the event that says so |
| \`blobs/\` | sealed values, only where they were asked for |

The events are pseudonymous personal data: handle them as such.

Check it with a policy file that you got from somebody you trust, not with the one that lies here:

    derbes-verify . --policy FILE

Older checkpoints and receipts that you hold make it stronger: \`--checkpoint OLD\`, \`--receipt FILE\`. Any tool that reads C2SP
tlog-tiles can check the tree.
`;
