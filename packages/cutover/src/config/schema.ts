import { Type, type Static } from 'typebox'

// One schema: the types, the defaults, the validation and schema.json all come from here.

const duration = (text: string, description: string) =>
  Type.String({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h)$', default: text, description: `${description} A duration: 50ms, 2s, 5m, 1h.` })
const size = (text: string, description: string) =>
  Type.String({ pattern: '^\\d+(\\.\\d+)?(B|kB|MB|GB)$', default: text, description: `${description} A size: 512B, 64kB, 10MB.` })
const share = Type.String({ pattern: '^(100|\\d{1,2})(\\.\\d{1,2})?%$', description: 'The part of the traffic that goes to the candidate: 0% to 100%, at most two decimals.' })
const port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65535, default: value, description })

/** A backend: a listener in this process, a command that is started and watched, or a running origin. */
export const BackendSchema = Type.Object({
  module: Type.Optional(Type.String({ description: 'A module in this process whose default export (or the export named in `export`) is an application or a (req, res) function, or makes one. A path relative to the config file.' })),
  export: Type.Optional(Type.String({ description: 'The name of the export to take from `module`; "default" when left out.' })),
  listener: Type.Optional(Type.Unsafe<unknown>({ description: 'An application object or (req, res) function; only in a TypeScript or JavaScript config.' })),
  command: Type.Optional(Type.String({ description: 'A command line to start and watch; needs `origin`.' })),
  cwd: Type.Optional(Type.String({ description: 'Where the command runs; the config file\'s folder when left out.' })),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Environment variables added for the command.' })),
  origin: Type.Optional(Type.String({ pattern: '^https?://', description: 'The URL at which the backend answers.' })),
  health: Type.Optional(Type.String({ pattern: '^/', description: 'A path that answers 2xx or 3xx when the backend is ready. Without it, a port that accepts connections is enough.' })),
  startTimeout: duration('30s', 'How long the command may take until it is healthy.'),
  stopTimeout: duration('10s', 'How long the command may take to stop after SIGTERM before it is killed.')
}, { additionalProperties: false })

/** A named group of routes that moves together. */
export const FeatureSchema = Type.Object({
  routes: Type.Array(Type.String({ pattern: '^([A-Z]+(\\|[A-Z]+)* )?/' }), { minItems: 1, description: 'Routes, each a path with an optional method: "GET /health", "/api/vehicles", "/api/vehicles/:id", "/api/vehicles/*". A wildcard also covers everything below it.' }),
  risk: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')], { default: 'medium', description: 'What a mistake would cost.' }),
  share: Type.Optional(share),
  stickyBy: Type.Optional(Type.Union([
    Type.String({ pattern: '^(cookie|address|cookie:.+|header:.+|jwt:.+)$' }),
    Type.Unsafe<(request: { headers: Record<string, string | string[] | undefined>, url?: string }) => string | undefined>({})
  ], { description: 'What keeps a user on one side: "cookie:NAME", "header:NAME", "jwt:CLAIM", "address", "cookie" (one of cutover\'s own) or a function of the request.' })),
  pin: Type.Optional(Type.Object({
    legacy: Type.Optional(Type.Array(Type.String())),
    candidate: Type.Optional(Type.Array(Type.String()))
  }, { additionalProperties: false, description: 'Sticky keys that always go to one side, testers for example. A rollback overrides a pin to the candidate.' })),
  env: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'The environment variable that sets the share at start: legacy, candidate, express, fastify, true, false or a percentage.' })),
  fallback: Type.Optional(Type.Boolean({ description: 'Whether this feature falls back; the general setting when left out.' }))
}, { additionalProperties: false })

