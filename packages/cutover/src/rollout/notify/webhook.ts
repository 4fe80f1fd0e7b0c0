import { createHmac } from 'node:crypto'
import type { Addressee } from './delivery.ts'
import { post, type Place } from './post.ts'

/**
 * Posts the event as JSON, in the form of Standard Webhooks (https://www.standardwebhooks.com): `webhook-id` is the
 * same for all attempts, `webhook-signature` is there when there is a secret.
 * @param secret text, or `whsec_` and base64
 * @param clock milliseconds since 1970
 */
export function webhook ({ place, on, secret, timeoutMs, clock = Date.now }: {
  readonly place: Place
  readonly on: readonly string[] | undefined
  readonly secret: string | undefined
  readonly timeoutMs: number
  readonly clock?: () => number
}): Addressee {
  return {
    name: `webhook ${place.host}`,
    on,
    deliver: async ({ id, event }, signal) => {
      const body = JSON.stringify(event)
      const timestamp = String(Math.floor(clock() / 1000))
      const signature = secret === undefined ? {} : { 'webhook-signature': sign(secret, id, timestamp, body) }
      return await post(place, body, { 'webhook-id': id, 'webhook-timestamp': timestamp, ...signature }, signal, timeoutMs)
    }
  }
}

function sign (secret: string, id: string, timestamp: string, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
