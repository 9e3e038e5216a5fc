// Where are the published forms and the pages of problems?
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { schemasPath } from './events/cloud-event.js';
import { Open } from './access.js';
import { factForms, factTypes, isFactType } from './facts/types.js';
import { nearest } from './form/nearest.js';
import { type Schema, schemaOf } from './form/schema.js';
import { Operation } from './operation.js';
import { problemIndex, problemOfSlug, problemPage } from './problem/pages.js';
import { Problem } from './problem/problem.js';

const markdown = 'text/markdown; charset=utf-8';

@ApiTags('documents')
@Controller()
export class DocsController {
  @Get('v1/schemas')
  @Open()
  @Operation({
    id: 'listSchemas',
    summary: 'Which types of event there are',
    says: 'Each with where the JSON Schema of its data is; `dataschema` may name it.',
    answers: 'Types and paths.',
    schema: 'SchemaPaths',
    open: true,
  })
  schemas(): { readonly schemas: Readonly<Record<string, string>> } {
    return { schemas: Object.fromEntries(factTypes.map((type) => [type, `${schemasPath}${type}`])) };
  }

  @Get('v1/schemas/:type')
  @Open()
  @Operation({
    id: 'readSchema',
    summary: 'The form of the data of a type of event',
    says: 'JSON Schema 2020-12, derived from the same classes that check what is sent.',
    answers: 'The schema.',
    schema: 'JsonSchema',
    media: 'application/schema+json',
    path: { type: 'Type of event, such as derbes.data.collected.' },
    open: true,
  })
  schema(@Param('type') type: string, @Res({ passthrough: true }) reply: FastifyReply): Schema {
    if (!isFactType(type)) {
      const near = nearest(type, factTypes);
      throw new Problem('NOT_FOUND', near ? `there is no such type; did you mean ${near}?` : 'there is no such type');
    }
    void reply.type('application/schema+json; charset=utf-8');
    return schemaOf(factForms[type], { $id: `${schemasPath}${type}`, title: type });
  }

  @Get('docs/problems')
  @Open()
  @Operation({
    id: 'listProblems',
    summary: 'Which problems there are',
    says: 'The index of the pages, in Markdown.',
    answers: 'The index.',
    open: true,
    text: 'text/markdown',
  })
  problems(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type(markdown);
    return problemIndex();
  }

  @Get('docs/problems/:code')
  @Open()
  @Operation({
    id: 'readProblem',
    summary: 'The page of a problem',
    says: 'Where `type` of a problem leads: when it happens and what to do about it.',
    answers: 'The page, in Markdown.',
    path: { code: 'The code in lower case with hyphens.' },
    open: true,
    text: 'text/markdown',
  })
  problem(@Param('code') slug: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    const code = problemOfSlug(slug.replace(/\.md$/, ''));
    if (!code) throw new Problem('NOT_FOUND', 'there is no page of this name; the index is /docs/problems');
    void reply.type(markdown);
    return problemPage(code);
  }
}
