import { Type, type Static } from 'typebox'
import { count, defaulted, duration, flag, port, secret, sharePattern, size, sizeText, text } from './fields.ts'
import { RecordSchema, ShadowSchema } from './observe-schema.ts'
import { BenchSchema, PlanSchema } from './bench-schema.ts'
import { OpenFeatureSchema } from './openfeature-schema.ts'
import { ParitySchema, RedactionSchema } from './parity-schema.ts'
import { RolloutSchema } from './rollout-schema.ts'
import type { StickyRequest } from './settings.ts'

// One schema: the types, the defaults, the validation and schema.json all come from here.

/** A backend: a listener in this process, a command that is started and watched, or a running origin. */
export const BackendSchema = Type.Object({
  module: Type.Optional(Type.String({ minLength: 1, description: 'A module in this process whose default export (or the export named in `export`) is an application or a (req, res) function, or makes one. A path relative to the config file.' })),
  export: Type.Optional(Type.String({ minLength: 1, description: 'The name of the export to take from `module`; "default" when left out.' })),
  listener: Type.Optional(Type.Unsafe<unknown>({ inCode: 'listener', expected: 'an application or a (req, res) function', description: 'An application object or (req, res) function; only in a TypeScript or JavaScript config. `legacy: app` is short for `legacy: { listener: app }`.' })),
  command: Type.Optional(Type.String({ minLength: 1, description: 'A command line to start and watch; needs `origin`. It is told its port in PORT, and where `{port}` stands in it or in `env`.' })),
  cwd: Type.Optional(Type.String({ minLength: 1, description: 'Where the command runs, relative to the config file; its folder when left out.' })),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Environment variables added for the command.' })),
  origin: Type.Optional(Type.String({ pattern: '^https?://[^/\\s]', expected: 'a URL that begins with http:// or https://', description: 'The URL at which the backend answers.' })),
  health: Type.Optional(Type.String({ pattern: '^/', expected: 'a path that begins with /', description: 'A path that answers 2xx or 3xx when the backend is ready. Without it, a port that accepts connections is enough.' })),
  startTimeout: duration('30s', 'How long the backend may take until it is healthy.'),
  stopTimeout: duration('10s', 'How long the command may take to stop after SIGTERM before it is killed.')
}, { additionalProperties: false })

/** A named group of routes that moves together. */
export const FeatureSchema = Type.Object({
  routes: Type.Array(Type.String({ pattern: '^([A-Z]+(\\|[A-Z]+)* )?/', expected: 'a route: "/path", "GET /path" or "GET|POST /path"' }), { minItems: 1, description: 'Routes, each a path with an optional method: "GET /health", "/api/vehicles", "/api/vehicles/:id", "/api/vehicles/*". A wildcard also covers everything below it.' }),
  risk: Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')], { description: 'What a mistake would cost. When left out it is judged by `plan.risks`, then by the words of the name and the routes: health checks and utilities low, sign-in, money and complex logic high, all else medium.' })),
  share: Type.Optional(Type.String({ pattern: sharePattern, expected: 'a share: 0% to 100%, at most two decimals', description: 'The part of the traffic that goes to the candidate: 0% to 100%, at most two decimals; 0% when left out. It is taken up when it says something new; otherwise a start resumes the share in the journal.' })),
  stickyBy: Type.Optional(Type.Union([
    Type.String({ pattern: '^(cookie|address|(cookie|header|jwt):\\S+)$' }),
    Type.Unsafe<(request: StickyRequest) => string | undefined>({ inCode: 'function' })
  ], { expected: '"cookie:NAME", "header:NAME", "jwt:CLAIM", "address", "cookie" or a function of the request', description: 'What keeps a user on one side: "cookie:NAME", "header:NAME", "jwt:CLAIM", "address", "cookie" (one of cutover\'s own) or a function of the request.' })),
  pin: Type.Optional(Type.Object({
    legacy: Type.Optional(Type.Array(Type.String(), { description: 'Sticky keys that always go to legacy.' })),
    candidate: Type.Optional(Type.Array(Type.String(), { description: 'Sticky keys that always go to the candidate.' }))
  }, { additionalProperties: false, description: 'Sticky keys that always go to one side, testers for example. A rollback overrides a pin to the candidate.' })),
  env: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', expected: 'the name of an environment variable', description: 'The environment variable that sets the share at start: legacy, candidate, express, fastify, true, false or a percentage. Several features may name the same one.' })),
  fallback: Type.Optional(Type.Boolean({ description: 'Whether this feature falls back; the general setting when left out.' }))
}, { additionalProperties: false })

