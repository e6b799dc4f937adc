import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { RevocationLedger } from './revocation-ledger';

/** Lets no request of the bus through while the database is behind what was revoked. Health and metrics go on. */
@Injectable()
export class RestoreFence implements CanActivate {
  constructor(private readonly ledger: RevocationLedger) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'rpc') this.ledger.expectCurrent();
    return true;
  }
}
