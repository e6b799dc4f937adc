import { z } from 'zod';

/** Languages in which a request to any API can be had. */
const SendingLanguage = z.enum([
  'axios',
  'fetch',
  'curl',
  'python',
  'pandas',
  'polars',
  'r',
  'go',
  'csharp',
  'java',
  'kotlin',
  'swift',
  'php',
  'powershell',
  'appsscript',
]);
export type SendingLanguage = z.infer<typeof SendingLanguage>;

/** All languages: the last ones read rows and send none. */
export const SnippetLanguage = z.enum([...SendingLanguage.options, 'duckdb', 'powerquery', 'odata']);
export type SnippetLanguage = z.infer<typeof SnippetLanguage>;

/** A request to an API as a piece of program. It reads the token from the environment variable SLUICE_TOKEN. */
export const Snippet = z.object({ language: SnippetLanguage, code: z.string() }).meta({ id: 'Snippet' });
export type Snippet = z.infer<typeof Snippet>;
