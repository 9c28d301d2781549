/**
 * The web pages of plugins: files of a folder, for anybody who reaches the door. They hold nothing of the plant; what a
 * page shows it asks of the API, with the token of whoever looks at it.
 */
import { join } from 'node:path';
import serveFolder from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { OrderwrightError } from '../../core/problem.js';
import type { ServedPage } from './served.js';

/** A page runs its own files only, talks to this server only, and is shown in no other page's frame. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const A_YEAR_SECONDS = 31_536_000;

/**
 * Serves each page below its path, and leads from `/` to the first one.
 * @throws OrderwrightError OW_ROUTE_TAKEN where a page's path is a route already.
 */
export async function addPages(app: FastifyInstance, pages: readonly ServedPage[]): Promise<void> {
  const lead = (from: string, to: string) => {
    const open = { schema: { hide: true }, config: { permission: null } };
    app.get(from, open, (_request, reply) => reply.headers(PAGE_HEADERS).redirect(`${to}/`));
  };
  const [first] = pages;
  if (first !== undefined) lead('/', first.path);
  for (const [index, { path, folder }] of pages.entries()) {
    if (app.hasRoute({ method: 'GET', url: path }))
      throw new OrderwrightError('OW_ROUTE_TAKEN', `A page is brought for ${path}, which is there already`);
    lead(path, path);
    const named = join(folder, 'assets');
    await app.register(serveFolder, {
      root: folder,
      prefix: `${path}/`,
      decorateReply: index === 0,
      cacheControl: false,
      setHeaders: (reply, file) => {
        for (const [name, value] of Object.entries(PAGE_HEADERS)) reply.header(name, value);
        // Assets are named by their content; whoever has one has it for good.
        const keep = file.startsWith(named) ? `public, max-age=${A_YEAR_SECONDS}, immutable` : 'no-cache';
        reply.header('cache-control', keep);
      },
    });
  }
}