/** The whole configuration, as a JSON Schema with the types of TypeBox. */
export const ConfigSchema = Type.Object({
  $schema: Type.Optional(Type.String({ description: 'Where an editor finds the JSON Schema: "./node_modules/cutover/schema.json".' })),
  legacy: Type.With(BackendSchema, { description: 'The backend that serves today.' }),
  candidate: Type.With(BackendSchema, { description: 'The backend that is to take over.' }),
  features: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), FeatureSchema, { additionalProperties: false, description: 'The groups of routes that move, by name. What no feature lists stays on legacy.' }),
  listen: defaulted(Type.Object({
    host: text('127.0.0.1', 'The address to listen on.'),
    port: port(3000, 'The port to listen on; 0 picks a free one.')
  }, { additionalProperties: false, description: 'Where clients reach the switch.' }), {}),
  admin: defaulted(Type.Object({
    enabled: flag(true, 'Whether the admin listener is started.'),
    host: text('127.0.0.1', 'Its address: loopback unless you say otherwise.'),
    port: port(0, 'Its port; 0 picks a free one, which the state folder tells the commands.'),
    token: secret('Its bearer token; a random one is made at each start when left out. Prefer the environment variable CUTOVER_ADMIN_TOKEN.')
  }, { additionalProperties: false, description: 'The admin listener: shares, decisions, health and metrics.' }), {}),
  stateDir: text('.cutover', 'Where the journal and other kept files live, relative to the config file.'),
  envFile: Type.Optional(Type.String({ minLength: 1, description: 'A .env file, relative to the config file, that is read at start and watched: a feature moves as soon as its variable is edited there, with no restart. The process\'s own environment wins at start.' })),
  trustedProxies: defaulted(Type.Union([Type.Boolean(), Type.Integer({ minimum: 0 }), Type.Array(Type.String())], { expected: 'true, false, a number of hops or a list of addresses and CIDR ranges' }), false, 'Whose X-Forwarded-* and Forwarded headers are believed: nobody (false), everybody (true), the nearest N hops, or a list of addresses and CIDR ranges ("loopback", "10.0.0.0/8").'),
  force: defaulted(Type.Object({
    header: defaulted(Type.String({ pattern: '^[!#$%&\'*+.^_`|~0-9A-Za-z-]+$', expected: 'the name of a header' }), 'x-cutover-backend', 'The header with which a tester forces a backend: "candidate SECRET" or "legacy SECRET".'),
    secret: secret('The secret that the header needs. Without one, forcing is off. Prefer the environment variable CUTOVER_FORCE_SECRET.')
  }, { additionalProperties: false, description: 'How a tester forces a backend for one request.' }), {}),
  headers: defaulted(Type.Object({
    routedTo: flag(true, 'Whether answers carry x-routed-to.'),
    requestId: flag(true, 'Whether requests and answers carry x-request-id; a client\'s own is kept when it is well formed.'),
    forwarded: flag(true, 'Whether origins are sent X-Forwarded-* and Forwarded.'),
    serverTiming: flag(false, 'Debug mode: answers carry Server-Timing with the decision and its reason.')
  }, { additionalProperties: false, description: 'Headers that the switch adds.' }), {}),
  fallback: defaulted(Type.Object({
    enabled: flag(true, 'Whether the switch falls back to legacy by itself.'),
    bodyLimit: size('64kB', 'The largest body of a safe request that is kept so that it can be sent again.')
  }, { additionalProperties: false, description: 'What happens to a request that the candidate fails.' }), {}),
  breaker: defaulted(Type.Object({
    enabled: flag(true, 'Whether a burst of failures takes a feature off the candidate.'),
    failures: count(10, 'How many failures in a row, or within the window at half of all requests, open it.'),
    window: duration('10s', 'The window in which failures are counted.'),
    open: duration('5s', 'How long it stays open before one request probes the candidate.'),
    probes: count(3, 'How many probes in a row must succeed to close it.')
  }, { additionalProperties: false, description: 'The breaker of each feature.' }), {}),
  limits: defaulted(Type.Object({
    headers: size('16kB', 'The largest request head.'),
    body: defaulted(Type.Union([Type.Literal('none'), sizeText], { expected: '"none" or a size: 512B, 64kB or 10MB' }), 'none', 'The largest request body that is let through, or "none" to leave it to the backends.')
  }, { additionalProperties: false, description: 'How large a request may be.' }), {}),
  timeouts: defaulted(Type.Object({
    headers: duration('60s', 'How long a client may take to send a request\'s head.'),
    request: duration('5m', 'How long a client may take to send a whole request.'),
    connect: duration('2s', 'How long connecting to an origin may take.'),
    firstByte: duration('30s', 'How long a backend may take until its answer begins.'),
    idle: duration('5m', 'How long an answer may stall between two pieces.'),
    keepAlive: duration('5s', 'How long an idle client connection is kept.'),
    shutdown: duration('10s', 'How long open requests may take to finish when the switch closes.')
  }, { additionalProperties: false, description: 'How long things may take.' }), {}),
  parity: ParitySchema,
  redact: RedactionSchema,
  record: RecordSchema,
  shadow: ShadowSchema,
  rollout: RolloutSchema,
  bench: BenchSchema,
  plan: PlanSchema,
  openfeature: OpenFeatureSchema,
  telemetry: defaulted(Type.Union([Type.Literal('auto'), Type.Literal('opentelemetry'), Type.Literal('off')], { expected: '"auto", "opentelemetry" or "off"' }), 'auto', 'Whether spans and metrics go to OpenTelemetry: "auto" when its SDK has been set up by the time that the switch opens, "opentelemetry" in any case, "off" never.'),
  metrics: flag(true, 'Whether requests are counted and timed.')
}, { additionalProperties: false, $id: 'https://cutover.invalid/schema.json', title: 'cutover configuration' })

/** The configuration after validation, with every default filled in. */
export type ResolvedConfig = Static<typeof ConfigSchema>
export type BackendConfig = Static<typeof BackendSchema>
export type FeatureConfig = Static<typeof FeatureSchema>
