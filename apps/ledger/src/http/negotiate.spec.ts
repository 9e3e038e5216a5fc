// Is the answer given in the form and language that the caller wants most?
import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { formWanted, languageWanted } from './negotiate.js';

const asking = (headers: Record<string, string>) => ({ headers }) as unknown as FastifyRequest;

describe('the form of an answer', () => {
  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['application/json', 'json'],
    ['text/plain', 'text'],
    ['text/html, text/plain;q=0.9, */*;q=0.1', 'text'],
    ['text/plain;q=0.2, application/json;q=0.8', 'json'],
    ['application/pdf, text/*;q=0.5', 'text'],
  ])('for Accept: %s is %s', (accept, form) => {
    expect(formWanted(asking(accept === undefined ? {} : { accept }))).toBe(form);
  });

  it.each(['application/pdf', 'text/plain;q=0', 'application/json;q=0'])('is none for Accept: %s', (accept) => {
    expect(() => formWanted(asking({ accept }))).toThrow(/NOT_ACCEPTABLE/);
  });
});

describe('the language of an answer', () => {
  it.each([
    [undefined, undefined, 'ru'],
    ['kk', undefined, 'kk'],
    ['en-GB, ru;q=0.5', undefined, 'en'],
    ['de, kk-KZ;q=0.4, ru;q=0.3', undefined, 'kk'],
    ['de', undefined, 'ru'],
    ['en', 'kk', 'kk'],
  ] as const)('for Accept-Language: %s and lang=%s is %s', (wished, lang, language) => {
    const request = asking(wished === undefined ? {} : { 'accept-language': wished });
    expect(languageWanted(request, lang)).toBe(language);
  });
});
