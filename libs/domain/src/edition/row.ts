// What is said of one person and one thing to be told or asked?
import { type Change } from '@derbes/policy';

/** Where telling or asking one person stands; `lapsed`: nothing of hers is left that it is about. */
export const renewalStates = ['to-tell', 'informed', 'to-ask', 'asked', 'renewed', 'refused', 'lapsed'] as const;
export type RenewalState = (typeof renewalStates)[number];

/** Campaign of those whose consents others gave when they were children. */
export const ofAgeCampaign = 'of-age';

export interface Renewal {
  /** Code of the edition, or `of-age`. */
  readonly campaign: string;
  /** PolicyPublished, or the consent that was given for a child. */
  readonly about: string;
  /** SHA-256 of the edition's document; absent for `of-age`. */
  readonly edition?: string;
  /** From when the edition is in force; when the child came of age. */
  readonly since: string;
  /** `edition` where the person is to be told, else what is to be asked. */
  readonly what: Change['what'] | 'edition' | 'of-age';
  readonly item: string;
  readonly clause: string;
  readonly state: RenewalState;
  /** The last consent that no longer covers it. */
  readonly consent?: string;
  readonly told?: string;
  readonly asked?: string;
  readonly ended?: string;
  /** By which the person was told, asked or answered last. */
  readonly channel?: string;
  readonly events: readonly string[];
}
