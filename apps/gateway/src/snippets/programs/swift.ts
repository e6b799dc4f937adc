import { inSwift } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

export const swift: Program = ({ body, ...request }) => `import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

var request = URLRequest(url: URL(string: ${inSwift(addressOf(request))})!)
let token = ProcessInfo.processInfo.environment["${TOKEN_VARIABLE}"] ?? ""
request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")
request.setValue("application/json", forHTTPHeaderField: "Accept")
${
  body === null
    ? ''
    : `request.httpMethod = "POST"
request.setValue("application/json", forHTTPHeaderField: "Content-Type")
request.setValue(UUID().uuidString, forHTTPHeaderField: "Idempotency-Key")
request.httpBody = Data(${inSwift(body)}.utf8)
`
}
let (answer, response) = try await URLSession.shared.data(for: request)
let text = String(decoding: answer, as: UTF8.self)
guard let status = (response as? HTTPURLResponse)?.statusCode, status < 400 else { fatalError(text) }
print(text)`;
