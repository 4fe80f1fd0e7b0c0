/** A URL as it may be logged: whoever has the token of a public link can read its note. */
export function loggedUrl (url: string): string {
  return url.replace(/^(\/api\/public\/)(?![0-9a-f]{24}(?:[/?]|$))[^/?]+/i, '$1[token]')
}
