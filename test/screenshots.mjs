// `npm run docs:screenshots`: takes the pictures of the console that the documents show over from the browser tests' artefacts.
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_BYTES = 150_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [from, to] = [join(root, 'test-artifacts/console'), join(root, 'docs/images/console')];
const text = ['console.md', 'spreadsheets.md'].map((name) => readFileSync(join(root, 'docs', name), 'utf8')).join();

mkdirSync(to, { recursive: true });
for (const [, name = ''] of text.matchAll(/\(images\/console\/([\w-]+\.png)\)/g)) {
  const { size } = statSync(join(from, name));
  if (size > MAX_BYTES) throw new Error(`${name} has ${size} bytes, ${MAX_BYTES} at most`);
  copyFileSync(join(from, name), join(to, name));
  console.log(`${name} (${size} bytes)`);
}
