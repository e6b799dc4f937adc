import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { defineConfig, type Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const gateway = process.env.SLUICE_URL ?? 'http://localhost:8080';

/** Packs what is large once, and not for each who asks for it. */
const packed: Plugin = {
  name: 'packed',
  apply: 'build',
  async writeBundle({ dir = '' }, files) {
    for (const name of Object.keys(files).filter((each) => each.endsWith('.wasm'))) {
      const path = join(dir, name);
      await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
    }
  },
};

export default defineConfig({
  root: at('.'),
  base: '/console/',
  // The console speaks English: the components' words in thirty other languages stay out of its files.
  plugins: [{ ...optimizeLocales.vite({ locales: ['en-US'] }), enforce: 'pre' }, packed],
  resolve: {
    alias: [{ find: /^@sluice\/(contracts|query|records)\//, replacement: `${at('../../libs')}/$1/src/` }],
  },
  build: {
    outDir: at('../../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // From these on light-dark() is the browser's own; what stands in for it elsewhere does not follow a choice.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy allows files of our own only: nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" is meant for servers that render; there is none here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  server: {
    proxy: Object.fromEntries(
      // The Host stays the browser's own: a session's cookie changes something only from the same origin.
      ['/manage', '/docs', '/health', '/api'].map((path) => [path, { target: gateway, changeOrigin: false }]),
    ),
  },
});
