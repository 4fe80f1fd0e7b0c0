import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { run } from '../../src/cli/main.ts'
import type { OpenGateway } from '../../src/cli/gateway.ts'
import type { Surroundings } from '../../src/cli/surroundings.ts'
import type { BackendStats, FeatureStatus, StatusResponse } from '../../src/config/admin-api.ts'

/** A folder with these files in it. */
export function folderWith (t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cutover-cli-')))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  readonly terminal?: boolean
  readonly errorTerminal?: boolean
  readonly signals?: EventEmitter
  readonly openGateway?: OpenGateway
  readonly stdin?: PassThrough & { isTTY?: boolean }
  onOutput? (text: string): void
  onExit? (code: number): void
}

/** Runs a command line in a folder, in this process. */
export async function cutover (cwd: string, words: readonly string[], options: Options = {}): Promise<Ran> {
  let [out, err] = ['', '']
  const terminal = options.terminal === true
  const stdin = Object.assign(options.stdin ?? new PassThrough(), { isTTY: terminal })
  const surroundings: Surroundings = {
    cwd,
    env: options.env ?? {},
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: {
      write: text => { out += text; options.onOutput?.(text) },
      isTTY: terminal,
      ...(options.columns === undefined ? {} : { columns: options.columns })
    },
    stderr: {
      write: text => { err += text },
      isTTY: options.errorTerminal === true,
      ...(options.columns === undefined ? {} : { columns: options.columns })
    },
    signals: options.signals ?? new EventEmitter(),
    exit: code => options.onExit?.(code),
    openGateway: options.openGateway ?? (() => Promise.reject(new Error('no gateway in this test')))
  }
  const code = await run(words, surroundings)
  return { code, out, err }
}

export const token = 'a-token-for-these-tests'

const quiet: BackendStats = { requests: 0, errors: 0, clientErrors: 0, aborted: 0, fallbacks: 0, perSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null }

export function stats (some: Partial<BackendStats> = {}): BackendStats {
  return { ...quiet, ...some }
}

export function featureStatus (feature: string, some: Partial<FeatureStatus> = {}): FeatureStatus {
  return { feature, risk: 'low', routes: [`/${feature}`], share: 0, rolledBack: false, breaker: 'closed', stickyBy: undefined, backends: { legacy: stats(), candidate: stats() }, ...some }
}

export function statusResponse (some: Partial<StatusResponse> = {}): StatusResponse {
  return {
    pid: 4242,
    startedAt: '2026-01-01T00:00:00.000Z',
    version: '0.1.0',
    listen: { url: 'http://127.0.0.1:3000' },
    features: [],
    backends: {
      legacy: { kind: 'command', target: 'node dist/express.js', state: 'healthy' },
      candidate: { kind: 'origin', target: 'http://127.0.0.1:3001', state: 'healthy' }
    },
    unlisted: { legacy: stats(), candidate: stats() },
    ...some
  }
}

export interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: unknown
}

/** An admin listener that answers each call with what `answer` says, and a folder whose admin.json names it. */
export async function adminListener (t: TestContext, answer: (asked: Asked) => { status?: number, body: unknown }): Promise<{ folder: string, url: string, asked: Asked[], close: () => Promise<void> }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const call: Asked = { method: request.method!, url: request.url!, authorization: request.headers.authorization, body: await bodyOf(request) }
    asked.push(call)
    const allowed = call.authorization === `Bearer ${token}`
    const { status = 200, body } = allowed ? answer(call) : { status: 401, body: { code: 'UNAUTHORIZED', message: 'no' } }
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => { await new Promise<void>(resolve => { server.close(() => resolve()); server.closeAllConnections() }) }
  t.after(close)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { folder: folderWith(t, { '.cutover/admin.json': JSON.stringify({ url, token, pid: 4242 }) }), url, asked, close }
}

async function bodyOf (request: IncomingMessage): Promise<unknown> {
  const text = Buffer.concat(await request.toArray()).toString()
  return text === '' ? undefined : JSON.parse(text)
}
