import { inPhp } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

export const php: Program = ({ body, ...request }) => `<?php

$curl = curl_init(${inPhp(addressOf(request))});
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
${body === null ? '' : `    CURLOPT_POSTFIELDS => ${inPhp(body)},\n`}    CURLOPT_HTTPHEADER => [
        "Authorization: Bearer " . getenv("${TOKEN_VARIABLE}"),
        "Accept: application/json",
${
  body === null
    ? ''
    : `        "Content-Type: application/json",
        "Idempotency-Key: " . bin2hex(random_bytes(16)),
`
}    ],
]);
$answer = curl_exec($curl);
if ($answer === false) {
    throw new RuntimeException(curl_error($curl));
}
if (curl_getinfo($curl, CURLINFO_RESPONSE_CODE) >= 400) {
    throw new RuntimeException($answer);
}
echo $answer;`;
