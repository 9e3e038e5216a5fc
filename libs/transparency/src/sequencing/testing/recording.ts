// What did a key ever sign? The same keys, each text told before it is signed.
import { type NoteSigner } from '../../signed-note.js';
import { SigningKeys } from '../signing-keys.js';

export function recording(keys: SigningKeys, told: (text: string) => void): SigningKeys {
  const record = (signer: NoteSigner): NoteSigner => ({
    key: signer.key,
    sign(text) {
      told(text);
      return signer.sign(text);
    },
  });
  const signers = (now: Date): NoteSigner[] => keys.signers(now).map(record);
  return Object.assign(new SigningKeys([], keys.verifiers), { signers });
}
