/** Who asks, and how: what a rule may know of a request. */
export interface Caller {
  /** The signed-in user; ids are 24 hexadecimal digits. */
  readonly userId: string
  readonly requestId: string
  /** The client's address, as the trusted proxy tells it. */
  readonly address: string
}

/** Something that a user did, for that user's own list of what happened. */
export interface ActivityEntry {
  readonly userId: string
  /** `note.created`, `task.completed`: the resource, a dot, what was done in the past tense. */
  readonly action: string
  readonly resource: string
  readonly resourceId?: string
}

/** Something that matters to security: sign-ins, sign-outs, passkeys, shares, links. */
export interface AuditEntry {
  /** Absent when nobody was signed in, as for a failed sign-in. */
  readonly userId?: string
  /** `auth.login.failed` */
  readonly event: string
  readonly address: string
  readonly requestId: string
  /** Never a secret, never ciphertext. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** Writes what happened, exactly once, before the answer: a rule awaits it. */
export interface Trail {
  activity (entry: ActivityEntry): Promise<void>
  audit (entry: AuditEntry): Promise<void>
}

/** Something that open sockets are told. */
export interface RealtimeEvent {
  /** `user:ID` for all sockets of a user, `note:ID` for those who joined a note's room. */
  readonly room: string
  /** `note:updated` */
  readonly name: string
  /** Metadata only: ids, versions, times. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** Tells sockets, those that another server holds too. Never throws, never waits: a write is done whether or not anyone hears of it. */
export interface Events {
  publish (event: RealtimeEvent): void
  /** Takes a user's sockets out of a room that the user may no longer be in. */
  evict? (userId: string, room: string): void
}
