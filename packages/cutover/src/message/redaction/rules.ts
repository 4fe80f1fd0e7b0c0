/** What to redact in a recording beside the defaults. */
export interface RedactionRules {
  /** Header names whose values are secret, of requests and responses. */
  readonly headers?: readonly string[]
  /** Names that are secret wherever they occur: query parameters, form and multipart fields, JSON members at any depth. */
  readonly names?: readonly string[]
  /** Query parameters that are secret, where `names` would reach too far. */
  readonly query?: readonly string[]
  /** JSON pointers into bodies, `*` for any one member or element and `**` for any number: `/users/*\/email`. */
  readonly json?: readonly string[]
  /** Names that the defaults take for secrets and that are none, such as `nextPageToken`. Headers are not among them. */
  readonly keep?: readonly string[]
}

/** Rules made ready to be asked. Names are compared without case, `-` and `_`. */
export interface CompiledRules {
  isSecretHeader (name: string): boolean
  isSecretName (name: string): boolean
  isSecretParameter (name: string): boolean
  /** Whether a JSON value at this path is secret by a pointer. */
  isSecretPath (path: ReadonlyArray<string | number>): boolean
  /** Whether text that could not be read holds the name of a secret, so that it must not be kept. */
  mentionsSecret (text: string): boolean
  /** Secret names and the endings that make a name secret, as a pattern: for text that has no parser. */
  readonly namePattern: string
}

const SECRET_HEADERS = [
  'authorization', 'proxy-authorization', 'cookie', 'cookie2', 'set-cookie', 'set-cookie2', 'authentication-info',
  'proxy-authentication-info', 'x-api-key', 'x-auth', 'x-auth-key', 'x-cutover-backend', 'x-forwarded-authorization',
  'x-original-authorization', 'x-forwarded-client-cert', 'x-amz-security-token', 'x-amz-signature', 'x-hub-signature',
  'x-hub-signature-256', 'x-signature', 'x-session', 'x-session-id', 'cf-access-jwt-assertion', 'x-goog-iap-jwt-assertion'
]

const SECRET_NAMES = [
  'password', 'passwd', 'pwd', 'passphrase', 'passcode', 'secret', 'token', 'jwt', 'apikey', 'authorization', 'auth',
  'accesskey', 'accesskeyid', 'privatekey', 'credentials', 'session', 'sessionid', 'sid', 'csrf', 'xsrf', 'otp', 'totp', 'pin', 'cvv', 'cvc',
  'cardnumber', 'creditcard', 'iban', 'ssn', 'assertion', 'codeverifier', 'signature', 'sig', 'xamzsignature', 'xamzcredential'
]

/** A longer name with one of these endings is secret too: `userPassword`, `refresh_token`. */
const ENDINGS = ['password', 'passwd', 'passphrase', 'passcode', 'secret', 'token', 'apikey', 'privatekey', 'accesskey', 'secretkey', 'jwt', 'sessionid']

/** Shorter names occur in any binary body by chance. */
const TELLING = 5

/** Makes rules ready, the defaults included. */
export function compileRules (rules: RedactionRules = {}): CompiledRules {
  const headers = new Set([...SECRET_HEADERS, ...(rules.headers ?? [])].map(name => name.toLowerCase()))
  const own = (rules.names ?? []).map(plain).filter(name => name !== '')
  const names = new Set([...SECRET_NAMES, ...own])
  const query = new Set((rules.query ?? []).map(plain))
  const kept = new Set((rules.keep ?? []).map(plain))
  const pointers = (rules.json ?? []).map(pointer => pointer.split('/').slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')))
  const isSecretName = (name: string): boolean => {
    const wanted = plain(name)
    return !kept.has(wanted) && (names.has(wanted) || ENDINGS.some(ending => wanted.endsWith(ending)))
  }
  const telling = [...names, ...query, ...pointers.map(pointer => plain(pointer.findLast(part => !part.startsWith('*')) ?? ''))].filter(name => name.length >= TELLING)
  return {
    isSecretHeader: name => headers.has(name.toLowerCase()) || ENDINGS.some(ending => plain(name).endsWith(ending)),
    isSecretName,
    isSecretParameter: name => parts(name).some(part => isSecretName(part) || (query.has(plain(part)) && !kept.has(plain(part)))),
    isSecretPath: path => pointers.some(pointer => matches(pointer, 0, path, 0)),
    mentionsSecret: text => {
      const reduced = plain(text)
      return pointers.some(pointer => pointer.every(part => part.startsWith('*'))) || telling.some(name => reduced.includes(name))
    },
    namePattern: `(?:${[...names, ...query].map(spelling).join('|')}|[\\w.-]{0,64}(?:${ENDINGS.map(spelling).join('|')}))`
  }
}

/** `user[password]` and `user.password` name a password too. */
function parts (name: string): string[] {
  return [name, ...name.split(/[[\].]+/).filter(part => part !== '')]
}

function plain (name: string): string {
  return name.toLowerCase().replace(/[-_\0]+/g, '')
}

/** A pattern of a plain name that allows `-` and `_` between its characters. */
function spelling (name: string): string {
  return [...name].map(character => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')).join('[-_]?')
}

function matches (pointer: readonly string[], at: number, path: ReadonlyArray<string | number>, from: number): boolean {
  if (at === pointer.length) return true
  const part = pointer[at]!
  if (part === '**') {
    for (let skip = from; skip <= path.length; skip++) if (matches(pointer, at + 1, path, skip)) return true
    return false
  }
  if (from === path.length) return false
  return (part === '*' || part === String(path[from])) && matches(pointer, at + 1, path, from + 1)
}
