import { Type, type TSchema } from 'typebox'
import { Day, Enumeration, Moment, Nullable, Uuid, validated, ValueError } from './fastapi-compat.ts'
import { modelOf } from '../domain/catalogue.ts'
import { scopes, type Scope } from '../types/keys.ts'

// What crosses the wire. The order of members is the order of answers, and of faults in a 422.

const Capability = Enumeration(['chat', 'code', 'math', 'creative', 'multilingual', 'long_context'])
const Provider = Enumeration(['openai', 'anthropic'])
const ModelStatus = Enumeration(['available', 'degraded', 'unavailable'])
const Strategy = Enumeration(['balanced', 'cost', 'quality', 'latency'])
const KeyScope = Enumeration(['prompt', 'usage', 'admin'])

/** Lists that nobody changes. */
const list = <Item extends TSchema>(items: Item) => Type.Unsafe<ReadonlyArray<Type.Static<Item>>>(Type.Array(items))

/** JSON can say more than UTF-8 and PostgreSQL can hold. */
function holdable (text: string | null): string | null {
  if (text !== null && /[\0\p{Surrogate}]/u.test(text)) throw new ValueError('must not contain NUL or lone surrogates')
  return text
}

export const Problem = Type.Object({ detail: Type.String() })
export const ValidationProblem = Type.Object({
  detail: Type.Array(Type.Object({ loc: Type.Array(Type.Union([Type.String(), Type.Integer()])), msg: Type.String(), type: Type.String() }))
})

export const Health = Type.Object({
  status: Enumeration(['ok', 'degraded', 'down']),
  version: Type.String(),
  uptime_seconds: Type.Number(),
  database: Enumeration(['ok', 'down']),
  cache: Type.Object({ kind: Enumeration(['memory', 'redis']), status: Enumeration(['ok', 'down']), entries: Nullable(Type.Integer()) }),
  models: list(Type.Object({
    id: Type.String(),
    provider: Provider,
    status: ModelStatus,
    latency_ms: Nullable(Type.Number()),
    error_rate: Type.Number()
  })),
  system: Type.Object({ memory_mb: Type.Number(), load: Type.Number(), cpus: Type.Integer() })
})

export const ModelOut = Type.Object({
  id: Type.String(),
  provider: Provider,
  name: Type.String(),
  capabilities: list(Capability),
  status: ModelStatus,
  context_window: Type.Integer(),
  max_output: Type.Integer(),
  cost: Type.Object({ input: Type.Number(), output: Type.Number() }, { description: 'US dollars for a million tokens.' }),
  latency_ms: Type.Integer(),
  quality: Type.Integer(),
  enabled: Type.Boolean(),
  released: Day()
})
export const Models = Type.Object({ models: list(ModelOut), total: Type.Integer() })
export const ModelsQuery = Type.Object({
  capability: Type.Array(Capability, { default: [], description: 'All of these.' }),
  provider: Type.Optional(Provider),
  max_cost: Type.Optional(Type.Number({ minimum: 0, description: 'US dollars for a million tokens of output.' })),
  status: Type.Optional(ModelStatus),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  offset: Type.Integer({ minimum: 0, default: 0 })
})

