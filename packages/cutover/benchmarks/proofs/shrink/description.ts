const id = (name = 'id'): object => ({ name, in: 'path', required: true, schema: { type: 'integer', minimum: 1 } })
const query = (name: string, schema: object): object => ({ name, in: 'query', schema })
const body = (properties: object, required: readonly string[] = []): object => ({ requestBody: { content: { 'application/json': { schema: { type: 'object', properties, required } } } } })
const answers = (...statuses: number[]): object => ({ responses: Object.fromEntries(statuses.map(status => [status, { description: '' }])) })

const item = { name: { type: 'string', minLength: 1, maxLength: 40 }, price: { type: 'integer', minimum: 0, maximum: 100_000 }, stock: { type: 'integer', minimum: 0, maximum: 100_000 } }
const quantity = (maximum: number): object => ({ type: 'integer', minimum: 1, maximum })

/** The shop's OpenAPI document. */
export const description = {
  openapi: '3.0.3',
  info: { title: 'shop', version: '1' },
  paths: {
    '/items': {
      get: { parameters: [query('page', { type: 'integer', minimum: 1 }), query('size', { type: 'integer', minimum: 1, maximum: 100 }), query('sort', { type: 'string', enum: ['id', 'price'] })], ...answers(200, 400) },
      post: { ...body(item, ['name', 'price']), ...answers(201, 400, 409) }
    },
    '/items/{id}': {
      parameters: [id()],
      get: answers(200, 404),
      put: { parameters: [{ name: 'if-match', in: 'header', schema: { type: 'string', pattern: '^[1-9]$' } }], ...body({ name: item.name, price: item.price }), ...answers(200, 400, 404, 412) },
      delete: answers(204, 404)
    },
    '/items/{id}/reserve': { parameters: [id()], post: { ...body({ quantity: quantity(1000) }, ['quantity']), ...answers(200, 400, 404, 409) } },
    '/items/{id}/release': { parameters: [id()], post: { ...body({ quantity: quantity(1000) }, ['quantity']), ...answers(200, 400, 404, 409) } },
    '/search': { get: { parameters: [query('q', { type: 'string' })], ...answers(200) } },
    '/carts': { post: answers(201) },
    '/carts/{id}': { parameters: [id()], get: answers(200, 404) },
    '/carts/{id}/lines': { parameters: [id()], post: { ...body({ itemId: { type: 'integer', minimum: 1 }, quantity: quantity(99) }, ['itemId']), ...answers(200, 400, 404, 409) } },
    '/carts/{id}/lines/{itemId}': { parameters: [id(), id('itemId')], delete: answers(200, 404, 409) },
    '/carts/{id}/coupon': { parameters: [id()], post: { ...body({ code: { type: 'string', enum: ['SAVE10', 'SAVE25'] } }, ['code']), ...answers(200, 400, 404, 409) } },
    '/carts/{id}/checkout': { parameters: [id()], post: answers(200, 404, 409) },
    '/carts/{id}/refund': { parameters: [id()], post: answers(200, 404, 409) },
    '/tickets': {
      get: { parameters: [query('status', { type: 'string', enum: ['open', 'pending', 'closed'] })], ...answers(200, 400) },
      post: { ...body({ subject: { type: 'string', minLength: 1 } }, ['subject']), ...answers(201, 400) }
    },
    '/tickets/{id}': { parameters: [id()], patch: { ...body({ status: { type: 'string', enum: ['open', 'pending', 'closed'] } }, ['status']), ...answers(200, 400, 404) } },
    '/tickets/{id}/comments': { parameters: [id()], post: { ...body({ text: { type: 'string', maxLength: 200 } }, ['text']), ...answers(201, 400, 404, 409) } }
  }
}
