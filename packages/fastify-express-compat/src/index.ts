import { expressCompat } from './plugin.ts'
import './types.ts'

export { expressCompat }
export default expressCompat
export { expressOptions } from './factory.ts'
export { expressErrors, type ErrorHandlers } from './errors/page.ts'
export { defaultRows, rowNames, rowTable, type RowName, type Rows } from './table.ts'
export type { Area, ExpressMajor, Row } from './row.ts'
export type { BodyOptions, ExpressCompatOptions, Settings, TrustProxy } from './options.ts'
export type { CookieOptions, FormatHandlers, SendFileOptions } from './types.ts'
export * from './joi.ts'
