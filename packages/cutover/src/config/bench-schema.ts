import { Type } from 'typebox'
import { count, defaulted, duration } from './fields.ts'

const closed = { additionalProperties: false }

/** What `cutover bench` measures. */
export const BenchSchema = defaulted(Type.Object({
  routes: defaulted(Type.Array(Type.Object({
    name: Type.String({ minLength: 1 }),
    method: defaulted(Type.String({ pattern: '^[A-Z]+$' }), 'GET'),
    path: Type.String({ pattern: '^/', expected: 'a path that begins with /' }),
    headers: defaulted(Type.Record(Type.String(), Type.String()), {}, 'May hold what `signIn` captures: "Bearer ${token}".'), // eslint-disable-line no-template-curly-in-string
    body: Type.Optional(Type.Unknown({ description: 'A text, or anything that is sent as JSON.' })),
    feature: Type.Optional(Type.String({ minLength: 1, description: 'The feature it stands for; the one that lists its path when left out.' }))
  }, closed)), [], 'The requests that are measured; the static GET routes of the features when left out.'),
  signIn: Type.Optional(Type.String({ minLength: 1, description: 'The name of a scenario whose steps come first; its captures fill `headers`. That of parity.fuzz when left out.' })),
  connections: defaulted(Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), { minItems: 1 }), [10, 50], 'How many connections send at once, one number after the other. Latencies at an equal rate are measured with the most of them.'),
  time: duration('90s', 'About how long all of it may take, starts and warm-up included.'),
  starts: count(8, 'How often the backends are started afresh at most; fewer where the time does not suffice.'),
  others: defaulted(Type.Record(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), Type.Object({
    module: Type.Optional(Type.String({ minLength: 1 })),
    export: Type.Optional(Type.String({ minLength: 1 })),
    command: Type.Optional(Type.String({ minLength: 1 })),
    cwd: Type.Optional(Type.String({ minLength: 1 })),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
    origin: Type.Optional(Type.String({ pattern: '^https?://[^/\\s]' })),
    routes: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'The names of the routes that it serves; all when left out.' }))
  }, closed)), {}, 'More backends to measure, by name, each described as `legacy` is.'),
  facts: defaulted(Type.Record(Type.String(), Type.Record(Type.String(), Type.String())), {}, 'What the decision matrix says of the backends that cannot be measured: { ecosystem: { legacy: "…", candidate: "…" } }.')
}, { ...closed, description: 'What `cutover bench` measures.' }), {})

/** How `cutover plan` judges. */
export const PlanSchema = defaulted(Type.Object({
  retireAfter: defaulted(Type.String({ pattern: '^\\d{1,4}(h|d)$', expected: 'a time such as 72h or 14d' }), '14d', 'How long legacy must have had no traffic of a feature before its code can go.'),
  risks: defaulted(Type.Array(Type.Object({
    routes: Type.String({ minLength: 1, description: 'A regular expression on "METHOD /path".' }),
    risk: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]),
    reason: Type.String({ minLength: 3 })
  }, closed)), [], 'Rules that come before the built-in ones: the first that matches a route of the feature and is the highest decides. A risk in the feature itself wins.')
}, { ...closed, description: 'The migration plan.' }), {})
