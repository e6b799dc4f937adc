import { inCsharp } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

export const csharp: Program = ({ body, ...request }) => {
  const sends = body !== null;
  return `using System.Net.Http.Headers;
${sends ? 'using System.Text;\n' : ''}
using var client = new HttpClient();
using var request = new HttpRequestMessage(HttpMethod.${sends ? 'Post' : 'Get'}, ${inCsharp(addressOf(request))});
request.Headers.Authorization =
    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("${TOKEN_VARIABLE}"));
request.Headers.Add("Accept", "application/json");
${
  sends
    ? `request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
request.Content = new StringContent(${inCsharp(body)}, Encoding.UTF8, "application/json");
`
    : ''
}using var response = await client.SendAsync(request);
var answer = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode) throw new HttpRequestException(answer);
Console.WriteLine(answer);`;
};
