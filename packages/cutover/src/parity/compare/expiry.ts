/** The Date of each answer, milliseconds since 1970, where it has one. */
export type Dates = readonly [legacy: number | undefined, candidate: number | undefined]

/** How far two moments that are meant from the moment of the answer may be apart, milliseconds. */
const clockSlack = 5000

/** Whether two moments are as far from the Date of their own answers, or both past. */
export function isSameExpiry (a: number, b: number, [dateA, dateB]: Dates): boolean {
  if (dateA === undefined || dateB === undefined) return Math.abs(a - b) <= clockSlack
  if (a <= dateA && b <= dateB) return true
  return Math.abs((a - dateA) - (b - dateB)) <= clockSlack
}
