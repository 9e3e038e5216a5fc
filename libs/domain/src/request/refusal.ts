// May a request be refused: with which reason, by which article, and how does whoever asked go on?
import { Refused, type Draft, type Seal } from '@derbes/kernel';
import { type IdentityMethod, type RefusalReason } from './events.js';
import { openRequest, type Received } from './open-request.js';
import { type RefuseRequest, type RequestOutside } from './request-command.js';
import { requestStream, type RequestState } from './request-state.js';

/** Reasons that are a law's: which one, the refusal says. */
const byLaw: ReadonlySet<RefusalReason> = new Set(['law-forbids', 'law-requires-processing']);
/** By which means somebody unknown can show who she is; none of them leaves a copy here. */
const proving: readonly IdentityMethod[] = ['second-identifier', 'signature', 'presence'];

/** When it left and in which language: that of the request, or Kazakh (Law on languages, Art. 11). */
export function sent(
  { delivered, language }: { readonly delivered?: string | undefined; readonly language?: string | undefined },
  { facts }: Received,
  { at }: RequestOutside,
): { readonly delivered: string; readonly language: string } {
  if (language !== undefined && language !== 'kk' && language !== facts.language) {
    throw new Refused('LANGUAGE_NOT_ASKED', 'an answer is in the language of the request or in Kazakh', {
      asked: facts.language,
    });
  }
  if (delivered !== undefined && delivered > at) throw new Refused('DELIVERED_IN_FUTURE', 'it has not left yet');
  return { delivered: delivered ?? at, language: language ?? facts.language };
}

/** Refuses LAW_MISSING, IDENTITY_PROVED, LANGUAGE_NOT_ASKED, DELIVERED_IN_FUTURE, and as `openRequest` does. */
export function refuse(command: RefuseRequest, state: RequestState, outside: RequestOutside): Draft {
  const { reason, act, article, how, unsent, frozen, staff } = command;
  const { received, identity } = openRequest(state);
  if (byLaw.has(reason) && (act === undefined || article === undefined)) {
    throw new Refused('LAW_MISSING', 'name the act and the article', { reason });
  }
  if (reason === 'identity-not-proved' && identity?.outcome === 'proved') {
    throw new Refused('IDENTITY_PROVED', 'she did prove who she is', { event: identity.event });
  }
  const owner = requestStream(outside.request);
  const facts = {
    reason,
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(reason === 'identity-not-proved' && { prove: provingOf(received) }),
    ...sent(command, received, outside),
    how,
    ...(frozen && { hash: frozen.hash }),
    ...(unsent && { unsent: 'yes' }),
    ...(staff !== undefined && { staff }),
  };
  const seals = (frozen?.values ?? []).map((value): Seal => ({ category: 'meta.refusal', value, owner }));
  return {
    type: 'RequestRefused',
    stream: owner,
    occurred: outside.at,
    facts,
    ...(seals.length > 0 && { seals }),
  };
}

/** Whoever asks for somebody else shows by what she may. */
export const provingOf = ({ facts: { behalf, representative } }: Received): IdentityMethod[] => [
  ...proving,
  ...(behalf === 'other' || representative !== undefined ? (['representative'] as const) : []),
];
