import { Type } from 'typebox'
import { count, defaulted, duration, flag, sharePattern, sizeText } from './fields.ts'

const closed = { additionalProperties: false }
const durationText = Type.String({ pattern: '^\\d{1,9}(\\.\\d+)?(ms|s|m|h)$', expected: 'a duration: 50ms, 2s, 5m or 1h' })
const rateText = Type.String({ pattern: '^(100|\\d{1,2}(\\.\\d{1,4})?)%$', expected: 'a rate: 0% to 100%, at most four decimals' })
const factor = Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'At most this many times what legacy shows in the same time, on the same feature: 1.2 allows a fifth more.' }))
const part = (whose: string) => Type.Optional(Type.Object({
  below: Type.Optional(Type.With(rateText, { description: `The largest part of the candidate's requests ${whose}.` })),
  relativeToLegacy: factor
}, { ...closed, description: `The part of the candidate's requests ${whose}.` }))
const latency = (name: string) => Type.Optional(Type.Object({
  below: Type.Optional(Type.With(durationText, { description: `The largest ${name}.` })),
  relativeToLegacy: factor
}, { ...closed, description: `The ${name} of the candidate's answers.` }))

/** What must hold of a feature before its share is raised, and whose failure takes it back. */
export const GatesSchema = Type.Object({
  errorRate: part('that fail: answers of 500 and above, and what fell back to legacy'),
  fallbacks: part('that legacy had to answer'),
  p50: latency('median latency'),
  p75: latency('75th percentile of the latency'),
  p90: latency('90th percentile of the latency'),
  p95: latency('95th percentile of the latency'),
  p99: latency('99th percentile of the latency'),
  p999: latency('99.9th percentile of the latency'),
  memory: Type.Optional(Type.Object({
    below: Type.Optional(Type.With(sizeText, { description: 'The largest resident memory.' })),
    relativeToLegacy: factor
  }, { ...closed, description: 'The resident memory of the candidate\'s process; of the switch\'s own, where the candidate runs in it.' })),
  cpu: Type.Optional(Type.Object({
    below: Type.Optional(Type.With(Type.String({ pattern: '^\\d{1,5}(\\.\\d+)?%$', expected: 'a part of one core: 80%' }), { description: 'The largest part of one core, over the last seconds.' })),
    relativeToLegacy: factor
  }, { ...closed, description: 'The CPU time of the candidate\'s process.' })),
  eventLoopDelay: Type.Optional(Type.Object({ below: Type.With(durationText, { description: 'The largest 99th percentile.' }) }, { ...closed, description: 'How late timers run in the process of the candidate. Known only where the candidate runs in the switch\'s own process.' })),
  parity: Type.Optional(Type.Object({
    differences: defaulted(Type.Integer({ minimum: 0 }), 0, 'How many differences are let through.'),
    verify: flag(true, 'Whether `cutover verify` must have been run, without a difference that counts.'),
    live: defaulted(Type.Integer({ minimum: 0 }), 0, 'How many comparisons by shadowing a stage needs. A live difference counts in any case.')
  }, { ...closed, description: 'Differences found by `cutover verify` and by shadowing.' })),
  sampleRatio: Type.Optional(Type.Boolean({ description: 'Whether traffic must be split as the share says; not judged for sticky features, whose users are split and not their requests.' })),
  custom: Type.Optional(Type.Array(Type.Object({
    name: Type.String({ pattern: '^[a-z][A-Za-z0-9-]*$', expected: 'a name such as "queueLength"' }),
    check: Type.Unsafe<(feature: string) => unknown>({ inCode: 'function', expected: 'a function of the feature\'s name that returns "pass", "fail" or "no data", or a promise of it' })
  }, closed), { description: 'Gates of your own; only in a TypeScript or JavaScript config.' })),
  prometheus: Type.Optional(Type.Array(Type.Object({
    name: Type.String({ pattern: '^[a-z][A-Za-z0-9-]*$', expected: 'a name such as "queueLength"' }),
    url: Type.String({ pattern: '^https?://[^/\\s]', expected: 'a URL that begins with http:// or https://', description: 'Of the Prometheus server.' }),
    query: Type.String({ minLength: 1, description: 'A PromQL query that gives one number; `{{feature}}` in it is the feature\'s name.' }),
    below: Type.Optional(Type.Number()),
    above: Type.Optional(Type.Number())
  }, closed), { description: 'Gates on a Prometheus query.' }))
}, { ...closed, description: 'What must hold before the share is raised. A gate that fails takes the feature back; one without data holds.' })

