import type { ActivityEntry } from './ports.ts'

/** A line of a user's own list of what they did. */
export interface Activity {
  readonly id: string
  /** `note.created` */
  readonly action: string
  readonly resource: string
  readonly resourceId: string | null
  readonly at: string
}

/** Which lines: `limit` at most, older than the line `before`. */
export interface ActivityQuery {
  readonly resource?: string
  readonly limit: number
  readonly before?: string
}

/** Where activity is kept. Nothing is ever changed or removed. */
export interface ActivityStore {
  append (entry: ActivityEntry, at: Date): Promise<void>
  /** Newest first. */
  list (ownerId: string, query: ActivityQuery): Promise<readonly Activity[]>
}

export interface Activities {
  list (ownerId: string, query: ActivityQuery): Promise<readonly Activity[]>
}

/** A user's own activity; it is written by the trail alone. */
export function createActivities ({ store }: { store: ActivityStore }): Activities {
  return { list: (ownerId, query) => store.list(ownerId, query) }
}
