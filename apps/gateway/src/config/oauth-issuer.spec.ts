import { GatewayConfig } from './gateway-config';
import { oauthIssuer } from './oauth-issuer';

test.each([
  ['auto', 'https://data.example.com/', 'https://data.example.com'],
  ['auto', 'http://localhost:8080', 'http://localhost:8080'],
  ['auto', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['auto', 'http://data.example.com', null],
  ['on', 'http://data.example.com', 'http://data.example.com'],
  ['off', 'https://data.example.com', null],
])('with SLUICE_OAUTH=%s at %s the issuer of tokens for agents is %s', (SLUICE_OAUTH, SLUICE_PUBLIC_URL, issuer) => {
  const config = GatewayConfig.parse({ NATS_URL: 'nats://localhost', SLUICE_OAUTH, SLUICE_PUBLIC_URL });
  expect(oauthIssuer(config)).toBe(issuer);
});
