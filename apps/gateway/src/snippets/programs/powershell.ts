import { inPowershell } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

/** The content type is told beside the headers: older versions refuse it among them. */
export const powershell: Program = ({ body, ...request }) => {
  const sends = body !== null;
  return `$headers = @{
    "Authorization" = "Bearer $env:${TOKEN_VARIABLE}"
    "Accept" = "application/json"
${sends ? '    "Idempotency-Key" = [guid]::NewGuid().ToString()\n' : ''}}
${sends ? `$body = ${inPowershell(body)}\n` : ''}$address = ${inPowershell(addressOf(request))}
$answer = Invoke-RestMethod -Uri $address -Headers $headers${sends ? " -Method Post -ContentType 'application/json' -Body $body" : ''}
$answer | ConvertTo-Json -Depth 100`;
};
