// What can end the storage of data, and what can end a consent?

/** `consent-over`: the consent by which alone it is held. */
export const stayEnds = [
  'purpose-reached',
  'relation-ended',
  'obligation-closed',
  'term-over',
  'consent-over',
] as const;
export type StayEnd = (typeof stayEnds)[number];

export const consentEnds = ['term-over', 'relation-ended', 'purpose-reached'] as const;
