import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * The cookie of a browser's session, for the installation's public URL. With https it is for TLS only, and the prefix
 * keeps other hosts of the domain from planting one; without, no browser takes either (RFC 6265bis section 4.1.3.2).
 */
export class SessionCookie {
  readonly name: string;
  private readonly secure: boolean;

  constructor(publicUrl: string) {
    this.secure = publicUrl.startsWith('https:');
    this.name = this.secure ? '__Host-sluice_session' : 'sluice_session';
  }

  /** The secret in a Cookie header. */
  read(header: string | undefined): string | undefined {
    return header === undefined ? undefined : parseCookie(header)[this.name];
  }

  /** The Set-Cookie header that gives the secret to the browser, until it is closed. */
  carrying(secret: string): string {
    return this.write(secret);
  }

  /** The Set-Cookie header that takes it away. */
  cleared(): string {
    return this.write('', 0);
  }

  private write(value: string, maxAge?: number): string {
    const { name, secure } = this;
    return stringifySetCookie({ name, value, httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge });
  }
}
