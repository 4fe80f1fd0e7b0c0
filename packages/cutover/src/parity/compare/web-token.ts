/** What a JSON Web Token says (RFC 7519); who signed it is not looked at. */
interface WebToken {
  /** What stands before it: `Bearer `. */
  readonly scheme: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

const form = /^((?:[\w-]+ +)?)(eyJ[\w-]*)\.([\w-]+)\.[\w-]*$/
/** Claims that tell a moment, in seconds since 1970; others are measured from the first that both tokens have. */
const moments = ['iat', 'nbf', 'exp', 'auth_time']
/** Both sides are asked within moments, seconds. */
const apartAtMost = 600
/** A clock that is read twice may have gone on, seconds. */
const slack = 1

/**
 * What two JSON Web Tokens say, as JSON texts with `header` and `claims`, in which moments are told by their distance from
 * the moment of issue. Moments of issue that are near each other are left out.
 * @param anyTime whether moments of issue may be any time apart, as in recordings
 * @returns undefined when one of the texts is no such token, or they stand behind other words
 */
export function tokensSay (legacy: string, candidate: string, anyTime: boolean): readonly [legacy: Buffer, candidate: Buffer] | undefined {
  const a = read(legacy)
  const b = a === undefined ? undefined : read(candidate)
  if (a === undefined || b === undefined || a.scheme !== b.scheme) return undefined
  const ours: Record<string, unknown> = { ...a.claims }
  const theirs: Record<string, unknown> = { ...b.claims }
  const both = moments.filter(name => isMoment(ours[name]) && isMoment(theirs[name]))
  const [first] = both
  if (first !== undefined) {
    const [from, other] = [ours[first] as number, theirs[first] as number]
    for (const name of both.slice(1)) {
      const [one, two] = [(ours[name] as number) - from, (theirs[name] as number) - other]
      ours[name] = `${first} + ${one} s`
      theirs[name] = `${first} + ${Math.abs(two - one) <= slack ? one : two} s`
    }
    if (anyTime || Math.abs(from - other) <= apartAtMost) for (const claims of [ours, theirs]) Reflect.deleteProperty(claims, first)
  }
  return [Buffer.from(JSON.stringify({ header: a.header, claims: ours })), Buffer.from(JSON.stringify({ header: b.header, claims: theirs }))]
}

function read (text: string): WebToken | undefined {
  const [, scheme, header, payload] = form.exec(text) ?? []
  if (scheme === undefined || header === undefined || payload === undefined) return undefined
  const [one, other] = [jsonObject(header), jsonObject(payload)]
  return one === undefined || other === undefined ? undefined : { scheme, header: one, claims: other }
}

function jsonObject (part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}

function isMoment (value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value)
}
