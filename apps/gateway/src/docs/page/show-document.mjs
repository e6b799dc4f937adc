// Shows an OpenAPI document by Swagger UI, made shorter and readable by everybody.
import { foldLongParts } from './fold-long-parts.mjs';
import { nameParts } from './name-parts.mjs';

/** What requests by session carry: no page of another site can send it. */
export const CONSOLE = { 'Sluice-Console': '1' };

const place = document.getElementById('document');
nameParts(place);

/** Shows a document in this page, in place of the one before. */
export function showDocument(options) {
  return SwaggerUIBundle({
    domNode: place,
    displayRequestDuration: true,
    syntaxHighlight: { theme: 'tomorrow-night' },
    ...options,
    plugins: [foldLongParts, ...(options.plugins ?? [])],
  });
}
