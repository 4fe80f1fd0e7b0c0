/**
 * Whether a method only reads (RFC 9110, 9.2.1), so that its request may be sent again.
 * @param method upper case
 */
export function isSafe (method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE' || method === 'QUERY'
}
