// How does a refusal come to be? Decided, worded in the language of the request, and sealed under its key with the event.
import { provingOf, requestDecider, requestStream, type RefuseRequest, type RequestOutside } from '@derbes/domain';
import { type Profile } from '@derbes/policy';
import { createHash } from 'node:crypto';
import { type Plan } from '../write/command-writer.js';
import { chunksOf } from '../write/text-chunks.js';
import { refusalText } from './refusal-text.js';
import { type ReadRequestStream } from './request-streams.js';

/** SHA-256 of the text's UTF-8 bytes, hex. */
export const hashOfText = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Refuses as the rules do; what nobody received has no text. */
export function refusalPlan(said: RefuseRequest, { state, head }: ReadRequestStream, outside: RequestOutside): Plan {
  const { received } = state;
  const text = received && refusalTextOf(said, received, outside);
  const values = text === undefined ? [] : chunksOf(text);
  const frozen = text !== undefined && { hash: hashOfText(text), values: values.map((_, value) => value) };
  const drafts = requestDecider.decide({ ...said, ...(frozen && { frozen }) }, state, outside);
  return { drafts, values, heads: new Map([[requestStream(outside.request), head]]) };
}

type Received = Parameters<typeof provingOf>[0];

function refusalTextOf(
  said: RefuseRequest,
  received: Received,
  { at: made, request, registers, documents }: RequestOutside,
) {
  const { right, language, received: since } = received.facts;
  const profiles = registers.profiles.map(({ document }): Profile | undefined => documents.profile(document));
  return refusalText({
    request,
    right,
    received: since,
    made,
    language: said.language ?? language,
    said,
    prove: provingOf(received),
    // The newest wording of an act's name.
    acts: profiles.flatMap((profile) => profile?.acts ?? []).reverse(),
  });
}
