import type { Logger } from 'pino'

/** The few commands that are used here. Each fails at once while Redis is away, and after a second without an answer. */
export interface Redis {
  get (key: string): Promise<string | null>
  set (key: string, value: string, ttlSeconds: number): Promise<void>
  /** Runs a Lua script on one key. */
  run (script: string, key: string, ...values: string[]): Promise<unknown>
  ping (): Promise<void>
  close (): Promise<void>
}

const patienceMs = 1_000

/** Connects to Redis, and again whenever the connection is lost. */
export async function connectRedis ({ url, log }: { url: string, log: Logger }): Promise<Redis> {
  const { createClient } = await import('redis')
  const client = createClient({
    url,
    // Whoever asks while it is away is told at once.
    disableOfflineQueue: true,
    // The client's own patience ends when a command is written; ours, below, when it is answered.
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: 2_000, reconnectStrategy: tries => Math.min(2_000, 50 * 2 ** tries) }
  })
  client.on('error', (error: Error) => log.warn({ err: error }, 'redis is away'))
  const first = new Promise<void>(resolve => {
    client.once('ready', resolve)
    client.once('error', () => resolve())
  })
  client.connect().catch(() => {})
  await first
  return {
    get: key => inTime(client.get(key)),
    set: async (key, value, ttlSeconds) => { await inTime(client.set(key, value, { expiration: { type: 'EX', value: ttlSeconds } })) },
    run: (script, key, ...values) => inTime(client.eval(script, { keys: [key], arguments: values })),
    ping: async () => { await inTime(client.ping()) },
    close: async () => { client.destroy() }
  }
}

function inTime<Value> (answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`redis did not answer within ${patienceMs} ms`)), patienceMs)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
