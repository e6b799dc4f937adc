import { z } from 'zod';

/** Languages in which a request to an API can be had. */
export const SnippetLanguage = z.enum([
  'axios',
  'fetch',
  'curl',
  'python',
  'pandas',
  'r',
  'go',
  'csharp',
  'java',
  'php',
  'powershell',
]);
export type SnippetLanguage = z.infer<typeof SnippetLanguage>;

/** A request to an API as a piece of program. It reads the token from the environment variable SLUICE_TOKEN. */
export const Snippet = z.object({ language: SnippetLanguage, code: z.string() }).meta({ id: 'Snippet' });
export type Snippet = z.infer<typeof Snippet>;
