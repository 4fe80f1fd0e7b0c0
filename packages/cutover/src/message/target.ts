/**
 * The request target of what follows the authority in a URL. Characters that a target cannot hold are percent-encoded.
 * @param rest path and query, without fragment
 */
export function targetOf (rest: string): string {
  const target = rest.startsWith('/') ? rest : '/' + rest
  return target.replace(/[^\x21-\x7e]+/g, percentEncoded)
}

/** encodeURIComponent, for halves of surrogate pairs too. */
export function percentEncoded (text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
}
