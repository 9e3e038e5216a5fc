// Which paths are there, and which methods do they take?
import { type FastifyInstance } from 'fastify';

export interface Route {
  readonly method: string;
  readonly url: string;
}

const routesMax = 1_000;

/** Written down as routes are registered; answers 405 where a path is known with other methods. */
export class RouteTable {
  private readonly routes: Route[] = [];

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      if (this.routes.length >= routesMax) throw new Error('more routes than a service has');
      for (const one of [method].flat()) this.routes.push({ method: one, url });
    });
  }

  all(): readonly Route[] {
    return this.routes;
  }

  /** Methods that this path takes. */
  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const found = this.routes.filter(({ url }) => matches(url.split('/'), segments));
    return [...new Set(found.map(({ method }) => method))].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.includes('*') || pattern.length !== segments.length) return false;
  return pattern.every((part, i) => part === segments[i] || (part.startsWith(':') && segments[i] !== ''));
}