export const ConfigSchema = Type.Object({
  $schema: Type.Optional(Type.String()),
  legacy: BackendSchema,
  candidate: BackendSchema,
  features: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), FeatureSchema),
  listen: Type.Object({
    host: Type.String({ default: '127.0.0.1', description: 'The address to listen on.' }),
    port: port(3000, 'The port to listen on; 0 picks a free one.')
  }, { additionalProperties: false, default: {} }),
  admin: Type.Object({
    enabled: Type.Boolean({ default: true, description: 'Whether the admin listener is started.' }),
    host: Type.String({ default: '127.0.0.1', description: 'Its address: loopback unless you say otherwise.' }),
    port: port(0, 'Its port; 0 picks a free one, which the state folder tells the commands.'),
    token: Type.Optional(Type.String({ minLength: 16, description: 'Its bearer token; a random one is made at each start when left out. Prefer the environment variable CUTOVER_ADMIN_TOKEN.' }))
  }, { additionalProperties: false, default: {} }),
  stateDir: Type.String({ default: '.cutover', description: 'Where the journal and other kept files live, relative to the config file.' }),
  trustedProxies: Type.Union([Type.Boolean(), Type.Integer({ minimum: 0 }), Type.Array(Type.String())], { default: false, description: 'Whose X-Forwarded-* and Forwarded headers are believed: nobody (false), everybody (true), the nearest N hops, or a list of addresses and CIDR ranges ("loopback", "10.0.0.0/8").' }),
  force: Type.Object({
    header: Type.String({ default: 'x-cutover-backend', description: 'The header with which a tester forces a backend: "candidate SECRET" or "legacy SECRET".' }),
    secret: Type.Optional(Type.String({ minLength: 16, description: 'The secret that the header needs. Without one, forcing is off.' }))
  }, { additionalProperties: false, default: {} }),
  headers: Type.Object({
    routedTo: Type.Boolean({ default: true, description: 'Whether answers carry x-routed-to.' }),
    requestId: Type.Boolean({ default: true, description: 'Whether requests and answers carry x-request-id; a client\'s own is kept when it is well formed.' }),
    forwarded: Type.Boolean({ default: true, description: 'Whether origins are sent X-Forwarded-* and Forwarded.' }),
    serverTiming: Type.Boolean({ default: false, description: 'Debug mode: answers carry Server-Timing with the decision and its reason.' })
  }, { additionalProperties: false, default: {} }),
  fallback: Type.Object({
    enabled: Type.Boolean({ default: true, description: 'Whether the switch falls back to legacy by itself.' }),
    bodyLimit: size('64kB', 'The largest body of a safe request that is kept so that it can be sent again.')
  }, { additionalProperties: false, default: {} }),
  breaker: Type.Object({
    enabled: Type.Boolean({ default: true, description: 'Whether a burst of failures takes a feature off the candidate.' }),
    failures: Type.Integer({ minimum: 1, default: 10, description: 'How many failures in a row, or within the window at half of all requests, open it.' }),
    window: duration('10s', 'The window in which failures are counted.'),
    open: duration('5s', 'How long it stays open before one request probes the candidate.'),
    probes: Type.Integer({ minimum: 1, default: 3, description: 'How many probes in a row must succeed to close it.' })
  }, { additionalProperties: false, default: {} }),
  limits: Type.Object({
    headers: size('16kB', 'The largest request head.'),
    body: Type.Union([Type.Literal('none'), size('none', 'The largest request body.')], { default: 'none', description: 'The largest request body that is let through, or "none" to leave it to the backends.' })
  }, { additionalProperties: false, default: {} }),
  timeouts: Type.Object({
    headers: duration('60s', 'How long a client may take to send a request\'s head.'),
    request: duration('5m', 'How long a client may take to send a whole request.'),
    connect: duration('2s', 'How long connecting to an origin may take.'),
    firstByte: duration('30s', 'How long a backend may take until its answer begins.'),
    idle: duration('5m', 'How long an answer may stall between two pieces.'),
    keepAlive: duration('5s', 'How long an idle client connection is kept.'),
    shutdown: duration('10s', 'How long open requests may take to finish when the switch closes.')
  }, { additionalProperties: false, default: {} }),
  metrics: Type.Boolean({ default: true, description: 'Whether requests are counted and timed.' })
}, { additionalProperties: false, $id: 'https://cutover.invalid/schema.json', title: 'cutover configuration' })

/** The configuration after validation, with every default filled in. */
export type ResolvedConfig = Static<typeof ConfigSchema>
export type BackendConfig = Static<typeof BackendSchema>
export type FeatureConfig = Static<typeof FeatureSchema>
