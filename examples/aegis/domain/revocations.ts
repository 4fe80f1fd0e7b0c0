import type { Session } from './sessions.ts'

/** Sessions that are over before their time: one, or all of a user but one. Times are in milliseconds since 1970. */
export type Revocation =
  | { readonly sessionId: string, readonly expires: number }
  | { readonly userId: string, readonly before: number, readonly except: string, readonly expires: number }

export interface RevocationStore {
  add (revocation: Revocation, at: Date): Promise<void>
  /** Those that were added since then. */
  since (at: Date): Promise<readonly Revocation[]>
}

/** Which sessions are revoked: known without asking the database for each request. */
export interface Revocations {
  has (session: Session): boolean
  /** In force here when it resolves, and within a second on every other server. */
  add (revocation: Revocation): Promise<void>
  close (): void
}

export interface RevocationParts {
  readonly store: RevocationStore
  readonly now: () => Date
  /** Told when other servers' revocations could not be asked for; the next time catches up. */
  readonly log: { error (details: object, message: string): void }
  /** How often they are asked for, in milliseconds. */
  readonly interval?: number
}

/** Clocks of servers differ by less, in milliseconds. */
const overlap = 60_000

/** Reads what is revoked, and keeps up with it until it is closed. */
export async function openRevocations ({ store, now, log, interval = 1_000 }: RevocationParts): Promise<Revocations> {
  const sessions = new Map<string, number>()
  const users = new Map<string, { readonly before: number, readonly except: string, readonly expires: number }>()
  let seen = new Date(0)
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const take = (revocation: Revocation): void => {
    if ('sessionId' in revocation) sessions.set(revocation.sessionId, revocation.expires)
    else if ((users.get(revocation.userId)?.before ?? 0) <= revocation.before) users.set(revocation.userId, revocation)
  }
  const catchUp = async (): Promise<void> => {
    const asked = now()
    for (const revocation of await store.since(new Date(seen.getTime() - overlap))) take(revocation)
    seen = asked
    for (const known of [sessions, users]) {
      for (const [key, value] of known as Map<string, number | { expires: number }>) {
        if ((typeof value === 'number' ? value : value.expires) <= asked.getTime()) known.delete(key)
      }
    }
  }
  const goOn = (): void => {
    if (closed) return
    timer = setTimeout(() => {
      catchUp().catch((error: unknown) => { if (!closed) log.error({ err: error }, 'revoked sessions could not be read') }).finally(goOn)
    }, interval)
    timer.unref()
  }

  await catchUp()
  goOn()
  return {
    has ({ id, userId, issued }) {
      if (sessions.has(id)) return true
      const user = users.get(userId)
      // A token tells the second of its making.
      return user !== undefined && issued + 1_000 <= user.before && id !== user.except
    },
    async add (revocation) {
      await store.add(revocation, now())
      take(revocation)
    },
    close () {
      closed = true
      clearTimeout(timer)
    }
  }
}
