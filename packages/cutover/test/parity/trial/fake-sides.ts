import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { ComparisonConfig } from '../../../src/config/comparison.ts'
import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'
import type { TrialContext } from '../../../src/parity/trial/trial.ts'
import type { StateDump } from '../../../src/state/state.ts'

/** A backend of a test: makes its listener anew for each reset, so that it starts from nothing. */
export type Backend = (name: SideName) => RequestListener

export interface FakeSide extends Side {
  /** What is asked of it, in order. */
  readonly log: string[]
  /** Ends it, as a crash does. */
  die (): void
}

export interface FakeOptions {
  readonly twin?: boolean
  readonly rules?: ComparisonConfig
  readonly timeoutMs?: number
  readonly bodyLimit?: number
  readonly dump?: (name: SideName) => StateDump
  readonly signal?: AbortSignal
}

/** Sides on real servers of this process, closed after the test. */
export async function fakeContext (context: TestContext, backend: Backend, options: FakeOptions = {}): Promise<TrialContext & { readonly sides: Sides & { legacy: FakeSide, candidate: FakeSide } }> {
  const open = async (name: SideName): Promise<FakeSide> => {
    let listener = backend(name)
    const log: string[] = []
    let down = false
    const server = createServer((request, response) => {
      if (down) request.socket.destroy()
      else listener(request, response)
    })
    const listen = async (): Promise<void> => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    await listen()
    let { port } = server.address() as AddressInfo
    context.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return {
      name,
      log,
      origin: () => new URL(`http://127.0.0.1:${port}`),
      die () {
        log.push('died')
        server.closeAllConnections()
        server.close()
      },
      async revive () {
        if (server.listening) return
        log.push('revived')
        await listen()
        port = (server.address() as AddressInfo).port
      },
      state: {
        name,
        url: '',
        async reset () {
          log.push('reset')
          listener = backend(name)
        },
        dump: async () => options.dump?.(name) ?? { tables: [] },
        async stop () {
          log.push('stop')
          down = true
        },
        async start () {
          log.push('start')
          down = false
        }
      }
    }
  }
  const [legacy, twin, candidate] = await Promise.all([open('legacy'), options.twin === false ? undefined : open('twin'), open('candidate')])
  return {
    sides: { legacy: legacy!, twin, candidate: candidate!, close: async () => {} },
    rules: options.rules ?? {},
    noise: {},
    timeoutMs: options.timeoutMs ?? 5000,
    bodyLimit: options.bodyLimit ?? 100_000,
    signal: options.signal
  }
}
