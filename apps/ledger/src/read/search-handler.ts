// Who is meant by an identifier, or by a reference that a source was given? Nobody found registers nobody and leaves no token.
import { subjectOfStream } from '@derbes/domain';
import { normalise, normaliseRef, type Identifier, type Malformed } from '@derbes/vault';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isProblemCode } from '../http/problem/codes.js';
import { Problem } from '../http/problem/problem.js';
import { SearchSubjects } from './queries.js';
import { Readers } from './readers.js';

interface FoundSubjects {
  readonly subjects: readonly { readonly subject: string }[];
}

@QueryHandler(SearchSubjects)
export class SearchSubjectsHandler implements IQueryHandler<SearchSubjects> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, identifier, reference }: SearchSubjects): Promise<FoundSubjects> {
    const { seam, vault } = this.readers;
    return seam.ask({ question: 'search', asked }, async (touches) => {
      const sought = identifier
        ? wellFormed(normalise(identifier.scheme, identifier.value), '/identifier/value')
        : wellFormed(normaliseRef(reference?.source ?? '', reference?.ref ?? ''), '/reference/ref');
      const found = await vault.lookup([vault.token(sought)]);
      const subjects = [...found.values()]
        .filter(({ state }) => state === 'live')
        .map(({ owner }) => ({ subject: subjectOfStream(owner) }));
      touches(subjects.map(({ subject }) => subject));
      return { subjects };
    });
  }
}

/** Throws the problem of a value that is no identifier; the value itself is not repeated. */
export function wellFormed(normal: Identifier | Malformed, pointer: string): Identifier {
  if (!('reason' in normal)) return normal;
  const code = isProblemCode(normal.code) ? normal.code : 'MALFORMED_BODY';
  throw new Problem(code, normal.reason, { errors: [{ pointer, detail: normal.reason }] });
}
