import type { Mutant } from './mutant.ts'

const repository = 'data/vehicle-repository.ts'
const decoder = 'external/vpic/decoder.ts'
const rules = 'domain/vehicles.ts'
const softDelete = 'update vehicles set deleted_at = clock_timestamp() where'
const inserted = 'draft.make, draft.model, draft.year, draft.nickname, draft.color, draft.licensePlate, draft.odometer]'

export const storageMutants: readonly Mutant[] = [
  { name: 'changes lose the colour', category: 'stored column', file: repository, from: "  color: 'color',\n", to: '' },
  { name: 'changes of the plate go to the colour', category: 'stored column', file: repository, from: "licensePlate: 'license_plate'", to: "licensePlate: 'color'" },
  { name: 'make and model change places', category: 'stored column', file: repository, from: inserted, to: inserted.replace('draft.make, draft.model', 'draft.model, draft.make') },
  { name: 'a new vehicle loses its odometer', category: 'stored column', file: repository, from: inserted, to: inserted.replace('draft.odometer', 'null') },
  { name: 'changes leave updated_at', category: 'stored column', file: repository, from: '${assignments}updated_at = clock_timestamp()', to: '${assignments}updated_at = updated_at' }, // eslint-disable-line no-template-curly-in-string
  { name: 'changes set created_at', category: 'stored column', file: repository, from: '${assignments}updated_at = clock_timestamp()', to: '${assignments}created_at = clock_timestamp(), updated_at = clock_timestamp()' }, // eslint-disable-line no-template-curly-in-string
  { name: 'VINs are stored as they were typed', category: 'stored column', file: rules, from: '{ ...draft, vin: vin.value }', to: 'draft' },
  { name: 'nicknames are stored without outer blanks', category: 'stored column', file: repository, from: inserted, to: inserted.replace('draft.nickname', 'draft.nickname?.trim()') },
  { name: 'plates are stored in upper case', category: 'stored column', file: repository, from: inserted, to: inserted.replace('draft.licensePlate', 'draft.licensePlate?.toUpperCase()') },
  { name: 'the decoded make wins over the given one', category: 'stored column', file: rules, from: 'make: draft.make ?? make', to: 'make: make ?? draft.make' },
  { name: 'the decoded year is not stored', category: 'stored column', file: rules, from: ', year: draft.year ?? year }', to: ' }' },
  { name: 'what is decoded is not filled in', category: 'stored column', file: rules, from: "if (decoding.kind !== 'decoded') return draft", to: 'if (decoding !== undefined) return draft' },
  { name: 'removing clears the nickname', category: 'stored column', file: repository, from: 'set deleted_at = clock_timestamp()', to: 'set deleted_at = clock_timestamp(), nickname = null' },
  { name: 'the cache keeps the VIN in lower case', category: 'stored column', file: 'external/vpic/decoding-cache.ts', from: 'values: [vin, vehicle === undefined', to: 'values: [vin.toLowerCase(), vehicle === undefined' },

  { name: 'decodings are not kept', category: 'missing write', file: decoder, from: '      await cache.keep(vin, fresh)\n', to: '' },
  { name: 'unknown VINs are not kept', category: 'missing write', file: decoder, from: 'await cache.keep(vin, fresh)', to: 'if (fresh.vehicle !== undefined) await cache.keep(vin, fresh)' },
  { name: 'removing is only said', category: 'missing write', file: repository, from: `${softDelete} account_id = $1 and id = $2 and deleted_at is null'`, to: "select id from vehicles where account_id = $1 and id = $2 and deleted_at is null'" },
  { name: 'removing deletes the row', category: 'missing write', file: repository, from: softDelete, to: 'delete from vehicles where' },
  { name: 'only the first field of a change is stored', category: 'missing write', file: repository, from: '.filter(field => details[field] !== undefined)', to: '.filter(field => details[field] !== undefined).slice(0, 1)' },
  { name: 'an odometer of 0 is not stored', category: 'missing write', file: repository, from: '.filter(field => details[field] !== undefined)', to: '.filter(field => details[field] !== undefined && details[field] !== 0)' },
  { name: 'undecoded vehicles are not stored', category: 'missing write', file: repository, from: 'return row && toVehicle(row)\n    },\n\n    async update', to: "if (row?.make === null) await pool.query('delete from vehicles where id = $1', [row.id])\n      return row && toVehicle(row)\n    },\n\n    async update" },

  { name: 'adding again writes over', category: 'double write', file: repository, from: 'where deleted_at is null do nothing', to: 'where deleted_at is null do update set updated_at = clock_timestamp()' },
  { name: 'decodings are kept twice', category: 'double write', file: decoder, from: 'await cache.keep(vin, fresh)', to: 'await cache.keep(vin, fresh)\n      await cache.keep(vin.toLowerCase(), fresh)' },
  { name: 'VINs are decoded though all is given', category: 'double write', file: rules, from: '  if (draft.make != null && draft.model != null && draft.year != null) return draft\n', to: '' },
  { name: 'a change is a change of all', category: 'double write', file: repository, from: 'where account_id = $1 and id = $2 and deleted_at is null returning', to: 'where account_id = $1 and $2::uuid is not null and deleted_at is null returning' },
  { name: 'a sign-in stores the password anew', category: 'double write', file: 'data/account-repository.ts', from: 'return row &&', to: "if (row !== undefined) await pool.query('update accounts set password_hash = password_hash || $2 where id = $1', [row.id, ' '])\n      return row &&" },
  { name: 'adding again purges what was removed', category: 'double write', file: repository, from: 'async insert (ownerId, draft) {', to: "async insert (ownerId, draft) {\n      await pool.query('delete from vehicles where account_id = $1 and vin = $2 and deleted_at is not null', [ownerId, draft.vin])" },
  { name: 'a change writes the row anew', category: 'double write', file: repository, from: 'return row && toVehicle(row)\n    },\n\n    async remove', to: "if (row) await pool.query('insert into vehicles (account_id, vin, make, deleted_at) values ($1, $2, $3, clock_timestamp())', [ownerId, row.vin, row.make])\n      return row && toVehicle(row)\n    },\n\n    async remove" }
]
