// Fetches this page's document with the credential that the reader gives, and hands both to Swagger UI, so that
// "Try it out" sends the token along. The credential is kept in memory only.
const form = document.getElementById('credential-form');
const field = document.getElementById('credential');
const message = document.getElementById('message');

function tell(text, failed) {
  message.textContent = text;
  message.classList.toggle('failed', failed);
}

async function open(credential) {
  const headers = { authorization: `Bearer ${credential}` };
  const answer = await fetch(`${location.pathname.replace(/\/$/, '')}/openapi.json`, { headers });
  const body = await answer.json();
  if (!answer.ok) return tell(`${body.title}: ${body.detail}`, true);
  const isToken = credential.startsWith('slc_');
  tell(
    isToken
      ? 'Requests are sent with your token.'
      : 'Admin keys open the document, not the data: paste a token to try it out.',
    false,
  );
  const ui = SwaggerUIBundle({
    spec: body,
    domNode: document.getElementById('document'),
    tryItOutEnabled: isToken,
    displayRequestDuration: true,
    onComplete: () => isToken && ui.preauthorizeApiKey('accessToken', credential),
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  open(field.value.trim()).catch(() => tell('The document could not be fetched. Is the server running?', true));
});
