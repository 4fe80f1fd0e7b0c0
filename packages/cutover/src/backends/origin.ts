import type { BackendName } from '../config/target.ts'
import { Lifecycle, type Backend } from './backend.ts'
import { unhealthiness, watchHealth } from './health.ts'

export interface OriginOptions {
  readonly name: BackendName
  readonly url: URL
  readonly health: string | undefined
  /** Between two health checks; 5 s when left out. */
  readonly checkEveryMs?: number
}

/**
 * A backend that somebody else runs. It is checked once before this resolves, whatever comes of it, and every 5 s
 * from then on: its state informs people, while the breaker and the fallback look after the traffic.
 */
export async function openOrigin ({ name, url, health, checkEveryMs }: OriginOptions): Promise<Backend> {
  const check = { url, path: health }
  const reason = await unhealthiness(check)
  const lifecycle = reason === undefined ? new Lifecycle('healthy') : new Lifecycle('unhealthy', reason)
  const end = watchHealth(check, lifecycle, checkEveryMs)
  return {
    name,
    kind: 'origin',
    target: { kind: 'origin', url },
    state: () => lifecycle.current,
    pid: () => undefined,
    onState: listener => lifecycle.on(listener),
    async stop () {
      end()
      lifecycle.set('stopped')
    }
  }
}
