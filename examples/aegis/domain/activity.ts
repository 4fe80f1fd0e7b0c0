import type { Page } from '../types/page.ts'
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

/** Which lines of activity. */
export interface ActivityQuery extends Page {
  readonly resource?: string
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
