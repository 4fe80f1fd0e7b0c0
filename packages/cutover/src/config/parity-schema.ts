import { Type } from 'typebox'
import { ComparisonSchema } from './comparison.ts'
import { defaulted, duration, size, text } from './fields.ts'

const closed = { additionalProperties: false }
const texts = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description }))
const described = (whose: string) => Type.Optional(Type.String({ pattern: '^/', expected: 'a path that begins with /', description: `The path at which ${whose} serves its OpenAPI document: "/docs/json".` }))

/** How it is proven that both backends do the same: `verify`, `fuzz`, `replay`. */
export const ParitySchema = defaulted(Type.Object({
  compare: defaulted(ComparisonSchema, {}, 'Rules of comparison, each with its reason: see comparison.md.'),
  scenarios: text('scenarios', 'The folder of the scenarios, relative to the config file. What fuzzing finds is saved in its subfolder `found`.'),
  surroundings: Type.Optional(Type.String({ minLength: 1, description: 'A module, relative to the config file, that starts what both backends need, such as a database and stand-ins. Its default export is an async function that returns `{ env, state: { url, collections }, derive, close() }`, each of them optional; `env` is added to the environment of every backend.' })),
  state: defaulted(Type.Object({
    postgres: Type.Optional(Type.String({ pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|postgres(ql)?://\\S+)$', writeOnly: true, expected: 'postgres://… or env:NAME', description: 'The database of which each backend gets a clone of its own, which is compared after each scenario: "postgres://…", or "env:DATABASE_URL" for what that variable holds. It is copied and never written to; nobody may be connected to it meanwhile.' })),
    mongodb: Type.Optional(Type.String({ pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|mongodb(\\+srv)?://\\S+)$', writeOnly: true, expected: 'mongodb://… or env:NAME', description: 'The same for a MongoDB database: "mongodb://…", or "env:MONGODB_URI". Nobody may write to it while it is copied.' })),
    collections: defaulted(Type.Array(Type.String({ minLength: 1 })), [], 'The collections of the MongoDB database, for a server that cannot list them; of a bucket of files `NAME.files` is enough. Others find them by themselves.'),
    variable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', expected: 'the name of an environment variable', description: 'The environment variable in which a backend is given the URL of its clone; DATABASE_URL when left out, for MongoDB MONGODB_URI.' })),
    settle: duration('10ms', 'How long to wait after the clones are reset, so that caches of the backends hear of it.')
  }, { ...closed, description: 'The database of the backends.' }), {}),
  twin: Type.Optional(Type.String({ pattern: '^https?://[^/\\s]', expected: 'a URL that begins with http:// or https://', description: 'The URL of a second instance of legacy, from which is learned what is noise; only where legacy is an origin that runs already. Otherwise a twin is started.' })),
  timeout: duration('10s', 'How long one request may take, to the last byte of its answer.'),
  bodyLimit: size('1MB', 'The largest body that is kept; larger ones are compared by hash.'),
  openapi: defaulted(Type.Object({
    candidate: described('the candidate'),
    legacy: described('legacy'),
    file: Type.Optional(Type.String({ minLength: 1, description: 'A file that holds it, JSON or YAML, relative to the config file.' }))
  }, { ...closed, description: 'Where the OpenAPI documents are: what `cutover fuzz` makes requests from, and what `cutover verify` tells the gaps of, operations and statuses that no scenario meets.' }), {}),
  fuzz: defaulted(Type.Object({
    signIn: Type.Optional(Type.String({ minLength: 1, description: 'The name of a scenario whose steps come before each fuzzed sequence; its captures fill `headers`.' })),
    headers: defaulted(Type.Record(Type.String(), Type.String()), {}, 'Headers that every fuzzed request carries: { authorization: "Bearer ${token}" }.'), // eslint-disable-line no-template-curly-in-string
    skip: defaulted(Type.Array(Type.String({ pattern: '^([A-Z]+(\\|[A-Z]+)* )?/', expected: 'a route: "/path", "GET /path" or "GET|POST /path"' })), [], 'Routes that are not fuzzed: "DELETE /api/accounts/*".')
  }, { ...closed, description: 'How requests are made up.' }), {})
}, { ...closed, description: 'How it is proven that both backends do the same.' }), {})

/** What is secret in exchanges that are kept, beside the defaults. */
export const RedactionSchema = defaulted(Type.Object({
  headers: texts('Headers whose values are secret.'),
  names: texts('Names that are secret wherever they occur: query parameters, form fields, members of JSON.'),
  query: texts('Query parameters that are secret.'),
  json: Type.Optional(Type.Array(Type.String({ pattern: '^/', expected: 'a JSON pointer: "/users/*/email"' }), { description: 'JSON pointers into bodies; `*` is any one member or element, `**` any number of them.' })),
  keep: texts('Names that the defaults take for secrets and that are none, such as "nextPageToken".')
}, { ...closed, description: 'What is redacted in recordings and reports, beside passwords, tokens, cookies and keys, which always are.' }), {})
