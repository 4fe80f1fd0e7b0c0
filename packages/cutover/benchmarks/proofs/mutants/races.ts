import type { Mutant } from './mutant.ts'

const repository = 'data/vehicle-repository.ts'
const routes = 'candidate/routes/vehicles.ts'
const conflict = '\n               on conflict (account_id, vin) where deleted_at is null do nothing'

export const raceMutants: readonly Mutant[] = [
  {
    name: 'whether a vehicle exists is asked before it is added',
    category: 'race',
    file: repository,
    from: 'async insert (ownerId, draft) {',
    to: "async insert (ownerId, draft) {\n      const known = await pool.query('select 1 from vehicles where account_id = $1 and vin = $2 and deleted_at is null', [ownerId, draft.vin])\n      if (known.rowCount !== 0) return undefined",
    and: [{ file: repository, from: conflict, to: '' }]
  },
  {
    name: 'whether a vehicle exists is asked before it is removed',
    category: 'race',
    file: repository,
    from: 'async remove (ownerId, id) {',
    to: "async remove (ownerId, id) {\n      const known = await pool.query('select 1 from vehicles where account_id = $1 and id = $2 and deleted_at is null', [ownerId, id])\n      if (known.rowCount === 0) return false",
    and: [
      { file: repository, from: "set deleted_at = clock_timestamp() where account_id = $1 and id = $2 and deleted_at is null'", to: "set deleted_at = clock_timestamp() where account_id = $1 and id = $2'" },
      { file: repository, from: 'return rowCount === 1', to: 'return rowCount !== 0' }
    ]
  },
  {
    name: 'a VIN is decoded once for each who asks',
    category: 'race',
    file: 'external/vpic/decoder.ts',
    from: 'inFlight.set(vin, decoding)',
    to: '',
    and: [{ file: 'external/vpic/decoding-cache.ts', from: '\n               on conflict (vin) do update set vehicle = excluded.vehicle, decoded_at = excluded.decoded_at', to: '' }]
  },
  {
    name: 'whether a vehicle was added is kept beside the request',
    category: 'race',
    file: routes,
    from: 'const vehicleRoutes:',
    to: 'let added: Awaited<ReturnType<Services[\'vehicles\'][\'add\']>>\n\nconst vehicleRoutes:',
    and: [{ file: routes, from: 'const added = await vehicles.add(request.userId, request.body)\n', to: 'added = await vehicles.add(request.userId, request.body)\n    await new Promise(setImmediate)\n' }]
  },
  {
    name: 'the owner is kept beside the request',
    category: 'race',
    file: routes,
    from: 'const vehicleRoutes:',
    to: "let owner = ''\n\nconst vehicleRoutes:",
    and: [
      { file: routes, from: "app.addHook('onRequest', app.authenticate)", to: "app.addHook('onRequest', app.authenticate)\n  app.addHook('preParsing', async request => { owner = request.userId })\n  app.addHook('preHandler', async () => { await new Promise(setImmediate) })" },
      { file: routes, from: 'vehicles.list(request.userId)', to: 'vehicles.list(owner)' }
    ]
  }
]
