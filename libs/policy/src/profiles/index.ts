// Which profiles come with the program? A corrected one is published as a document and needs no release.
import { type Profile, type ProfileCode } from '../profile.js';
import { gdpr } from './gdpr.js';
import { kz } from './kz.js';

const profiles: Readonly<Record<ProfileCode, Profile>> = { kz, gdpr };

/** The profile of a jurisdiction in the version that this program was released with. */
export const builtInProfile = (code: ProfileCode): Profile => profiles[code];
