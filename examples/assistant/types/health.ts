/** The answer of `GET /health`: the process is up. */
export interface Liveness {
  readonly status: 'ok'
  readonly service: 'assistant'
}
