import { inJava, inKotlin, type Literal } from '../literals';
import { addressOf, type Program, type SnippetRequest, TOKEN_VARIABLE } from '../subject';

export const java: Program = (request) => `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
${request.body === null ? '' : 'import java.util.UUID;\n'}
public class Main {
    public static void main(String[] arguments) throws Exception {
        HttpRequest request = ${calls(request, inJava)};
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) throw new IllegalStateException(response.body());
        System.out.println(response.body());
    }
}`;

export const kotlin: Program = (request) => `import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
${request.body === null ? '' : 'import java.util.UUID\n'}
fun main() {
    val request = ${calls(request, inKotlin).replaceAll('\n        ', '\n    ')}
    val response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())
    check(response.statusCode() < 400) { response.body() }
    println(response.body())
}`;

/** The calls that build a request, which both languages write alike. */
function calls({ body, ...request }: SnippetRequest, literal: Literal): string {
  const lines = [
    `HttpRequest.newBuilder(URI.create(${literal(addressOf(request))}))`,
    `.header("Authorization", "Bearer " + System.getenv("${TOKEN_VARIABLE}"))`,
    '.header("Accept", "application/json")',
  ];
  if (body !== null) {
    lines.push(
      '.header("Content-Type", "application/json")',
      '.header("Idempotency-Key", UUID.randomUUID().toString())',
      `.POST(HttpRequest.BodyPublishers.ofString(${literal(body)}))`,
    );
  }
  return [...lines, '.build()'].join('\n            ');
}
