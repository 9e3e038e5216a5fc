// How did the wait end that the caller asked for with `?wait=…`? Said in a header, for the answer itself is durable either way.
import { type Waited } from '@derbes/read-models';
import { type FastifyReply } from 'fastify';
import { type Publication } from '../log/published-wait.js';

export const projectedHeader = 'derbes-projected';

/** `projected`, or `late` or `stopped` with the read models that have not seen it: an item with a parameter (RFC 9651). */
export function tellWaitedOn(reply: FastifyReply): (waited: Waited) => void {
  return ({ outcome, behind }) => {
    const names = behind.length === 0 ? '' : `;behind="${behind.join(' ')}"`;
    void reply.header(projectedHeader, `${outcome}${names}`);
  };
}

export const publishedHeader = 'derbes-published';

/** `published` with the size of the tree, and whether witnesses are missing; or `late`. An item with parameters (RFC 9651). */
export function publishedItem(publication: Publication): string {
  if (publication.outcome === 'late') return 'late';
  return `published;size=${publication.size}${publication.belowQuorum ? ';below-quorum' : ''}`;
}
