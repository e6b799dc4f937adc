import { parseCookie, stringifySetCookie } from 'cookie';

/** Which of the console's cookies: the session's secret, or the mark of a browser in which somebody has signed in. */
export type ConsoleCookieName = 'sluice_session' | 'sluice_browser';

/**
 * A cookie of the console, for the installation's public URL. With https it is for TLS only, and the prefix keeps other
 * hosts of the domain from planting one; without, no browser takes either (RFC 6265bis section 4.1.3.2).
 */
export class ConsoleCookie {
  readonly name: string;
  private readonly secure: boolean;

  /** Without `maxAge`, in seconds, the browser keeps it until it is closed. */
  constructor(
    publicUrl: string,
    name: ConsoleCookieName,
    private readonly maxAge?: number,
  ) {
    this.secure = publicUrl.startsWith('https:');
    this.name = this.secure ? `__Host-${name}` : name;
  }

  /** The value in a Cookie header. */
  read(header: string | undefined): string | undefined {
    return header === undefined ? undefined : parseCookie(header)[this.name];
  }

  /** The Set-Cookie header that gives the value to the browser. */
  carrying(value: string): string {
    return this.write(value, this.maxAge);
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
