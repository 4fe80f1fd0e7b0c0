import { Type } from 'typebox'

const closed = { additionalProperties: false }
const about = Type.Optional(Type.String({ description: 'What is special about it, for a reader.' }))
const texts = (description: string) => Type.Record(Type.String(), Type.String(), { description, expected: 'a mapping of names to texts' })

const ExpectationSchema = Type.Object({
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599, expected: 'a status from 100 to 599', description: 'The status of the answer.' })),
  json: Type.Optional(Type.Record(Type.String({ pattern: '^(/|$)' }), Type.Unknown(), { additionalProperties: false, expected: 'JSON pointers such as "/error/code" with values', description: 'JSON pointers into the body, with the value that must be there.' }))
}, { ...closed, description: 'What both backends must answer, where that is wanted; equality is always wanted.' })

const PartSchema = Type.Object({
  name: Type.String(),
  value: Type.Optional(Type.String({ description: 'Its content.' })),
  base64: Type.Optional(Type.String({ description: 'The bytes of its content.' })),
  filename: Type.Optional(Type.String({ description: 'Makes it a file.' })),
  type: Type.Optional(Type.String({ description: 'Its Content-Type.' }))
}, closed)

const StepSchema = Type.Object({
  about,
  request: Type.String({ pattern: '^[!#$%&\'*+.^_`|~0-9A-Za-z-]+ [^\\s\\u0000-\\u001f][^\\r\\n\\u0000]*$', expected: 'a method and a target: "GET /api/vehicles?page=2"', description: 'A method and a target as they are sent, broken encodings too: GET /api/vehicles/${id}.' }), // eslint-disable-line no-template-curly-in-string
  endpoint: Type.Optional(Type.String({ minLength: 1, description: 'The name under which noise and coverage are kept; the request without its query when left out.' })),
  headers: Type.Optional(Type.Record(Type.String({ pattern: '^[!#$%&\'*+.^_`|~0-9A-Za-z-]+$' }), Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { expected: 'a text, or a list of texts; put numbers in quotes' }), { additionalProperties: false, description: 'Headers in the order sent; a list sends a header several times.' })),
  json: Type.Optional(Type.Unknown({ description: 'The body as JSON.' })),
  form: Type.Optional(texts('The body as application/x-www-form-urlencoded.')),
  text: Type.Optional(Type.String({ description: 'The body as it is.' })),
  base64: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9+/\\s]*={0,2}\\s*$', expected: 'base64', description: 'The bytes of the body.' })),
  multipart: Type.Optional(Type.Array(PartSchema, { description: 'The body as multipart/form-data.' })),
  derive: Type.Optional(Type.Record(Type.String({ pattern: '^[\\w-]+$' }), Type.Union([
    Type.String({ minLength: 1 }),
    Type.Object({ by: Type.String({ minLength: 1, description: 'The name of the function.' }), with: Type.Optional(Type.Unknown({ description: 'What it is given, with values filled in.' })) }, closed)
  ], { expected: 'the name of a function, or { by: function, with: value }' }), { additionalProperties: false, description: 'Names for values that functions of the module `parity.surroundings` compute before the request is made, from what this side gave before.' })),
  capture: Type.Optional(Type.Record(Type.String({ pattern: '^[\\w-]+$' }), Type.String({ pattern: '^(/.*|header:.+|cookie:.+)?$', expected: 'a JSON pointer such as "/id", "header:NAME" or "cookie:NAME"' }), { additionalProperties: false, description: 'Names for values of the answer: a JSON pointer into its body, header:NAME or cookie:NAME.' })),
  expect: Type.Optional(ExpectationSchema),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, expected: 'a whole number from 1 to 100', description: 'Sent this many times at once on each side; the answers are compared as a set.' })),
  together: Type.Optional(Type.Literal(true, { expected: 'true', description: 'Sent at the same moment as the step before it.' }))
}, closed)

/** A scenario as its file holds it. */
export const ScenarioSchema = Type.Object({
  $schema: Type.Optional(Type.String({ description: 'Where an editor finds the schema.' })),
  name: Type.String({ minLength: 1, description: 'Unique in its folder.' }),
  about,
  given: Type.Optional(Type.Object({
    database: Type.Optional(Type.Literal('down', { expected: '"down"', description: 'The database refuses connections while the steps run.' }))
  }, { ...closed, description: 'The state of the world, where it is not the usual one.' })),
  let: Type.Optional(Type.Record(Type.String({ pattern: '^[\\w-]+$' }), Type.Union([
    Type.String(),
    Type.Object({ from: Type.String({ description: 'The name of another scenario of the folder.' }), at: Type.String({ pattern: '^/', expected: 'a JSON pointer such as "/steps/0/json/password"', description: 'Where in it the text stands.' }) }, closed),
    Type.Object({ repeat: Type.String({ description: 'The text.' }), times: Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'How often.' }) }, closed)
  ], { expected: 'a text, { repeat: text, times: number }, or { from: scenario, at: pointer }' }), { additionalProperties: false, description: 'Values for ${name}: a text, a text to repeat, or a text of another scenario.' })), // eslint-disable-line no-template-curly-in-string
  steps: Type.Array(StepSchema, { minItems: 1, description: 'The requests, one after the other.' })
}, { ...closed, title: 'cutover scenario' })

/** The JSON Schema of a scenario's file, for editors. */
export function scenarioJsonSchema (): Readonly<Record<string, unknown>> {
  const plain = JSON.parse(JSON.stringify(ScenarioSchema, (key, value: unknown) => key === 'expected' ? undefined : value)) as Record<string, unknown>
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...plain }
}
