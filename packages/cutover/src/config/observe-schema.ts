import { Type } from 'typebox'
import { count, defaulted, duration, share, size, text } from './fields.ts'

const closed = { additionalProperties: false }
const featureNames = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description }))
const harmless = (side: string) => Type.Optional(Type.String({ minLength: 3, expected: 'a reason of at least 3 characters', description: `Why a write may be sent to ${side} as well, such as "runs on its own clone of the database". Without it, writes are never shadowed there.` }))

/** What of real traffic is recorded. */
export const RecordSchema = defaulted(Type.Object({
  share: share('0%', 'The part of the clients whose exchanges are recorded from the start; `cutover record` does so for a while.'),
  features: featureNames('The features to record; all requests, unlisted ones too, when left out.'),
  folder: text('.cutover/recordings', 'Where recordings are kept, relative to the config file.'),
  bodyLimit: size('256kB', 'The largest body that is kept; of a larger one its length and digest.'),
  total: size('1GB', 'How large one recording may grow; then its oldest part is removed.'),
  memory: size('32MB', 'How much of bodies may be held while exchanges are under way, and again while they wait to be written; what is beyond is dropped and counted.')
}, { ...closed, description: 'Recording of real traffic.' }), {})

/** What is compared live. */
export const ShadowSchema = defaulted(Type.Object({
  share: share('0%', 'The part of the requests of features that is sent to the other backend too, after the client has its answer, and compared.'),
  features: featureNames('The features to shadow; all when left out.'),
  concurrency: count(8, 'How many shadowed requests may be under way.'),
  memory: size('32MB', 'How much of messages may be held for comparison; what is beyond is skipped and counted.'),
  bodyLimit: size('64kB', 'The largest body that is compared by its content; larger ones by their digest.'),
  timeout: duration('5s', 'How long the other backend may take for its whole answer.'),
  utilization: defaulted(Type.Number({ minimum: 0.05, maximum: 0.95, expected: 'a part from 0.05 to 0.95' }), 0.7, 'The part of its time that this process may be busy before shadowed requests are shed.'),
  unsafe: Type.Optional(Type.Object({ legacy: harmless('legacy'), candidate: harmless('the candidate') }, { ...closed, description: 'Which side may get writes too, and why that is harmless. Only GET, HEAD and OPTIONS are shadowed when left out.' }))
}, { ...closed, description: 'Live comparison of both backends.' }), {})
