import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem';

/** A path of a route and the methods that it answers. */
interface KnownPath {
  pattern: RegExp;
  methods: Set<string>;
}

/**
 * Refuses methods that a known path does not take, with those that it does (RFC 9110 section 15.5.6), and tells them to
 * OPTIONS. Data endpoints tell theirs of their own accord: which methods they take is a matter of APIs, not of routes.
 */
export function answerOtherMethods(server: FastifyInstance): void {
  const paths = new Map<string, KnownPath>();
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const known = paths.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    paths.set(url, known);
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0] ?? '';
    // A path of its own is none of those that `:name` stands for.
    const exact = paths.get(path);
    const known = exact ? [exact] : [...paths.values()].filter(({ pattern }) => pattern.test(path));
    const methods = known.flatMap((each) => [...each.methods]);
    if (methods.length === 0) return done();
    const allow = [...new Set([...methods, 'OPTIONS'])].sort().join(', ');
    if (request.method === 'OPTIONS') return void reply.status(204).header('allow', allow).send();
    const detail = `${path.slice(0, 200)} takes ${allow}`;
    done(new HttpProblem('method_not_allowed', { detail, headers: { allow } }));
  });
}

/** The addresses of a route: `:name` stands for one segment. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
