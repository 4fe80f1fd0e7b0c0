/** A database that can be copied, so that each backend runs on its own clone of the same data. Adapters implement it. */
export interface StateSource {
  /** The adapter: `postgres`, `mongodb`. */
  readonly kind: string
  /**
   * Makes one more clone.
   * @param name whose it is, such as `legacy`: letters, digits and `-`
   * @throws CUT_STATE_UNAVAILABLE
   */
  clone (name: string): Promise<StateClone>
  /** Drops every clone and ends all connections of its own; the source stays as it was. */
  close (): Promise<void>
}

/** A clone of a database. */
export interface StateClone {
  readonly name: string
  /** Where a backend connects to it: a connection URL. It holds a password: never log it. */
  readonly url: string
  /** Puts back what the source held, sequences included, while the backend stays connected. */
  reset (): Promise<void>
  dump (): Promise<StateDump>
  /** Refuses and cuts connections, as a database that is down does, until {@link start}. */
  stop (): Promise<void>
  start (): Promise<void>
}

/** What a database holds, table by table (a collection is one), sorted by name. */
export interface StateDump {
  readonly tables: readonly TableDump[]
}

export interface TableDump {
  /** With its schema where that is not the default one. */
  readonly name: string
  readonly columns: readonly ColumnDump[]
  /** Names of the columns of the primary key; empty when there is none. */
  readonly key: readonly string[]
  /** Values in the order of the columns, as the database writes them as text; null for NULL. A column of type `bson` has canonical Extended JSON, null where the document has no such field. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>
  /** Of each row; absent where it is not known. */
  readonly origins?: readonly RowOrigin[]
  /** Of each row that was changed, for each column, whether it holds something else than in the source; undefined for other rows. Absent where it is not known. */
  readonly changes?: ReadonlyArray<readonly boolean[] | undefined>
  /** Rows of the table when there are more than were dumped. Those that are not `kept` come first then. */
  readonly truncated?: number
}

/** Whether a row is as the source has it, was changed since, or was added. */
export type RowOrigin = 'kept' | 'changed' | 'new'

export interface ColumnDump {
  readonly name: string
  /** The database's name of the type, such as `uuid` or `timestamp with time zone`. */
  readonly type: string
  /** Where its value is the key of another row: `table.column`. */
  readonly references?: string
  /** Whether the database counts its values up: an identity, a serial. */
  readonly serial?: true
  /** Whether rows need not have it: a field of documents. Null says that it is absent then. */
  readonly sparse?: true
}
