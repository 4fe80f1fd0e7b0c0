import { failed, success, type Result } from '../types/result.ts'

/** The form of times: ISO 8601 with milliseconds, in UTC. Days that a month lacks have it too, see `isTime`. */
export const TIME_FORM = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** Whether a text in the form of a time is one: there is no 30 February. */
export function isTime (text: string): boolean {
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

/** Refuses a time that no calendar has. */
export function checkTime (text: string | null | undefined, field: string): Result<undefined> {
  if (text == null || isTime(text)) return success(undefined)
  return failed({ kind: 'unprocessable', code: 'TIME_UNREAL', message: `There is no such time as ${text}`, field })
}
