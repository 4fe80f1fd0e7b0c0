import createError from '@fastify/error'

/**
 * Every error that cutover raises, in one table: code, what a person reads (printf-style: what was
 * wrong, where, what to do) and, where a client can meet it, the HTTP status.
 * Differences and failed gates are values, not errors.
 */
const table = {
  // configuration
  CUT_CONFIG_NOT_FOUND: ['No cutover.config.ts, .js, .mjs or .json in %s or above it. Run `cutover init` to write one, or name it with --config.'],
  CUT_CONFIG_UNREADABLE: ['%s could not be loaded: %s'],
  CUT_CONFIG_INVALID: ['%s is not a valid configuration:\n%s'],
  CUT_ENV_INVALID: ['%s=%s is not a backend or a share. Use legacy, candidate, express, fastify, true, false or a percentage such as 25%.'],
  // control
  CUT_FEATURE_UNKNOWN: ['There is no feature "%s".%s Features: %s.', 404],
  CUT_SHARE_INVALID: ['"%s" is not a share. Use a percentage from 0% to 100% with at most two decimals.', 400],
  CUT_JOURNAL_UNREADABLE: ['The journal %s cannot be read at line %s: %s. Repair that line, or move the file away to start from the configured shares.'],
  CUT_JOURNAL_UNWRITABLE: ['The journal %s cannot be written: %s. Free space or fix its permissions; shares keep their last values.'],
  // rollouts
  CUT_ROLLOUT_UNDER_WAY: ['A rollout of %s is %s already. Abort it first, or let it end.', 409],
  CUT_ROLLOUT_FAILED_BEFORE: ['The last rollout of %s%s failed: %s. Repair the candidate and name its new version (rollout.version or --version), or start with --override and a reason.', 409],
  CUT_ROLLOUT_COOLING: ['%s was taken back and is left alone until %s. Wait, or start with --override and a reason.', 409],
  CUT_ROLLOUT_SHARE: ['%s is at %s already, above the first stage (%s). Roll it back first (`cutover rollback %s`), or start with --override and a reason to take it down to the first stage.', 409],
  CUT_ROLLOUT_NOTHING: ['There is nothing to roll out: %s.', 409],
  CUT_ROLLOUT_NONE: ['There is no rollout to %s%s. Under way: %s.', 409],
  CUT_ROLLOUT_PAUSED: ['The rollout of %s is paused (%s). Resume it first.', 409],
  CUT_ROLLOUT_REASON: ['To %s needs a reason: give it with --why.', 400],
  CUT_ROLLOUT_FAILED: ['A rollout could not go on: %s. Traffic keeps its shares.'],
  CUT_LOAD_FAILED: ['The clients that were to send requests failed: %s.'],
  // backends
  CUT_APPLICATION_UNKNOWN: ['The application of %s is %s, which cannot serve requests. Give an Express, Fastify, Koa, Nest or Hono application, a (req, res) function, an http.Server that is not listening, or a function without parameters that makes one of these.'],
  CUT_APPLICATION_LISTENING: ['The %s of %s already listens on a port of its own. Remove its listen() call, or export the application before it listens: the switch owns the port.'],
  CUT_APPLICATION_FAILED: ['The application of %s could not be made ready: %s'],
  CUT_PACKAGE_MISSING: ['%s needs the package %s, which is not installed. Run `npm install %s`.'],
  CUT_MODULE_UNREADABLE: ['The module %s of %s could not be loaded: %s'],
  CUT_MODULE_EXPORT: ['The module %s of %s has no export "%s". It exports: %s. Name one of them with `export`.'],
  CUT_COMMAND_INVALID: ['The command line of %s, %s, is not usable: %s.'],
  CUT_COMMAND_NEVER_HEALTHY: ['The command of %s, `%s`, was not healthy at %s within %s: %s.\nIts last output:\n%s'],
  CUT_ORIGIN_TAKEN: ['Something already answers at %s, where the command of %s, `%s`, should. Stop it, give the command another port, or leave out `command` to use what runs there.'],
  // backends of trials
  CUT_SIDE_FAILED: ['The %s backend could not be started in a process of its own: %s.\nIts last output:\n%s'],
  CUT_SIDE_IN_CODE: ['The application of the %s backend is an object of this process, so that no second instance of it can be started. Give the backend as a module (a path and an export), or keep the application in a config file.'],
  CUT_SIDE_DOWN: ['The %s backend at %s is down: %s.'],
  CUT_SIDE_STATE: ['parity.state names the variable %s, which is not set: set it to the URL of the database, let the module of parity.surroundings return `state: { url }`, or leave it out of parity.state to compare only answers.'],
  CUT_DERIVE_UNKNOWN: ['The scenario "%s", step %s, derives "%s" by "%s", which the module of parity.surroundings does not give. It gives: %s. Return it there, `derive: { name: ({ values }) => … }`, or export it as `derive`.'],
  CUT_SURROUNDINGS_FAILED: ['The surroundings %s could not be started: %s'],
  // benches
  CUT_BENCH_ROUTES: ['There is nothing to measure: %s. Name requests in bench.routes of the config: { name: \'list\', path: \'/api/items\' }.'],
  CUT_BENCH_UNANSWERED: ['%s got no answer from %s: %s.'],
  CUT_BENCH_DIED: ['%s ended while it was measured: it %s.'],
  CUT_BENCH_GENERATOR: ['The load generator failed: %s.'],
  CUT_BENCH_UNKNOWN: ['There is no bench result %s. There are: %s.'],
  CUT_BENCH_UNREADABLE: ['The bench result %s cannot be read: %s. Delete it, or measure again.'],
  // databases of trials
  CUT_STATE_UNAVAILABLE: ['The database %s cannot be cloned: %s'],
  CUT_STATE_COLLECTIONS: ['The server of the database %s cannot list its collections. Name them in parity.state.collections, or have the module of parity.surroundings return them: `state: { url, collections: [\'notes\', \'content.files\'] }`.'],
  CUT_STATE_FAILED: ['The %s of the database "%s" failed: %s'],
  // commands
  CUT_USAGE: ['%s'],
  CUT_FILE_EXISTS: ['%s exists already. Use --force to overwrite it.'],
  CUT_NOT_RUNNING: ['No switch is running for %s%s. Start it with `cutover up`.'],
  CUT_ADMIN_UNREACHABLE: ['The admin listener at %s did not answer: %s. See `cutover doctor`.'],
  CUT_ADMIN_REFUSED: ['The admin listener at %s refused the token. Use the one in %s, or set CUTOVER_ADMIN_TOKEN to the one that the switch was started with.'],
  CUT_PORT_UNAVAILABLE: ['Port %s on %s cannot be listened on (%s). Stop what uses it, or choose another port.'],
  // admin listener
  CUT_ADMIN_PORT: ['The admin listener cannot listen at %s, port %s: %s. Free it, set admin.port to another (0 picks a free one), or set admin.enabled to false.'],
  CUT_ADMIN_TOKEN: ['This needs the header "authorization: Bearer TOKEN" with the token of this switch: that in admin.json of its state folder, or in CUTOVER_ADMIN_TOKEN.', 401],
  CUT_ADMIN_HOST: ['The admin listener does not answer to the host name of this request. Use localhost, its address, or the name in admin.host.', 403],
  // recordings and other formats of exchanges
  CUT_RECORDING_NOT_FOUND: ['There is no recording at %s. Name a file, or a folder that `cutover record` has written.'],
  CUT_RECORDING_INVALID: ['%s cannot be read as a recording: %s. Name a recording of cutover, a HAR file or a Postman collection.'],
  CUT_RECORDING_VERSION: ['The recording %s is of version %s; this cutover reads versions up to %s. Update cutover, or record again.'],
  CUT_RECORDING_UNWRITABLE: ['The recording %s cannot be written: %s. Free space or fix its permissions; traffic goes on unrecorded.'],
  CUT_RECORDING_TOO_LARGE: ['%s holds more than %s exchanges. Replay or compare its parts (000001.ndjson, …) one by one.'],
  CUT_REPLAY_CHANGED: ['%s is the progress of another recording, or of this one before it changed. Run again without --resume to begin anew.'],
  CUT_SIGN_IN_FAILED: ['The scenario "%s" could not sign in on the %s backend: %s. Correct it, or give --header instead.'],
  CUT_REPORT_UNWRITABLE: ['The report %s cannot be written: %s.'],
  CUT_DIFF_NOTHING: ['Of the requests in %s none is in %s too: they are no recordings of the same traffic.'],
  CUT_HAR_INVALID: ['%s is not a HAR 1.2 file: %s. Export it again with "Save all as HAR".'],
  CUT_POSTMAN_INVALID: ['%s is not a Postman collection of version 2.1: %s. Export it again as "Collection v2.1".'],
  CUT_OPENAPI_INVALID: ['%s is not an OpenAPI description of version 3.0 or 3.1: %s.'],
  CUT_EXCHANGE_UNWRITABLE: ['%s %s cannot be written as %s: %s.'],
  // scenarios
  CUT_SCENARIO_INVALID: ['%s is not a scenario:\n%s'],
  CUT_SCENARIOS_MISSING: ['There is no folder of scenarios at %s. Write scenarios there (see docs/reference/scenarios.md), or name another folder in parity.scenarios.'],
  CUT_FOUND_UNWRITABLE: ['What was found cannot be kept in %s: %s. Make room or fix its permissions; the report has the scenario too.'],
  // what a client of the switch can meet
  CUT_BAD_REQUEST: ['The request is malformed: %s.', 400],
  CUT_BODY_TOO_LARGE: ['The request body is larger than %s bytes.', 413],
  CUT_HEADERS_TOO_LARGE: ['The request headers are larger than %s bytes.', 431],
  CUT_REQUEST_TIMEOUT: ['The request was not received in time.', 408],
  CUT_UPSTREAM_UNREACHABLE: ['The %s backend could not be reached.', 502],
  CUT_UPSTREAM_BROKEN: ['The %s backend broke off or answered with something that is not HTTP.', 502],
  CUT_UPSTREAM_TIMEOUT: ['The %s backend did not answer in time.', 504],
  CUT_BACKEND_FAILED: ['The %s backend failed before it answered.', 500],
  CUT_CLOSING: ['The server is shutting down.', 503]
} as const satisfies Record<string, readonly [message: string, status?: number]>

export type ErrorCode = keyof typeof table

export interface CutoverError extends Error {
  readonly code: ErrorCode
  readonly statusCode?: number
  readonly cause?: unknown
}

/** The table as data, for the generated reference page. */
export const errorTable: Readonly<Record<ErrorCode, readonly [message: string, status?: number]>> = table

const constructors = new Map(Object.entries(table).map(([code, [message, status]]) =>
  [code, createError(code, message, status ?? 500)]))

/**
 * Makes the error of a code, its `%s` filled in order.
 * @param code a key of the table
 * @param values what fills the `%s` of its message
 */
export function fault (code: ErrorCode, ...values: ReadonlyArray<string | number>): CutoverError {
  const Constructor = constructors.get(code)!
  return new Constructor(...values) as unknown as CutoverError
}

/** Whether an error is one of the table. */
export function isFault (error: unknown): error is CutoverError {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('CUT_')
}
