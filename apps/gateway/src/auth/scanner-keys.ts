import { verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config';

/** The form in which GitHub publishes the keys of its secret scanning. */
const KeysFile = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })),
});

/** The public keys of secret scanners that this installation believes. */
@Injectable()
export class ScannerKeys {
  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {}

  /**
   * Tells whether a scanner signed a body: ECDSA over SHA-256, DER in base64, as GitHub's secret scanning partner program
   * has it. The file is read each time, so that keys can be exchanged; fails where it cannot be read.
   */
  async isSigned(body: Buffer, keyId: string, signature: string): Promise<boolean> {
    const path = this.config.SLUICE_SCANNER_KEYS_FILE;
    if (path === undefined) return false;
    const { public_keys: keys } = KeysFile.parse(JSON.parse(await readFile(path, 'utf8')));
    const key = keys.find(({ key_identifier }) => key_identifier === keyId)?.key;
    return key !== undefined && verify('sha256', body, key, Buffer.from(signature, 'base64'));
  }
}
