// Fetches this page's document as whoever reads it, by session, access token or admin key, and lets them try it out by the
// same. Credentials that are typed are kept in memory only.
import { answerByTest, findPublished, mayTest } from './publisher.mjs';
import { CONSOLE, showDocument } from './show-document.mjs';

const at = (id) => document.getElementById(id);
const tokenChoice = at('token');

function tell(text, failed = false) {
  at('message').textContent = text;
  at('message').classList.toggle('failed', failed);
}

const fetchDocument = (credentials) =>
  fetch(`${location.pathname.replace(/\/$/, '')}/openapi.json`, { headers: credentials, cache: 'no-store' });

/** Shows the document to a consumer, who tries everything out with the token itself. */
function showToConsumer(spec, secret) {
  at('sender').hidden = true;
  tell('Requests are sent with your token.');
  const ui = showDocument({
    spec,
    tryItOutEnabled: true,
    onComplete: () => ui.preauthorizeApiKey('accessToken', secret),
  });
}

/** Shows the document to a publisher, who tries out what the test of the API answers: reading its rows, or sending some. */
async function showToPublisher(spec, { testAddress, tokens }, credentials) {
  const [[path, operations]] = Object.entries(spec.paths);
  const takesRows = 'post' in operations;
  const isEditor = await mayTest(credentials);
  const canTest = isEditor && tokens.length > 0;
  tokenChoice.replaceChildren(...tokens.map(({ id, name }) => new Option(name, id)));
  at('sender').hidden = !canTest;
  at('trial').hidden = !takesRows;
  if (canTest) tell('Requests are sent as a consumer with the chosen token would send them; its secret is not needed.');
  else if (isEditor) tell('Assign a token to this API to try it out.');
  else tell('Trying it out needs the role editor, or an access token.');
  const isTested = (asked) => canTest && asked === path;
  const ui = showDocument({
    spec,
    tryItOutEnabled: canTest,
    showMutatedRequest: false,
    plugins: [onlyWhere(isTested)],
    // For what is shown as curl.
    onComplete: () => ui.preauthorizeApiKey('accessToken', 'YOUR_TOKEN'),
    requestInterceptor: (request) => {
      if (!isTested(decodeURI(new URL(request.url, location.href).pathname))) return request;
      const chosen = { tokenId: tokenChoice.value, dryRun: at('dry-run').checked };
      return { ...request, userFetch: (_url, sent) => answerByTest(testAddress, credentials, chosen, sent) };
    },
  });
}

/** A plugin of Swagger UI that offers "Try it out" for these paths alone. */
function onlyWhere(isTested) {
  const allowTryItOutFor = () => (_state, path) => isTested(path);
  return { statePlugins: { spec: { wrapSelectors: { allowTryItOutFor } } } };
}

async function open(answer, credentials, secret) {
  const body = await answer.json();
  if (!answer.ok) return tell(`${body.title}: ${body.detail}`, true);
  const published = await findPublished(answer, credentials);
  if (published) await showToPublisher(body, published, credentials);
  else showToConsumer(body, secret);
}

const unreachable = () => tell('The document could not be fetched. Is the server running?', true);

async function openBySession() {
  const answer = await fetchDocument(CONSOLE);
  if (answer.status !== 401) return await open(answer, CONSOLE);
  at('by-credential').open = true;
  tell('Paste a token that is assigned to this API. It stays in this page.');
}

at('credential-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const secret = at('credential').value.trim();
  const credentials = { authorization: `Bearer ${secret}` };
  fetchDocument(credentials)
    .then((answer) => open(answer, credentials, secret))
    .catch(unreachable);
});
openBySession().catch(unreachable);
