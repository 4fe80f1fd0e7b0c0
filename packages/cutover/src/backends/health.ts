import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:net'
import type { Lifecycle } from './backend.ts'

const checkEveryMs = 5000
const checkTimeoutMs = 2000

/** What is asked to know whether a backend is up. */
export interface HealthCheck {
  readonly url: URL
  /** A path that answers 2xx or 3xx, or undefined: a port that accepts connections is enough. */
  readonly path: string | undefined
}

/** Asks once. @returns undefined when the backend is up, else why it is not */
export async function unhealthiness ({ url, path }: HealthCheck, timeoutMs = checkTimeoutMs): Promise<string | undefined> {
  return await new Promise(resolve => {
    const answer = path === undefined ? askPort(url, resolve) : askPath(new URL(url.origin + path), resolve)
    const timer = setTimeout(() => {
      resolve(`no answer within ${timeoutMs} ms`)
      answer.destroy()
    }, timeoutMs)
    answer.once('close', () => clearTimeout(timer))
  })
}

function askPort (url: URL, tell: (reason: string | undefined) => void) {
  const socket = connect(portOf(url), hostOf(url))
  socket.once('connect', () => { tell(undefined); socket.destroy() })
  socket.on('error', (error: NodeJS.ErrnoException) => tell(reasonOf(error)))
  return socket
}

function askPath (url: URL, tell: (reason: string | undefined) => void) {
  const ask = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = ask(url, { agent: false, headers: { 'user-agent': 'cutover-health', connection: 'close' } }, response => {
    const status = response.statusCode ?? 0
    tell(status >= 200 && status < 400 ? undefined : `${url.pathname} answers ${status}`)
    request.destroy()
  })
  request.on('error', (error: NodeJS.ErrnoException) => tell(reasonOf(error)))
  request.end()
  return request
}

function reasonOf (error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'nothing listens there'
  return error.message || error.code || 'the connection failed'
}

/** The port of a URL, its protocol's own when it names none. */
export function portOf (url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
}

function hostOf (url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * Keeps a state in step with a health check, every 5 s; its timer does not keep the process alive.
 * @returns ends it
 */
export function watchHealth (check: HealthCheck, lifecycle: Lifecycle, everyMs = checkEveryMs): () => void {
  let ended = false
  let timer = setTimeout(round, everyMs).unref()
  async function round () {
    const reason = await unhealthiness(check)
    if (ended) return
    if (reason === undefined) lifecycle.set('healthy')
    else lifecycle.set('unhealthy', reason)
    timer = setTimeout(round, everyMs).unref()
  }
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
