import type { Mutant } from './mutant.ts'

const schemas = 'candidate/schemas.ts'
const messages = 'candidate/plugins/joi-messages.ts'
const vin = 'domain/vin.ts'
const json = 'candidate/plugins/json-body.ts'
const options = 'strict: true, allowUnionTypes: true'

export const validationMutants: readonly Mutant[] = [
  { name: 'years begin in 1901', category: 'validation bound', file: schemas, from: 'integer(1900, 2100)', to: 'integer(1901, 2100)' },
  { name: 'years end in 2099', category: 'validation bound', file: schemas, from: 'integer(1900, 2100)', to: 'integer(1900, 2099)' },
  { name: 'the odometer begins at 1', category: 'validation bound', file: schemas, from: 'integer(0, 9_999_999)', to: 'integer(1, 9_999_999)' },
  { name: 'the odometer ends at 10 000 000', category: 'validation bound', file: schemas, from: 'integer(0, 9_999_999)', to: 'integer(0, 10_000_000)' },
  { name: 'the odometer has six digits', category: 'validation bound', file: schemas, from: 'integer(0, 9_999_999)', to: 'integer(0, 999_999)' },
  { name: 'colours of 31 letters', category: 'validation bound', file: schemas, from: 'color: Type.Optional(text(30))', to: 'color: Type.Optional(text(31))' },
  { name: 'licence plates of 14 letters at most', category: 'validation bound', file: schemas, from: 'text(15)', to: 'text(14)' },
  { name: 'nicknames of 64 letters', category: 'validation bound', file: schemas, from: 'nickname: Type.Optional(text(60))', to: 'nickname: Type.Optional(text(64))' },
  { name: 'models of 59 letters at most', category: 'validation bound', file: schemas, from: 'model: Type.Optional(text(60))', to: 'model: Type.Optional(text(59))' },
  { name: 'addresses of 255 letters', category: 'validation bound', file: schemas, from: 'maxLength: 254', to: 'maxLength: 255' },
  { name: 'passwords of 127 letters at most', category: 'validation bound', file: schemas, from: 'maxLength: 128', to: 'maxLength: 127' },
  { name: 'texts may be empty', category: 'validation bound', file: schemas, from: 'minLength: 1, maxLength: max', to: 'minLength: 0, maxLength: max', and: [{ file: schemas, from: "'^\\\\P{Cc}+$'", to: "'^\\\\P{Cc}*$'" }] },
  { name: 'control characters are allowed', category: 'validation bound', file: schemas, from: ", pattern: '^\\\\P{Cc}+$', patternName: 'printable'", to: '' },
  { name: 'VINs may have an I', category: 'validation bound', file: schemas, from: '^[A-HJ-NPR-Za-hj-npr-z0-9]+$', to: '^[A-NPR-Za-npr-z0-9]+$' },
  { name: 'VINs may be shorter', category: 'validation bound', file: schemas, from: 'minLength: VIN_LENGTH', to: 'minLength: 11' },
  { name: 'VINs are upper case only', category: 'validation bound', file: schemas, from: '^[A-HJ-NPR-Za-hj-npr-z0-9]+$', to: '^[A-HJ-NPR-Z0-9]+$' },
  { name: 'unknown members are let through', category: 'validation bound', file: schemas, from: 'additionalProperties: false', to: 'additionalProperties: true' },
  { name: 'unknown members are dropped', category: 'validation bound', file: messages, from: options, to: `${options}, removeAdditional: true` },
  { name: 'an empty change is let through', category: 'validation bound', file: schemas, from: ', minProperties: 1', to: '' },
  { name: 'a change may name a VIN', category: 'validation bound', file: schemas, from: 'Type.Object(details, { ...closed', to: 'Type.Object({ vin: Type.Optional(vin), ...details }, { ...closed' },
  { name: 'ids of any version', category: 'validation bound', file: schemas, from: '{4}-4[0-9A-Fa-f]{3}-', to: '{4}-[0-9A-Fa-f]{4}-' },
  { name: 'ids are lower case only', category: 'validation bound', file: schemas, from: "'^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$'", to: "'^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'" },
  { name: 'types are converted', category: 'validation bound', file: messages, from: options, to: `${options}, coerceTypes: true` },
  { name: 'numbers may have a fraction', category: 'validation bound', file: schemas, from: "type: ['integer', 'null'], minimum", to: "type: ['number', 'null'], minimum" },
  { name: 'only the first fault is told', category: 'validation bound', file: messages, from: 'abortEarly: false', to: 'abortEarly: true' },
  { name: 'characters are counted, not UTF-16 units', category: 'validation bound', file: messages, from: options, to: `${options}, unicode: true` },
  { name: 'addresses need a dot', category: 'validation bound', file: schemas, from: '@[^\\\\s@\\\\p{Cc}]+$', to: '@[^\\\\s@\\\\p{Cc}]+\\\\.[^\\\\s@\\\\p{Cc}]+$' },
  { name: 'next year\'s models do not exist', category: 'validation bound', file: 'domain/vehicles.ts', from: 'thisYear() + 1', to: 'thisYear()' },
  { name: 'models of the year after next', category: 'validation bound', file: 'domain/vehicles.ts', from: 'thisYear() + 1', to: 'thisYear() + 2' },
  { name: 'changes do not check the year', category: 'validation bound', file: 'domain/vehicles.ts', from: 'async change (ownerId, id, details) {\n      const year = checkYear(details.year)', to: 'async change (ownerId, id, details) {\n      const year = checkYear(undefined)' },
  { name: 'bodies of 16 000 bytes', category: 'validation bound', file: 'candidate/app.ts', from: 'bodyLimit: 16 * 1024', to: 'bodyLimit: 16_000' },
  { name: 'bodies of a megabyte', category: 'validation bound', file: 'candidate/app.ts', from: 'bodyLimit: 16 * 1024', to: 'bodyLimit: 1024 * 1024' },
  { name: 'the year cannot be cleared', category: 'validation bound', file: schemas, from: "type: ['integer', 'null'], minimum", to: "type: 'integer', minimum" },
  { name: '__proto__ is refused', category: 'validation bound', file: json, from: "      Reflect.deleteProperty(value, '__proto__')\n", to: '' },
  { name: 'texts and numbers are bodies', category: 'validation bound', file: json, from: 'if (!/^[ \\t\\n\\r]*[[{]/.test(text)) throw', to: "if (text === '') throw", and: [{ file: json, from: 'Reflect.deleteProperty(value,', to: 'Reflect.deleteProperty(Object(value),' }] },
  { name: 'a missing body is no {}', category: 'validation bound', file: json, from: 'request.body ??= {}', to: 'request.body ??= null' },
  { name: 'only the bare media type is taken', category: 'validation bound', file: json, from: '/^\\s*application\\/json\\s*(;|$)/i.test(type)', to: "type === 'application/json'" },
  { name: 'a check digit X is 0', category: 'validation bound', file: vin, from: "remainder === 10 ? 'X'", to: "remainder === 10 ? '0'" },
  { name: 'a weight is wrong', category: 'validation bound', file: vin, from: '8, 7, 6, 5, 4, 3, 2, 10, 0,', to: '8, 7, 6, 5, 4, 3, 2, 9, 0,' },
  { name: 'a letter has the wrong value', category: 'validation bound', file: vin, from: 'Y: 8', to: 'Y: 9' },
  { name: 'check digits are not checked', category: 'validation bound', file: vin, from: 'if (vin[8] !== wanted)', to: 'if (vin[8] === \'-\')' }
]
