import type { Mutant } from './mutant.ts'

const repository = 'data/vehicle-repository.ts'
const schemas = 'candidate/schemas.ts'
const wire = 'external/vpic/wire.ts'
const list = 'order by created_at, id'

export const valueMutants: readonly Mutant[] = [
  { name: 'the odometer goes through kilometres', category: 'rounding', file: repository, from: 'draft.licensePlate, draft.odometer]', to: 'draft.licensePlate, draft.odometer == null ? draft.odometer : Math.round(Math.round(draft.odometer * 0.621371) / 0.621371)]' },
  { name: 'the odometer is shown in tens', category: 'rounding', file: repository, from: 'odometer: row.odometer,', to: 'odometer: row.odometer === null ? null : Math.round(row.odometer / 10) * 10,' },
  { name: 'expiresIn is in milliseconds', category: 'rounding', file: 'domain/accounts.ts', from: 'expiresIn: tokens.lifetime', to: 'expiresIn: tokens.lifetime * 1000' },
  { name: 'years have two digits', category: 'rounding', file: wire, from: 'Number.isNaN(year) ? null : year', to: 'Number.isNaN(year) ? null : year % 100' },
  { name: 'times are stored in whole seconds', category: 'rounding', file: repository, from: '${assignments}updated_at = clock_timestamp()', to: "${assignments}updated_at = date_trunc('second', clock_timestamp())" }, // eslint-disable-line no-template-curly-in-string
  { name: 'times are shown without milliseconds', category: 'rounding', file: repository, from: 'updatedAt: row.updated_at.toISOString()', to: "updatedAt: row.updated_at.toISOString().replace(/\\.\\d+/, '')" },

  { name: 'times have an offset', category: 'time zone', file: repository, from: 'row.created_at.toISOString()', to: "row.created_at.toISOString().replace('Z', '+00:00')" },
  { name: 'local times are called UTC', category: 'time zone', file: repository, from: 'row.created_at.toISOString()', to: 'new Date(row.created_at.getTime() + 7_200_000).toISOString()' },
  { name: 'times are as PostgreSQL writes them', category: 'time zone', file: repository, from: 'row.updated_at.toISOString()', to: "row.updated_at.toISOString().replace('T', ' ').replace('Z', '+00')" },
  { name: 'changes are stored in local time', category: 'time zone', file: repository, from: '${assignments}updated_at = clock_timestamp()', to: "${assignments}updated_at = clock_timestamp() at time zone 'Asia/Tokyo'" }, // eslint-disable-line no-template-curly-in-string
  { name: 'removals are stored in local time', category: 'time zone', file: repository, from: 'set deleted_at = clock_timestamp()', to: "set deleted_at = clock_timestamp() at time zone \\'America/New_York\\'" },
  { name: 'decodings are dated in seconds', category: 'time zone', file: 'external/vpic/decoder.ts', from: 'new Date(now()) }', to: 'new Date(now() / 1000) }' },

  { name: 'empty nicknames are left out', category: 'null against absent', file: schemas, from: "nickname: nullable<string>('string')", to: "nickname: Type.Optional(nullable<string>('string'))", and: [{ file: repository, from: 'nickname: row.nickname,', to: 'nickname: row.nickname ?? undefined,' }] },
  { name: 'empty nicknames are shown as empty text', category: 'null against absent', file: repository, from: 'nickname: row.nickname,', to: "nickname: row.nickname ?? ''," },
  { name: 'the schema knows no null', category: 'null against absent', file: schemas, from: 'type: [type, \'null\'] })', to: 'type })' },
  { name: 'empty texts are stored for null', category: 'null against absent', file: repository, from: 'draft.nickname, draft.color', to: "draft.nickname ?? '', draft.color" },
  { name: 'null does not clear', category: 'null against absent', file: repository, from: '.filter(field => details[field] !== undefined)', to: '.filter(field => details[field] != null)' },
  { name: 'what a change leaves out is cleared', category: 'null against absent', file: repository, from: '.filter(field => details[field] !== undefined)', to: '.filter(() => true)' },
  { name: 'errors have empty details', category: 'null against absent', file: 'candidate/plugins/errors.ts', from: '...details !== undefined && { details }', to: 'details: details ?? []' },
  { name: 'an unknown trim is left out', category: 'null against absent', file: schemas, from: "trim: nullable<string>('string')", to: "trim: Type.Optional(nullable<string>('string'))", and: [{ file: wire, from: 'trim: text(result.Trim)', to: 'trim: text(result.Trim) ?? undefined' }] },
  { name: 'an unknown trim is empty text', category: 'null against absent', file: wire, from: 'trim: text(result.Trim)', to: "trim: text(result.Trim) ?? ''" },

  { name: 'lists end after five', category: 'pagination', file: repository, from: list, to: `${list} limit 5` },
  { name: 'lists end after ten', category: 'pagination', file: repository, from: list, to: `${list} limit 10` },
  { name: 'lists begin with the second', category: 'pagination', file: repository, from: list, to: `${list} offset 1` }
]
