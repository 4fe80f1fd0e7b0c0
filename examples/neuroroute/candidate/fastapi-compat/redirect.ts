import type { IncomingMessage } from 'node:http'

/** Host headers that Starlette believes; another one is replaced with the address of the server. */
const HOST = /^([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::[0-9]+)?$/i
/** What `urllib.parse.quote` leaves as it is in a location. */
const QUOTED = /[^A-Za-z0-9_.~:/%#?=@[\]!$&'()*+,;-]+/g

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The Location of a redirect for a slash: absolute, as Starlette builds it from Host and uvicorn's X-Forwarded-Proto.
 * @param path decoded
 * @param query as it was sent, a character for each byte
 * @param trustedProxies addresses whose X-Forwarded-Proto counts
 * @throws TypeError for a query that is not UTF-8, as Starlette does
 */
export function redirectLocation (request: IncomingMessage, path: string, query: string, trustedProxies: ReadonlySet<string>): string {
  const { host } = request.headers
  const { socket } = request
  const forwarded = trustedProxies.has('*') || trustedProxies.has(plainAddress(socket.remoteAddress)) ? lastHeader(request, 'x-forwarded-proto') : undefined
  const scheme = forwarded === undefined ? ('encrypted' in socket && socket.encrypted ? 'https' : 'http') : forwarded.trim()
  const netloc = host !== undefined && HOST.test(host) ? host : serverAddress(request, scheme)
  const url = `${scheme === '' ? '' : `${scheme}:`}//${netloc}${path}${query === '' ? '' : `?${decoder.decode(Buffer.from(query, 'latin1'))}`}`
  return url.replace(QUOTED, encodeURIComponent)
}

function serverAddress ({ socket }: IncomingMessage, scheme: string): string {
  const port = socket.localPort ?? 0
  const isDefault = port === (scheme === 'https' || scheme === 'wss' ? 443 : 80)
  const address = plainAddress(socket.localAddress)
  return isDefault ? address : `${address}:${port}`
}

function plainAddress (address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '')
}

function lastHeader (request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name]
  return values?.at(-1)
}
