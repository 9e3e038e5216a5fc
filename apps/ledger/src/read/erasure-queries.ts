// What may somebody ask about the end of data? What an order would do, and what came of one.
import { type EraseSubject, type KeptBack } from '../write/erasure-commands.js';
import { type CertificateView } from './certificate-view.js';
import { AskedQuery, ReadableQuery } from './queries.js';

/** What an order would destroy and keep, without ordering it. */
export class PreviewErasure extends AskedQuery<ErasurePreview> {
  order: EraseSubject;
}

export interface ErasurePreview {
  readonly preview: true;
  readonly outcome: 'ordered' | 'narrowed' | 'refused';
  /** The whole person: with the values go the identifiers, and the person is unknown from then on. */
  readonly person: boolean;
  /** What would be destroyed here, category by category, with the number of its sealed values. */
  readonly destroyed: readonly { readonly category: string; readonly values: number }[];
  readonly kept: readonly KeptBack[];
  /** Nobody confirmed the statutory term of these: the order needs `decide`. */
  readonly undecided: readonly string[];
  /** Systems that hold it as far as was told, and recipients of it: nobody asks them yet. */
  readonly holders: readonly string[];
  readonly recipients: readonly string[];
}

/** The certificate of an order, a refusal, or of what a correction or retraction took with it; `undefined` answers 404. */
export class ReadCertificate extends ReadableQuery<CertificateView | undefined> {
  order: string;
}
