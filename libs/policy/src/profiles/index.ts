// Which profiles come with the program? A corrected one is published as a document and needs no release.
import { type Profile, type ProfileCode } from '../profile.js';
import { gdpr } from './gdpr.js';
import { kz } from './kz.js';

const profiles: Readonly<Record<ProfileCode, Profile>> = { kz, gdpr };

/** The profile of a jurisdiction in the version that this program was released with. */
export const builtInProfile = (code: ProfileCode): Profile => profiles[code];

/** Articles that every row of a register serves. A version from before profiles named them is read with those of this program. */
export function servedBy(profile: Profile, register: string): readonly string[] {
  const registers = profile.registers ?? builtInProfile(profile.code).registers ?? [];
  return registers.find(({ code }) => code === register)?.serves ?? [];
}
