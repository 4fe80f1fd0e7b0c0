import type { Mutant } from './mutant.ts'

const app = 'candidate/app.ts'
const errors = 'candidate/plugins/errors.ts'
const requests = 'candidate/plugins/requests.ts'
const vehicles = 'candidate/routes/vehicles.ts'
const tags = 'candidate/plugins/entity-tags.ts'
const login = 'candidate/routes/auth.ts'
const security = 'candidate/plugins/security-headers.ts'
const policy = "directives: { defaultSrc: [\"'none'\"], frameAncestors: [\"'none'\"] } } })"

export const headerMutants: readonly Mutant[] = [
  { name: 'no location of a new vehicle', category: 'header', file: vehicles, from: ".header('location', `/api/vehicles/${added.value.id}`)", to: '' }, // eslint-disable-line no-template-curly-in-string
  { name: 'the location lacks its prefix', category: 'header', file: vehicles, from: '`/api/vehicles/${added.value.id}`', to: '`/vehicles/${added.value.id}`' }, // eslint-disable-line no-template-curly-in-string
  { name: 'no challenge with 401', category: 'header', file: errors, from: "    if (kind === 'unauthenticated') this.header('www-authenticate', 'Bearer realm=\"vehicles\"')\n", to: '' },
  { name: 'the challenge has no realm', category: 'header', file: errors, from: "'Bearer realm=\"vehicles\"'", to: "'Bearer'" },
  { name: 'no retry-after with 503', category: 'header', file: errors, from: "    if (kind === 'unavailable') this.header('retry-after', '30')\n", to: '' },
  { name: 'retry-after is a minute', category: 'header', file: errors, from: "'retry-after', '30'", to: "'retry-after', '60'" },
  { name: 'no request id', category: 'header', file: requests, from: "    reply.header('x-request-id', request.id)\n", to: '' },
  { name: 'a client\'s request id is not taken', category: 'header', file: requests, from: "return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID()", to: 'return randomUUID()' },
  { name: 'any request id is taken', category: 'header', file: requests, from: "typeof given === 'string' && wellFormed.test(given)", to: "typeof given === 'string'" },
  { name: 'one fixed origin, without vary', category: 'header', file: app, from: 'origin: [...services.corsOrigins]', to: 'origin: services.corsOrigins[0]' },
  { name: 'any origin may call', category: 'header', file: app, from: 'origin: [...services.corsOrigins]', to: 'origin: true' },
  { name: 'the request id is not exposed', category: 'header', file: app, from: "'ETag, Location, X-Request-Id'", to: "'ETag, Location'" },
  { name: 'preflights are kept for a day', category: 'header', file: app, from: 'maxAge: 600', to: 'maxAge: 86_400' },
  { name: 'preflights do not allow DELETE', category: 'header', file: app, from: "'GET, HEAD, PUT, POST, DELETE'", to: "'GET, HEAD, PUT, POST'" },
  { name: 'credentials are allowed', category: 'header', file: app, from: 'maxAge: 600', to: 'credentials: true,\n    maxAge: 600' },
  { name: 'no strict transport security', category: 'header', file: app, from: policy, to: policy.replace(/ }\)$/, ', strictTransportSecurity: false })') },
  { name: 'helmet\'s own content policy', category: 'header', file: app, from: `{ contentSecurityPolicy: { useDefaults: false, ${policy}`, to: '{})' },
  { name: 'frames of the same site are allowed', category: 'header', file: app, from: "frameAncestors: [\"'none'\"]", to: "frameAncestors: [\"'self'\"]" },
  { name: 'media types may be sniffed', category: 'header', file: security, from: 'const headers = helmetHeaders(options)', to: "const headers = helmetHeaders(options)\n  delete headers['x-content-type-options']" },
  { name: 'refused requests have no security headers', category: 'header', file: security, from: "app.addHook('onRequest', (request, reply, done)", to: "app.addHook('preHandler', (request, reply, done)" },
  { name: 'answers tell the framework', category: 'header', file: requests, from: "reply.header('x-request-id', request.id)", to: "reply.header('x-request-id', request.id).header('x-powered-by', 'Fastify')" },

  { name: 'a sign-in sets a session cookie', category: 'cookie', file: login, from: "reply.header('cache-control', 'no-store')", to: "reply.header('cache-control', 'no-store')\n    if (session.ok) reply.header('set-cookie', `session=${session.value.token}; Path=/; HttpOnly; SameSite=Lax`)" }, // eslint-disable-line no-template-curly-in-string
  { name: 'the list sets a cookie', category: 'cookie', file: vehicles, from: '}, async request => ({ vehicles:', to: "}, async (request, reply) => reply.header('set-cookie', 'seen=1; Path=/api').send({ vehicles:" },
  { name: 'a refused token clears a cookie', category: 'cookie', file: errors, from: "this.header('www-authenticate', 'Bearer realm=\"vehicles\"')", to: "this.header('www-authenticate', 'Bearer realm=\"vehicles\"').header('set-cookie', 'session=; Path=/; Max-Age=0')" },

  { name: 'vehicles may be kept without asking', category: 'cache header', file: vehicles, from: "    reply.header('cache-control', 'private, no-cache')\n", to: '' },
  { name: 'vehicles may be kept by anyone', category: 'cache header', file: vehicles, from: "'private, no-cache'", to: "'public, max-age=60'" },
  { name: 'sessions may be kept', category: 'cache header', file: login, from: "    reply.header('cache-control', 'no-store')\n", to: '' },
  { name: 'liveness is no-cache, not no-store', category: 'cache header', file: 'candidate/routes/health.ts', from: "'no-store'", to: "'no-cache'" },
  { name: 'readiness may be kept', category: 'cache header', file: vehicles, from: "reply.header('cache-control', 'no-store').code", to: 'reply.code' },
  { name: 'strong entity tags', category: 'cache header', file: tags, from: 'etag(payload, { weak: true })', to: 'etag(payload)' },
  { name: 'no entity tags', category: 'cache header', file: tags, from: "    reply.header('etag', tag)\n", to: '' },
  { name: 'no entity tags on errors', category: 'cache header', file: tags, from: "    reply.header('etag', tag)\n", to: "    if (reply.statusCode < 400) reply.header('etag', tag)\n" },
  { name: 'never 304', category: 'cache header', file: tags, from: 'if (!fresh(request.headers, { etag: tag }))', to: 'if (has !== null)' },
  { name: 'lists of entity tags are not read', category: 'cache header', file: tags, from: 'if (!fresh(request.headers, { etag: tag }))', to: "if (request.headers['if-none-match'] !== tag)" },
  { name: '304 keeps its content type', category: 'cache header', file: tags, from: ".removeHeader('content-type')", to: '' },
  { name: '304 for writes', category: 'cache header', file: tags, from: "const safe = request.method === 'GET' || request.method === 'HEAD'", to: 'const safe = true' },
  { name: '304 for a client that wants no cache', category: 'cache header', file: tags, from: 'fresh(request.headers, { etag: tag })', to: "fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag: tag })" },
  { name: 'HEAD is never 304', category: 'cache header', file: tags, from: "request.method === 'GET' || request.method === 'HEAD'", to: "request.method === 'GET'" },

  { name: 'no charset', category: 'encoding', file: tags, from: '    const tag = etag(payload, { weak: true })\n', to: "    const tag = etag(payload, { weak: true })\n    reply.header('content-type', 'application/json')\n" },
  { name: 'gzip for those who take it', category: 'encoding', file: tags, from: "import { Readable } from 'node:stream'\n", to: "import { Readable } from 'node:stream'\nimport { gzipSync } from 'node:zlib'\n", and: [{ file: tags, from: 'if (has === undefined ||', to: "if (/gzip/.test(String(request.headers['accept-encoding'])) && request.method === 'GET') return done(null, gzipSync(reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding') && payload))\n    if (has === undefined ||" }] },
  { name: 'bodies are read as Latin-1', category: 'encoding', file: 'candidate/plugins/json-body.ts', from: "{ parseAs: 'string' }, (request, body: string, done) => {", to: "{ parseAs: 'buffer' }, (request, bytes, done) => {\n    const body = bytes.toString('latin1')" },
  { name: 'answers are written as Latin-1', category: 'encoding', file: tags, from: 'if (has === undefined || !safe || reply.statusCode < 200 || reply.statusCode > 299) return done(null, payload)', to: "if (has === undefined || !safe || reply.statusCode < 200 || reply.statusCode > 299) return done(null, request.method === 'HEAD' ? payload : Buffer.from(payload, 'latin1'))" },
  { name: 'names are put into another Unicode form', category: 'encoding', file: 'data/vehicle-repository.ts', from: '...given.map(field => details[field])]', to: "...given.map(field => typeof details[field] === 'string' ? details[field].normalize('NFD') : details[field])]" },
  { name: 'texts are composed on their way in', category: 'encoding', file: 'candidate/plugins/json-body.ts', from: 'JSON.parse(text) as object', to: "JSON.parse(text.normalize('NFC')) as object" },
  // Not "VINs are decoded twice": after the first time a VIN is letters and digits, and nobody could tell.
  { name: 'an unknown route is shown decoded', category: 'encoding', file: errors, from: "request.originalUrl.split('?')[0]", to: "decodeURI(request.originalUrl.split('?')[0]!)" },
  { name: 'a byte order mark before each answer', category: 'encoding', file: tags, from: 'done(null, payload)\n    if (!fresh', to: "done(null, '\\uFEFF' + payload)\n    if (!fresh" },
  { name: 'compressed bodies are not refused', category: 'encoding', file: 'candidate/plugins/json-body.ts', from: "if (encoding !== 'identity')", to: "if (encoding === 'br')" },
  { name: 'a byte order mark before a body is an error', category: 'encoding', file: 'candidate/plugins/json-body.ts', from: 'body.codePointAt(0) === 0xFEFF ? body.slice(1) : body', to: 'body' },
  { name: 'another charset is taken', category: 'encoding', file: 'candidate/plugins/json-body.ts', from: ' && !/charset=(?!"?utf-8"?(;|\\s|$))/i.test(type)', to: '' }
]
