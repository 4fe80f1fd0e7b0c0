import type { Options as JsonOptions, OptionsText, OptionsUrlencoded, Options as RawOptions } from 'body-parser'
import { fault } from './errors.ts'
import type { ExpressMajor } from './row.ts'
import { defaultRows, rowNames, rowTable, type RowName, type Rows } from './table.ts'

/** Which body parsers the Express application had mounted for all routes, with their options. */
export interface BodyOptions {
  /** `express.json()`; on by default. */
  readonly json?: boolean | JsonOptions
  /** `express.urlencoded()`; off by default. */
  readonly urlencoded?: boolean | OptionsUrlencoded
  /** `express.text()`; off by default. */
  readonly text?: boolean | OptionsText
  /** `express.raw()`; off by default. */
  readonly raw?: boolean | RawOptions
}

/** What `trust proxy` takes in Express. */
export type TrustProxy = boolean | number | string | readonly string[] | ((address: string, hop: number) => boolean)

/** Settings that are no rows: what the Express application had configured. */
export interface Settings {
  /** The version to answer as; without one, only the rows that are named are on. */
  readonly express?: ExpressMajor
  /** The parsers that were mounted. Default: `{ json: true }`. */
  readonly bodies?: BodyOptions
  /** The setting `trust proxy`. Default: `false`. The row `trustProxy` of the same name is on when this is set. */
  readonly trust?: TrustProxy
  /** The secret of cookie-parser, for signed cookies. */
  readonly cookieSecret?: string | readonly string[]
  /** The setting `env`: error pages show stacks unless it is `production`. Default: `NODE_ENV`, else `development`. */
  readonly env?: string
  /** The setting `subdomain offset`. Default: 2. */
  readonly subdomainOffset?: number
  /** The setting `query parser`. Default: `extended` for 4, `simple` for 5. */
  readonly query?: 'simple' | 'extended'
}

/** Options of the plugin: settings, and a boolean for every row that differs from the version's default. */
export type ExpressCompatOptions = Settings & { readonly [name in RowName]?: boolean }

const settingNames = new Set(['express', 'bodies', 'trust', 'cookieSecret', 'env', 'subdomainOffset', 'query', 'prefix', 'logLevel'])

/**
 * The rows that these options turn on.
 * Throws EXC_VERSION for a version other than 4 and 5, EXC_UNKNOWN_ROW for a name that is no row.
 */
export function resolveRows (options: ExpressCompatOptions): Rows {
  const major: unknown = options.express
  if (major !== undefined && major !== 4 && major !== 5) throw fault('EXC_VERSION', String(major))
  return withOverrides(defaultRows(options.express), options)
}

/** The rows of a route: those of the instance less those that the route turns off. Throws EXC_UNKNOWN_ROW and EXC_ROUTE_ROW. */
export function routeRows (rows: Rows, overrides: Readonly<Record<string, boolean>>, route: string): Rows {
  for (const [name, wanted] of Object.entries(overrides)) {
    if (!(name in rowTable)) continue
    if (rowTable[name as RowName].route !== true || (wanted && !rows[name as RowName])) throw fault('EXC_ROUTE_ROW', route, name)
  }
  return withOverrides(rows, overrides)
}

function withOverrides (rows: Rows, overrides: object): Rows {
  const result = { ...rows }
  for (const [name, value] of Object.entries(overrides)) {
    if (settingNames.has(name)) continue
    if (!(name in rowTable)) throw fault('EXC_UNKNOWN_ROW', name, suggestion(name))
    result[name as RowName] = Boolean(value)
  }
  return Object.freeze(result)
}

function suggestion (name: string): string {
  const wanted = name.toLowerCase()
  const near = rowNames.find(row => row.toLowerCase().includes(wanted) || wanted.includes(row.toLowerCase()))
  return near === undefined ? '' : ` (did you mean "${near}"?)`
}
