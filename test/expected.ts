// Is an answer the problem that it should be, whole and in its media type?
import { expect } from '@jest/globals';
import { type Answer, type Problem } from './caller.js';

export const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** RFC 9457, with its code, a page of its own and the request's id. */
export function expectProblem(answer: Answer, status: number, code: string): Problem {
  expect({ status: answer.status, text: answer.text }).toEqual({ status, text: expect.stringContaining(`"${code}"`) });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { problem } = answer;
  expect(problem).toMatchObject({ status, code, title: expect.any(String), detail: expect.any(String) });
  expect(problem.type).toMatch(/^\/docs\/problems\/[a-z-]+$/);
  return problem;
}

/** Everything of a body but the id of the request, which stands in the log alone. */
export function uuidsTold(answer: Answer): readonly string[] {
  return answer.text.replace(/"instance":"[^"]*"/, '').match(uuids) ?? [];
}
