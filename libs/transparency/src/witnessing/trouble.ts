// What can be wrong with a witness?

/** Why this witness did not cosign this checkpoint. The log is published without it, below quorum if it must be. */
export type WitnessTroubleCode =
  | 'WITNESS_UNREACHABLE'
  | 'WITNESS_CERTIFICATE_NOT_TRUSTED'
  | 'WITNESS_TOO_SLOW'
  | 'WITNESS_REDIRECTS'
  | 'WITNESS_ANSWER_TOO_LARGE'
  | 'WITNESS_ANSWER_MALFORMED'
  | 'WITNESS_KNOWS_NO_SUCH_LOG'
  | 'WITNESS_KNOWS_NO_SUCH_KEY'
  | 'WITNESS_REFUSES'
  | 'WITNESS_KEEPS_CHANGING'
  | 'WITNESS_SIGNS_WITH_ANOTHER_KEY'
  | 'WITNESS_COSIGNATURE_FORGED'
  | 'WITNESS_COSIGNATURE_FROM_THE_FUTURE';

export class WitnessTrouble extends Error {
  override readonly name = 'WitnessTrouble';

  constructor(
    readonly code: WitnessTroubleCode,
    message: string,
  ) {
    super(message);
  }
}
