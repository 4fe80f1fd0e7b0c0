import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { RolloutEvent } from '../../../src/config/control.ts'
import type { NotificationSettings } from '../../../src/config/rollout-settings.ts'
import { openNotifier, type NotifierLimits, type OpenNotifier } from '../../../src/rollout/notify/notifier.ts'
import type { LogEvent } from '../../../src/switch/log.ts'

export function event (further: Partial<RolloutEvent> = {}): RolloutEvent {
  return { at: '2026-01-02T03:04:05.000Z', kind: 'rollout', event: 'stage', rollout: 'r1', feature: 'vehicles', stage: 1, share: 1_000, who: 'rollout', why: 'every gate passed', ...further }
}

export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface StandIn {
  readonly url: string
  readonly got: Got[]
  /** Resolves once it has had so many requests. */
  had (count: number): Promise<void>
}

/** Takes what is posted, and answers as the test says. */
export async function standIn (t: TestContext, answer: (response: ServerResponse, count: number, request: IncomingMessage) => void = response => { response.end('ok') }): Promise<StandIn> {
  const got: Got[] = []
  const waiting: Array<{ readonly count: number, readonly resolve: () => void }> = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += chunk })
    request.on('end', () => {
      got.push({ method: request.method!, path: request.url!, headers: request.headers, body })
      for (const { count, resolve } of waiting) if (got.length >= count) resolve()
      answer(response, got.length, request)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    had: async count => { if (got.length < count) await new Promise<void>(resolve => waiting.push({ count, resolve })) }
  }
}

/** A notifier with the patience of a test. */
export function notifierFor (settings: readonly NotificationSettings[], { env = {}, limits = {} }: { readonly env?: Record<string, string>, readonly limits?: Partial<NotifierLimits> } = {}): { readonly notifier: OpenNotifier, readonly events: LogEvent[] } {
  const events: LogEvent[] = []
  const notifier = openNotifier(settings, { env, folder: process.cwd(), log: event => { events.push(event) }, limits: { firstPauseMs: 1, ...limits } })
  return { notifier, events }
}

export function hook (url: string, further: { readonly on?: readonly string[], readonly secret?: string } = {}): NotificationSettings {
  return { kind: 'webhook', url, on: further.on, secret: further.secret }
}
