import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth } from '@nestjs/swagger';
import { ACCESS_RULE, type AccessRule } from './access-rule';
import { AdminGuard, TokenOrAdminGuard } from './admin.guard';
import { ScannerGuard } from './scanner.guard';

/**
 * Declares and enforces the access rule of a controller's routes, and of single routes that differ from it. A test
 * refuses routes without one, and holds the roles to the table in docs/management.md.
 */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator {
  const declared = [SetMetadata(ACCESS_RULE, rule)];
  if (rule === 'public') return applyDecorators(...declared);
  if (rule === 'scanner-or-editor') {
    return applyDecorators(...declared, UseGuards(ScannerGuard), ApiBearerAuth('admin'), ApiCookieAuth('session'));
  }
  if (rule === 'token-or-admin') return applyDecorators(...declared, UseGuards(TokenOrAdminGuard));
  return applyDecorators(...declared, UseGuards(AdminGuard), ApiBearerAuth('admin'), ApiCookieAuth('session'));
}
