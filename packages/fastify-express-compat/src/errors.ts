import createError from '@fastify/error'

const faults = {
  EXC_UNKNOWN_ROW: createError('EXC_UNKNOWN_ROW', 'expressCompat has no row "%s"%s; see docs/reference/express-differences.md', 500, TypeError),
  EXC_VERSION: createError('EXC_VERSION', 'expressCompat answers as Express 4 or 5, not "%s": pass { express: 4 } or { express: 5 }', 500, TypeError),
  EXC_FACTORY: createError('EXC_FACTORY', 'the row "%s" works through a constructor option: create the instance with fastify(expressOptions({ express: %s })), or turn the row off', 500, Error),
  EXC_TRUST_PROXY: createError('EXC_TRUST_PROXY', 'give trustProxy to expressCompat instead of to Fastify, whose own getters cannot be replaced; or turn the rows trustProxy, forwardedFirst, ips, host and hostname off', 500, Error),
  EXC_TAKEN: createError('EXC_TAKEN', 'another plugin already decorates "%s": turn the row "%s" off, or that plugin', 500, Error),
  EXC_ROUTE_ROW: createError('EXC_ROUTE_ROW', 'config.expressCompat of %s cannot change the row "%s": it belongs to the instance, or is off there; rows marked R in docs/reference/express-differences.md can be turned off for a route', 500, TypeError)
}

/** The code of an error of this package. */
export type FaultCode = keyof typeof faults

/** An error of this package: its code, and what its message names. */
export function fault (code: FaultCode, ...details: string[]): Error {
  return new faults[code](...details)
}
