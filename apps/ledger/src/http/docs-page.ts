// Where can a person read the interface? A page under /docs whose every asset comes from this service.
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Open } from './access.js';
import { Problem } from './problem/problem.js';

export const apiDocument = Symbol('apiDocument');
/** The description as JSON; made when first asked for, since a start should not wait for it. */
export interface ApiDocument {
  text(): string;
}

const require = createRequire(import.meta.url);
// require.resolve, for the package's own entry would load the whole page into this process.
const assetsFolder = join(require.resolve('swagger-ui-dist/package.json'), '..');
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Derbes: the interface</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/show.js"></script>
</body>
</html>
`;
const show = `SwaggerUIBundle({ url: '/docs/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;

/** Nothing is loaded from, or sent to, anywhere else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

@ApiExcludeController()
@Controller('docs')
export class DocsPage {
  private described: string | undefined;
  private readonly read = new Map<string, Promise<Buffer>>();

  constructor(@Inject(apiDocument) private readonly document: ApiDocument) {}

  @Get()
  @Open()
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/html; charset=utf-8').header('content-security-policy', policy);
    return page;
  }

  @Get('openapi.json')
  @Open()
  description(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('application/json; charset=utf-8');
    this.described ??= this.document.text();
    return this.described;
  }

  @Get('assets/:name')
  @Open()
  asset(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> | string {
    if (name === 'show.js') {
      void reply.type('text/javascript; charset=utf-8');
      return show;
    }
    const type = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (type === undefined) throw new Problem('NOT_FOUND', 'there is no such asset');
    const content = this.read.get(name) ?? readFile(join(assetsFolder, name));
    this.read.set(name, content);
    void reply.type(type);
    return content;
  }
}
