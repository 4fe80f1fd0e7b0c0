/** The answer of `GET /health`: the process is up. */
export interface Liveness {
  readonly status: 'ok'
  readonly service: 'vehicles'
}

/** The answer of `GET /api/vehicles/health`: the capsule can serve. */
export interface Readiness {
  readonly status: 'ok' | 'unavailable'
  readonly feature: 'vehicles'
  readonly database: 'up' | 'down'
}
