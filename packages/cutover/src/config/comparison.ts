import { Type, type Static } from 'typebox'

const reason = Type.String({ minLength: 3, expected: 'a reason of at least 3 characters', description: 'Why; every report shows it.' })
const routes = Type.Optional(Type.Array(Type.String({ pattern: '^([A-Z]+(\\|[A-Z]+)* )?/', expected: 'a route: "/path", "GET /path" or "GET|POST /path"' }), { minItems: 1, description: 'The routes that it is for; all when left out.' }))
const path = Type.String({ pattern: '^(/[^/]*)+$', expected: 'a path such as "/body/items/*/id" or "/headers/etag"', description: 'A JSON pointer over status, headers, body and trailers; `*` is one segment, `**` any number of them.' })
const kind = Type.Union([
  Type.Literal('missing'), Type.Literal('extra'), Type.Literal('type'), Type.Literal('value'), Type.Literal('order'), Type.Literal('format'),
  Type.Literal('header'), Type.Literal('cookie attribute'), Type.Literal('status'), Type.Literal('encoding'), Type.Literal('length')
])
const choice = (description: string) => Type.Optional(Type.Union([Type.Literal('ignore'), Type.Literal('report')], { description }))
const status = (description: string) => Type.Integer({ minimum: 100, maximum: 599, expected: 'a status from 100 to 599', description })
const closed = { additionalProperties: false }

/** What may differ between the answers of both backends, and what spellings count. */
export const ComparisonSchema = Type.Object({
  ignore: Type.Optional(Type.Array(Type.Object({
    path,
    kinds: Type.Optional(Type.Array(kind, { minItems: 1, description: 'Only differences of these kinds; all when left out.' })),
    routes,
    reason
  }, closed), { description: 'Places that may differ, with everything below them.' })),
  tolerance: Type.Optional(Type.Array(Type.Object({
    path,
    absolute: Type.Optional(Type.Number({ minimum: 0, description: 'How far numbers may be apart.' })),
    relative: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'The same as a part of the larger one.' })),
    routes,
    reason
  }, closed), { description: 'Numbers that need not be exactly the same.' })),
  unordered: Type.Optional(Type.Array(Type.Object({ path, routes, reason }, closed), { description: 'Arrays whose order has no meaning.' })),
  keyed: Type.Optional(Type.Array(Type.Object({
    path,
    by: Type.String({ minLength: 1, description: 'The key of an element, or a JSON pointer from the element to it: "id", "/owner/id".' }),
    routes,
    reason
  }, closed), { description: 'Arrays whose elements are known by a key of theirs, in any order.' })),
  headers: Type.Optional(Type.Array(Type.Object({
    name: Type.String({ pattern: '^[!#$%&\'*+.^_`|~0-9A-Za-z-]+$', expected: 'the name of a header', description: 'The name of a header.' }),
    compare: Type.Union([Type.Literal('presence'), Type.Literal('exact'), Type.Literal('list'), Type.Literal('date')], { description: 'Whether it is there, its text, its members in any order, or the form of its date.' }),
    routes,
    reason
  }, closed), { description: 'How a header is compared.' })),
  statuses: Type.Optional(Type.Array(Type.Object({ legacy: status('What legacy answers.'), candidate: status('What the candidate may answer then.'), routes, reason }, closed), { description: 'Statuses that may differ.' })),
  json: Type.Optional(Type.Object({
    keyOrder: choice('The order of keys; "ignore" when left out.'),
    numberSpelling: choice('1.0 for 1; "report" when left out.'),
    escapes: choice('"\\u00e9" for "é"; "ignore" when left out.')
  }, { additionalProperties: false, description: 'Spellings of JSON that mean the same.' })),
  limits: Type.Optional(Type.Object({
    differences: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'Differences of one answer that are kept; further ones are counted. 1000 when left out.' })),
    body: Type.Optional(Type.Integer({ minimum: 1024, maximum: 1_073_741_824, description: 'The largest decoded body that is compared by its structure, bytes; larger ones by hash. 32 MiB when left out.' }))
  }, { additionalProperties: false, description: 'Bounds of one comparison.' }))
}, { additionalProperties: false })

/** The rules of comparison as a config gives them. */
export type ComparisonConfig = Static<typeof ComparisonSchema>
