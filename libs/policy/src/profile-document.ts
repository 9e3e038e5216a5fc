// Which bytes are a version of a jurisdiction profile?
import { documentOf, NotADocument, readDocument, type StoredDocument } from './document.js';
import { type Profile } from './profile.js';
import { profileShape } from './shape.js';

/** The stored document of a profile version. */
export const profileDocument = (profile: Profile): StoredDocument => documentOf(profile);

/** The profile in stored bytes. Throws NotADocument when the hash or the form is wrong. */
export function readProfileDocument(bytes: Uint8Array, sha256: string): Profile {
  const profile = readDocument(bytes, sha256);
  if (!profileShape().holds(profile)) throw new NotADocument('the document holds no profile of this format');
  return profile;
}