const notificationEvent = Type.Union([Type.Literal('queued'), Type.Literal('started'), Type.Literal('stage'), Type.Literal('paused'), Type.Literal('resumed'), Type.Literal('skipped'), Type.Literal('failed'), Type.Literal('aborted'), Type.Literal('completed')])

/** Who is told of what a rollout does. */
export const NotificationSchema = Type.Object({
  webhook: Type.Optional(Type.String({ pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|https?://[^/\\s].*)$', writeOnly: true, expected: 'a URL, or env:NAME', description: 'Where the event is posted as JSON: a URL, or the environment variable that holds it.' })),
  secret: Type.Optional(Type.String({ pattern: '^env:[A-Za-z_][A-Za-z0-9_]*$', expected: 'env:NAME', description: 'The environment variable that holds the secret with which posts of `webhook` are signed, as Standard Webhooks says.' })),
  slack: Type.Optional(Type.String({ pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|https?://[^/\\s].*)$', writeOnly: true, expected: 'a URL, or env:NAME', description: 'An incoming webhook of Slack, or of what takes its format.' })),
  github: Type.Optional(Type.Object({
    repository: Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$', expected: 'owner/name' }),
    deployment: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^env:[A-Za-z_][A-Za-z0-9_]*$' })], { expected: 'the id of a deployment, or env:NAME', description: 'The id of the deployment; taken from GITHUB_DEPLOYMENT_ID when left out.' })),
    token: defaulted(Type.String({ pattern: '^env:[A-Za-z_][A-Za-z0-9_]*$', expected: 'env:NAME' }), 'env:GITHUB_TOKEN', 'The environment variable that holds a token which may write deployments.'),
    api: defaulted(Type.String({ pattern: '^https?://[^/\\s]' }), 'https://api.github.com', 'The API\'s URL.')
  }, { ...closed, description: 'A deployment of GitHub whose status follows the rollout.' })),
  command: Type.Optional(Type.String({ minLength: 1, description: 'A command line that gets the event as JSON on its standard input.' })),
  on: Type.Optional(Type.Array(notificationEvent, { minItems: 1, description: 'Of which events; of all but `queued` when left out.' }))
}, { ...closed, description: 'One of webhook, slack, github or command.' })

/** How a feature's share is raised on evidence. */
export const RolloutSchema = defaulted(Type.Object({
  stages: defaulted(Type.Array(Type.String({ pattern: sharePattern, expected: 'a share: 0% to 100%, at most two decimals' }), { minItems: 1 }), ['1%', '10%', '25%', '50%', '100%'], 'The shares to hold one after another, rising.'),
  hold: duration('60s', 'How long a stage is held at least.'),
  minimumRequests: count(500, 'How many requests the candidate must have had in a stage.'),
  tick: duration('100ms', 'How often the evidence is looked at.'),
  alpha: defaulted(Type.Number({ exclusiveMinimum: 0, maximum: 0.2 }), 0.01, 'The probability that a rollout of a healthy candidate is taken back, over all its gates and its whole time.'),
  confidence: defaulted(Type.Number({ minimum: 0.5, exclusiveMaximum: 1 }), 0.95, 'How sure a stage must be that a rate is under its bound before the next.'),
  cooldown: duration('10m', 'How long a feature that was taken back is left alone.'),
  order: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'The features, in the order in which they move; by risk, low first, when left out.' })),
  version: Type.Optional(Type.String({ minLength: 1, description: 'The version of the candidate, or "env:NAME": a feature that failed waits for another one.' })),
  gates: defaulted(GatesSchema, { errorRate: { below: '0.1%' }, p95: { relativeToLegacy: 1.25 }, sampleRatio: true }),
  notify: defaulted(Type.Array(NotificationSchema), [], 'Who is told.')
}, { ...closed, description: 'How shares are raised on evidence.' }), {})
