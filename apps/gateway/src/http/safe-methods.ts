/** Methods that change nothing (RFC 9110 section 9.2.1, RFC 10008 section 2). */
export const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'QUERY'];
