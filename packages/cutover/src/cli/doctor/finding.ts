/** One thing that doctor looked at. */
export interface Finding {
  readonly about: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it; there whenever the state is not ok. */
  readonly remedy?: string
}

export function ok (about: string, detail: string): Finding {
  return { about, state: 'ok', detail }
}

export function warn (about: string, detail: string, remedy: string): Finding {
  return { about, state: 'warn', detail, remedy }
}

export function fail (about: string, detail: string, remedy: string): Finding {
  return { about, state: 'fail', detail, remedy }
}
