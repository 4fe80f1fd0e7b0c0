import type { ExpressMajor, Row } from './row.ts'
import { bodyRows } from './rows/body.ts'
import { connectionRows } from './rows/connection.ts'
import { errorRows } from './rows/errors.ts'
import { replyRows } from './rows/reply.ts'
import { requestRows } from './rows/request.ts'
import { responseRows } from './rows/response.ts'
import { routingRows } from './rows/routing.ts'

const table = { ...routingRows, ...bodyRows, ...responseRows, ...errorRows, ...connectionRows, ...requestRows, ...replyRows }

/** The name of a row, which is the name of its option. */
export type RowName = keyof typeof table

/** Every row by name, in the order of the reference page. */
export const rowTable: Readonly<Record<RowName, Row>> = table

/** The names of all rows. */
export const rowNames = Object.freeze(Object.keys(table)) as readonly RowName[]

/** Which rows are on. */
export type Rows = Readonly<Record<RowName, boolean>>

/** The rows that answer as this major version of Express does; without a version, none. */
export function defaultRows (major: ExpressMajor | undefined): Rows {
  const rows = {} as Record<RowName, boolean>
  for (const name of rowNames) rows[name] = major !== undefined && rowTable[name].majors.includes(major)
  return rows
}