export const PromptIn = Type.Object({
  prompt: validated(Type.String({ minLength: 1, maxLength: 32_000 }), { after: [holdable] }),
  system: Type.Optional(Nullable(validated(Type.String({ maxLength: 8_000 }), { after: [holdable] }))),
  model: Type.Optional(Nullable(Type.String(), { description: 'The only model to try.' })),
  max_tokens: Type.Integer({ minimum: 1, maximum: 8_192, default: 512 }),
  temperature: Type.Number({ minimum: 0, maximum: 2, default: 0 }),
  stream: Type.Boolean({ default: false, description: 'Answer with server-sent events.' }),
  cache: Type.Boolean({ default: true, description: 'Whether an answer that is known will do.' }),
  capabilities: Type.Array(Capability, { default: [] }),
  max_cost: Type.Optional(Nullable(Type.Number({ exclusiveMinimum: 0 }), { description: 'US dollars for the whole request.' }))
})
const Classification = Type.Object({
  category: Enumeration(['code', 'math', 'creative', 'question', 'general']),
  language: Type.String(),
  complexity: Type.Number(),
  tokens: Type.Integer()
})
const Usage = Type.Object({ prompt_tokens: Type.Integer(), completion_tokens: Type.Integer(), total_tokens: Type.Integer() })
const Attempts = list(Type.Object({
  model: Type.String(),
  provider: Provider,
  outcome: Enumeration(['ok', 'timeout', 'unavailable', 'rate_limited', 'malformed', 'cut', 'refused', 'busy']),
  status: Nullable(Type.Integer()),
  latency_ms: Type.Integer()
}))
export const PromptOut = Type.Object({
  id: Uuid(),
  model: Type.String(),
  provider: Provider,
  classification: Classification,
  output: Type.String(),
  cached: Type.Boolean(),
  usage: Usage,
  cost: Type.Number({ description: 'US dollars.' }),
  attempts: Attempts,
  created_at: Moment()
}, { description: 'With `stream`: server-sent events `start`, `delta` and `end`, or `error` after a delta.' })
export const NotAnswered = Type.Object({ detail: Type.Object({ message: Type.String(), attempts: Attempts }) })
export const StartFrame = Type.Object({ id: Uuid(), model: Type.String(), provider: Provider, classification: Classification, cached: Type.Boolean() })
export const DeltaFrame = Type.Object({ text: Type.String() })
export const EndFrame = Type.Object({ usage: Usage, cost: Type.Number(), attempts: Attempts, created_at: Moment() })

export const UsageQuery = Type.Object({
  since: Type.Optional(Moment({ description: 'By default 30 days ago.' })),
  model: Type.Optional(Type.String())
})
export const UsageOut = Type.Object({
  requests: Type.Integer(),
  failed: Type.Integer(),
  cached: Type.Integer(),
  prompt_tokens: Type.Integer(),
  completion_tokens: Type.Integer(),
  cost: Type.Number({ description: 'US dollars.' }),
  models: list(Type.Object({ model: Type.String(), requests: Type.Integer(), prompt_tokens: Type.Integer(), completion_tokens: Type.Integer(), cost: Type.Number() }))
})

export const SettingsOut = Type.Object({
  strategy: Strategy,
  cache_ttl_seconds: Type.Integer(),
  max_attempts: Type.Integer(),
  disabled_models: list(Type.String()),
  generation: Type.Integer(),
  updated_at: Moment()
})
export const SettingsIn = validated(Type.Object({
  strategy: Type.Optional(Nullable(Strategy)),
  cache_ttl_seconds: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 604_800 }))),
  max_attempts: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 5 }))),
  disabled_models: Type.Optional(Nullable(Type.Array(validated(Type.String(), { after: [knownModel] }))))
}, { description: 'What is absent, or null, stays as it is.' }), { root: [somethingToChange], skipOnFailure: true })

function knownModel (id: string): string {
  if (modelOf(id) === undefined) throw new ValueError(`Unknown model: ${id.replace(/\p{Surrogate}/gu, '\ufffd')}`)
  return id
}

function somethingToChange<Changes extends object> (changes: Changes): Changes {
  if (Object.values(changes).every(value => value === undefined || value === null)) throw new ValueError('nothing to change')
  return changes
}

export const CacheQuery = Type.Object({ model: Type.Optional(Type.String({ description: 'By default all models.' })) })

export const KeyIn = Type.Object({
  name: validated(Type.String({ minLength: 1, maxLength: 100 }), { after: [holdable] }),
  scopes: validated(Type.Array(KeyScope, { minItems: 1, maxItems: 3 }), { after: [onceEach] }),
  requests_per_minute: Type.Integer({ minimum: 1, maximum: 100_000, default: 60 })
})
export const KeyOut = Type.Object({
  id: Uuid(),
  name: Type.String(),
  prefix: Type.String(),
  scopes: list(KeyScope),
  requests_per_minute: Type.Integer(),
  created_at: Moment(),
  revoked_at: Nullable(Moment())
})
export const NewKey = Type.Object({ ...KeyOut.properties, key: Type.String({ description: 'Told only now.' }) })
export const Keys = Type.Object({ keys: list(KeyOut) })

function onceEach (given: readonly Scope[]): readonly Scope[] {
  return scopes.filter(scope => given.includes(scope))
}

/** The response schemas of a route: what it answers when all is well, and what else for the document. */
export function answers<Good extends Record<number, TSchema>> (good: Good, ...problems: readonly number[]): Good & Record<number, TSchema> {
  return { ...good, ...Object.fromEntries(problems.map(status => [status, status === 422 ? ValidationProblem : Problem])) }
}
