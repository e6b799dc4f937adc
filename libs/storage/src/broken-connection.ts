import { types } from 'node:util';

const codes: unknown[] = ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOTCONN', 'ETIMEDOUT'];

/**
 * Stands for every error of a socket as Node throws it. The driver (7.8) passes some on as they are: a command that is
 * written in the very moment in which MongoDB dies fails with a bare `write EPIPE`.
 */
export class BrokenConnection extends Error {
  static override [Symbol.hasInstance](error: unknown): boolean {
    return types.isNativeError(error) && 'syscall' in error && 'code' in error && codes.includes(error.code);
  }
}
