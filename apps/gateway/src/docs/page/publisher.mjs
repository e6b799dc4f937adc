// What a publisher may do on this page, by session or admin key: requests go through the route that tests an API with an
// assigned token, so that nobody needs its secret.

/** Finds the API whose document was answered and the tokens that open it; null when a consumer's token was asked with. */
export async function findPublished(answer, credentials) {
  const place = answer.headers.get('content-location');
  if (!place) return null;
  const address = place.replace(/\/openapi\.json$/, '');
  const id = address.split('/').at(-1);
  const listed = await fetch(`/manage/v1/tokens?apiId=${id}&state=active&_sort=name&_limit=200`, {
    headers: credentials,
  });
  const tokens = listed.ok ? (await listed.json()).data : [];
  return { testAddress: `${address}/test`, tokens };
}

/** Tells whether who asks by this session may try APIs; keys are told by the answer to a try. */
export async function mayTest(credentials) {
  if (credentials.authorization) return true;
  const session = await fetch('/manage/v1/session', { headers: credentials });
  return session.ok && (await session.json()).admin.role !== 'viewer';
}

/** Gives the answer that a consumer with the token would get to a request of Swagger UI. */
export async function answerByTest(testAddress, credentials, { tokenId, dryRun }, request) {
  const query = new URL(request.url).search.slice(1);
  const contentType = request.headers['Content-Type'] ?? 'application/json';
  const sent = request.method === 'POST' ? { body: request.body, contentType, dryRun } : {};
  const answer = await fetch(testAddress, {
    method: 'POST',
    headers: { ...credentials, 'content-type': 'application/json' },
    body: JSON.stringify({ tokenId, query, ...sent }),
  });
  if (!answer.ok) return answer;
  const { status, headers, body } = (await answer.json()).response;
  return new Response(body, { status, headers });
}
