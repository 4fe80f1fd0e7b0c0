import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import type { Link } from './bus.ts'

/** As much of a logger as is used. */
export interface LinkLog {
  warn (details: object, message: string): void
  info (message: string): void
}

const event = 'aegis:message'
/** Commands that wait for a Redis that hangs; more are dropped. */
const mostWaiting = 1_000

/**
 * A link through Redis. It connects, and connects again, in the background: while Redis cannot be reached, messages to
 * other processes are dropped, which is logged once, and everything else goes on.
 */
export function openRedisLink ({ url, log }: { readonly url: string, readonly log: LinkLog }): Link {
  let down = false
  let closed = false
  const failed = (error: Error): void => {
    if (!down && !closed) log.warn({ error: error.message }, 'Redis cannot be reached: sockets of other processes are not told until it is back')
    down = true
  }
  const ready = (): void => {
    if (down) log.info('Redis is back: sockets of other processes are told again')
    down = false
  }
  const publisher = createClient({ url, commandsQueueMaxLength: mostWaiting, disableOfflineQueue: true })
  const subscriber = createClient({ url })
  publisher.on('error', failed).on('ready', ready)
  subscriber.on('error', failed)
  // What refuses to connect for good has been told by its `error`.
  const connecting = [publisher, subscriber].map(client => client.connect().catch(failed))

  // The adapter does not look at what becomes of its commands, and a promise that nobody looks at ends the process.
  const quietPublisher = Object.create(publisher, {
    publish: {
      value: async (channel: string, message: string | Buffer): Promise<void> => {
        if (publisher.isReady) await publisher.publish(channel, message).catch(failed)
      }
    }
  }) as typeof publisher
  const quietSubscriber = Object.create(subscriber, Object.fromEntries((['subscribe', 'pSubscribe', 'unsubscribe', 'pUnsubscribe'] as const).map(name =>
    [name, { value: async (...args: never[]): Promise<void> => { await (subscriber[name] as (...args: never[]) => Promise<void>)(...args).catch(failed) } }]))) as typeof subscriber
  // A server that nobody connects to: it speaks to its like in other processes.
  const relay = new Server({ adapter: createAdapter(quietPublisher, quietSubscriber, { key: 'aegis' }), serveClient: false })

  return {
    send: message => { relay.serverSideEmit(event, message) },
    onMessage: listener => { relay.on(event as 'connection', listener as never) },
    async close () {
      closed = true
      for (const client of [publisher, subscriber]) client.destroy()
      await Promise.all(connecting)
    }
  }
}
