// Who else has to destroy what is ordered here? The holders and recipients are told through this port before it is executed.

/** What they are to destroy, and by which order. */
export interface Ordered {
  /** Id of the event that orders it: the certificate's number. */
  readonly order: string;
  readonly subject: string;
  readonly cause: 'erasure' | 'correction' | 'retraction' | 'holding-ended';
  readonly scope: 'person' | 'category' | 'value';
  readonly categories?: readonly string[];
}

export interface Cascade {
  /**
   * Tells everybody who holds it; asked again until it answers `told`. `waiting`: values are still needed to say whose data it is, so nothing
   * is destroyed here yet.
   */
  tell(ordered: Ordered): Promise<'told' | 'waiting'>;
}

/** Nobody is told: the register and the certificate list holders and recipients as not yet asked. */
export const nobodyToTell: Cascade = { tell: () => Promise.resolve('told') };
