// Does the check of answers notice what the description does not say?
import { describe, expect, it } from '@jest/globals';
import { AnswerCheck, type SeenAnswer } from './answer-check.js';

const media = 'application/json';
const responses = {
  '200': { description: '', content: { [media]: { schema: { $ref: '#/components/schemas/Thing' } } } },
};
const Thing = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string' }, more: { type: 'object', properties: { at: { type: 'string' } } } },
};
const paths = { '/things/{id}': { get: { responses } }, '/things': { get: { responses } } };
const newCheck = () => new AnswerCheck({ paths, components: { schemas: { Thing } } });
const seen = (text: string, more: Partial<SeenAnswer> = {}): SeenAnswer => ({
  method: 'GET',
  path: '/things/1?x=1',
  status: 200,
  type: `${media}; charset=utf-8`,
  text,
  ...more,
});

describe('the check of answers', () => {
  it('lets pass what is described, and knows which route was asked', () => {
    const check = newCheck();
    expect(check.faults(seen('{"id":"1","more":{"at":"now"}}'))).toEqual([]);
    expect(check.unasked).toEqual(['GET /things']);
  });

  it.each([
    ['a property that is not listed', seen('{"id":"1","extra":1}')],
    ['one deep inside', seen('{"id":"1","more":{"by":"x"}}')],
    ['a property that lacks', seen('{}')],
    ['a status that is not described', seen('{"id":"1"}', { status: 201 })],
    ['a media type that is not described', seen('<id/>', { type: 'text/xml' })],
    ['an answer without a media type', seen('', { type: null })],
    ['an answer of a route that is not described', seen('{"id":"1"}', { method: 'POST' })],
  ])('names %s', (_, answer) => {
    expect(newCheck().faults(answer)).toHaveLength(1);
  });
});
