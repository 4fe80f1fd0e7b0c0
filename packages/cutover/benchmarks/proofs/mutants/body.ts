import type { Mutant } from './mutant.ts'

const schemas = 'candidate/schemas.ts'
const repository = 'data/vehicle-repository.ts'
const vehicles = 'candidate/routes/vehicles.ts'
const health = 'candidate/routes/health.ts'
const listHandler = '}, async request => ({ vehicles: await vehicles.list(request.userId) }))'

export const bodyMutants: readonly Mutant[] = [
  { name: 'licensePlate is called license_plate', category: 'body', file: schemas, from: "licensePlate: nullable<string>('string')", to: "license_plate: nullable<string>('string')", and: [{ file: repository, from: 'licensePlate: row.license_plate', to: 'license_plate: row.license_plate' }] },
  { name: 'expiresIn is called expires_in', category: 'body', file: schemas, from: "expiresIn: Type.Integer({ description: 'Seconds.' })", to: 'expires_in: Type.Integer()', and: [{ file: 'domain/accounts.ts', from: 'expiresIn: tokens.lifetime', to: 'expires_in: tokens.lifetime' }] },
  { name: 'the list is not wrapped', category: 'body', file: vehicles, from: `response: answers({ 200: VehicleList }) }\n  ${listHandler}`, to: 'response: answers({ 200: VehicleList.properties.vehicles }) }\n  }, async request => vehicles.list(request.userId))' },
  { name: 'the schema of a decoded VIN forgot the country', category: 'body', file: schemas, from: ",\n  plantCountry: nullable<string>('string')", to: '' },
  { name: 'the schema of a vehicle forgot the colour', category: 'body', file: schemas, from: "  color: nullable<string>('string'),\n", to: '' },
  { name: 'the schema of an error forgot the details', category: 'body', file: schemas, from: 'details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() })))', to: '' },
  { name: 'the schema of a session forgot the address', category: 'body', file: schemas, from: 'Type.Object({ id: Type.String(), email: Type.String() })', to: 'Type.Object({ id: Type.String() })' },
  { name: 'liveness tells the version', category: 'body', file: health, from: ', response: { 200: Liveness } }', to: ' }', and: [{ file: health, from: 'services.liveness()', to: "{ ...services.liveness(), version: '2.0.0' }" }] },
  { name: 'errors have the shape of Fastify', category: 'body', file: 'candidate/plugins/errors.ts', from: '  app.setErrorHandler(answerError)\n', to: '' },
  { name: 'a change answers what was before it', category: 'body', file: vehicles, from: 'const changed = await', to: 'const before = await vehicles.get(request.userId, request.params.id)\n    const changed = await', and: [{ file: vehicles, from: 'return changed.ok ? changed.value', to: 'return changed.ok && before.ok ? before.value' }] },
  { name: 'a session shows the address as it was typed', category: 'body', file: 'domain/accounts.ts', from: 'email: account.email }', to: 'email }' },
  { name: 'removed vehicles stay in the list', category: 'body', file: repository, from: 'account_id = $1 and deleted_at is null order by', to: 'account_id = $1 order by' },
  { name: 'removed vehicles can still be read', category: 'body', file: repository, from: 'where account_id = $1 and id = $2 and deleted_at is null`,\n        values: [ownerId, id]', to: 'where account_id = $1 and id = $2`,\n        values: [ownerId, id]' },
  { name: 'lists stay as they were first read', category: 'body', file: 'data/vehicle-list-cache.ts', from: 'feed.onChange(ownerId => entries.delete(ownerId))', to: '', and: [{ file: 'data/vehicle-list-cache.ts', from: '} finally {\n      entries.delete(ownerId)\n    }', to: '} finally {\n    }' }] },

  { name: 'the year of a vehicle is text', category: 'type', file: schemas, from: "year: nullable<number>('integer'),\n  nickname", to: "year: nullable<string>('string'),\n  nickname", and: [{ file: repository, from: 'year: row.year,', to: 'year: row.year === null ? null : String(row.year),' }] },
  { name: 'the odometer is text', category: 'type', file: schemas, from: "odometer: nullable<number>('integer')", to: "odometer: nullable<string>('string')", and: [{ file: repository, from: 'odometer: row.odometer,', to: 'odometer: row.odometer === null ? null : String(row.odometer),' }] },
  { name: 'the year of a decoded VIN is text', category: 'type', file: schemas, from: "year: nullable<number>('integer'),\n  trim", to: "year: nullable<string>('string'),\n  trim", and: [{ file: 'external/vpic/wire.ts', from: 'year: Number.isNaN(year) ? null : year', to: 'year: Number.isNaN(year) ? null : String(year)' }] },
  { name: 'expiresIn is text', category: 'type', file: schemas, from: "expiresIn: Type.Integer({ description: 'Seconds.' })", to: 'expiresIn: Type.String()' },
  { name: 'createdAt is a number', category: 'type', file: schemas, from: 'createdAt: Type.String()', to: 'createdAt: Type.Integer()', and: [{ file: repository, from: 'row.created_at.toISOString()', to: 'row.created_at.getTime()' }] },
  { name: 'readiness says true', category: 'type', file: schemas, from: 'database: Type.String()', to: 'database: Type.Boolean()', and: [{ file: vehicles, from: '.send(state)', to: ".send({ ...state, database: state.database === 'up' })" }] },
  { name: 'details are texts', category: 'type', file: schemas, from: 'Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))', to: 'Type.Array(Type.String())', and: [{ file: 'candidate/plugins/errors.ts', from: '&& { details } }', to: '&& { details: details.map(({ message }) => message) } }' }] },

  { name: 'newest first', category: 'order', file: repository, from: 'order by created_at, id', to: 'order by created_at desc, id' },
  { name: 'the list is sorted by id', category: 'order', file: repository, from: 'order by created_at, id', to: 'order by id' },
  { name: 'the list is sorted by the last change', category: 'order', file: repository, from: 'order by created_at, id', to: 'order by updated_at, id' },
  { name: 'details are sorted by name', category: 'order', file: 'candidate/plugins/joi-messages.ts', from: "field: path.join('.'), message })))", to: "field: path.join('.'), message })).sort((a, b) => a.field < b.field ? -1 : 1))" },
  { name: 'details come last first', category: 'order', file: 'candidate/plugins/joi-messages.ts', from: "field: path.join('.'), message })))", to: "field: path.join('.'), message })).reverse())" },
  { name: 'the VIN is checked last', category: 'order', file: schemas, from: '{ vin, ...details }', to: '{ ...details, vin }' },
  { name: 'the password is checked first', category: 'order', file: schemas, from: 'export const Credentials = Type.Object({\n', to: 'export const Credentials = Type.Object({\n  password: Type.String({ minLength: 1, maxLength: 128 }),\n', and: [{ file: schemas, from: ',\n  password: Type.String({ minLength: 1, maxLength: 128 })\n}', to: '\n}' }] }
]
