import { Type } from 'typebox'
import { defaulted, duration } from './fields.ts'

/** Shares that come from flags. */
export const OpenFeatureSchema = Type.Optional(Type.Object({
  flags: Type.Record(Type.String(), Type.String({ minLength: 1 }), { description: 'By feature, the key of the flag that says its share: a number in per cent, a boolean (true is 100%), or a text that is a percentage or the name of a backend.' }),
  provider: Type.Optional(Type.Unsafe<() => unknown>({ inCode: 'function', expected: 'a function that returns an OpenFeature provider, or a promise of one', description: 'Makes the provider; only in a TypeScript or JavaScript config. When left out it is the one that the application has registered with OpenFeature.' })),
  domain: Type.Optional(Type.String({ minLength: 1, description: 'The domain of OpenFeature whose provider is asked; the default provider when left out.' })),
  context: defaulted(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])), {}, 'What flags are evaluated with, beside `feature` (its name) and `targetingKey` ("cutover").'),
  interval: duration('30s', 'How often flags are asked, beside whenever the provider says that they changed.')
}, { additionalProperties: false, description: 'Shares that come from flags of any OpenFeature provider. A flag moves a feature when its value changes, so that a rollback stands until then.' }))
