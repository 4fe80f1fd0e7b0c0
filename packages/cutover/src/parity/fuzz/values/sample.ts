/** A value to try, with what is tried by it. */
export interface Sample<T = unknown> {
  readonly value: T
  /** Such as `above maximum`. */
  readonly label: string
  /** Whether the schema allows it. */
  readonly fits: boolean
}

export function fitting <T> (label: string, value: T): Sample<T> {
  return { value, label, fits: true }
}

export function unfit <T> (label: string, value: T): Sample<T> {
  return { value, label, fits: false }
}
