export { csrfCookie, sessionCookie } from '../cookies.ts'

/** The cookies that an answer sets, by name. */
export function cookiesOf (response: Response): Map<string, string> {
  return new Map(response.headers.getSetCookie().map(line => {
    const [pair] = line.split(';', 1) as [string]
    const equals = pair.indexOf('=')
    return [pair.slice(0, equals), pair.slice(equals + 1)]
  }))
}
