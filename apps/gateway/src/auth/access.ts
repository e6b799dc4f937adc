import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiDefaultResponse } from '@nestjs/swagger';
import { Problem } from '@sluice/contracts/fault';
import { AccessTokenGuard, AdminKeyGuard, EitherGuard } from './bearer.guard';

export const ACCESS_RULE = 'sluice:access';

/** Who may call a route: everybody, the holder of an access token, of an admin key, or of either. */
export type AccessRule = 'public' | 'token' | 'admin' | 'token-or-admin';

const guards = { token: AccessTokenGuard, admin: AdminKeyGuard, 'token-or-admin': EitherGuard };

/** Declares and enforces the access rule of a route or of a controller's routes; a test refuses routes without one. */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator {
  const declared = SetMetadata(ACCESS_RULE, rule);
  if (rule === 'public') return declared;
  const problem = ApiDefaultResponse({ standardSchema: Problem, description: 'A problem document (RFC 9457)' });
  return applyDecorators(declared, UseGuards(guards[rule]), ApiBearerAuth(rule), problem);
}
