import type { KoaContextWithOIDC } from 'oidc-provider';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Tells a person why an application's request ends here: it may not be sent back where nobody has registered. */
export function renderRefusal(
  context: KoaContextWithOIDC,
  { error, error_description: detail = '' }: { error: string; error_description?: string },
): void {
  context.type = 'html';
  context.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice – the application could not be connected</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem }
code { overflow-wrap: anywhere }
</style>
</head>
<body>
<main>
<h1>The application could not be connected</h1>
<p>Its request was refused. Go back to the application and begin again; if that does not help, its publisher needs these words:</p>
<p><code>${escapeHtml(`${error}: ${detail}`)}</code></p>
</main>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '');
}
