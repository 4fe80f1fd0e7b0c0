import type { Mutant } from './mutant.ts'

const errors = 'candidate/plugins/errors.ts'
const rules = 'domain/vehicles.ts'
const tokens = 'domain/tokens.ts'
const messages = 'candidate/plugins/joi-messages.ts'
const detail = "details.map(({ path, message }) => ({ field: path.join('.'), message }))"

export const errorMutants: readonly Mutant[] = [
  { name: 'another text for a missing vehicle', category: 'error text', file: rules, from: "'There is no such vehicle'", to: "'Vehicle not found'" },
  { name: 'another code for a missing vehicle', category: 'error text', file: rules, from: "'VEHICLE_NOT_FOUND'", to: "'NOT_FOUND'" },
  { name: 'a conflict shows the VIN as it was typed', category: 'error text', file: rules, from: 'with the VIN ${vin.value} already', to: 'with the VIN ${draft.vin} already' }, // eslint-disable-line no-template-curly-in-string
  { name: 'a conflict does not name the field', category: 'error text', file: rules, from: "already`, field: 'vin' })\n    },", to: 'already` })\n    },' },
  { name: 'a conflict has another code', category: 'error text', file: rules, from: "'VEHICLE_EXISTS'", to: "'VEHICLE_DUPLICATE'" },
  { name: 'the newest year is told wrong', category: 'error text', file: rules, from: 'is after ${newest}', to: 'is after ${newest - 1}' }, // eslint-disable-line no-template-curly-in-string
  { name: 'the check digits change places', category: 'error text', file: 'domain/vin.ts', from: 'is ${vin[8]} and should be ${wanted}', to: 'is ${wanted} and should be ${vin[8]}' }, // eslint-disable-line no-template-curly-in-string
  { name: 'an unknown VIN does not name the field', category: 'error text', file: rules, from: "Nothing is known of the VIN ${vin.value}`, field: 'vin' }", to: 'Nothing is known of the VIN ${vin.value}` }' }, // eslint-disable-line no-template-curly-in-string
  { name: 'a missing token is called invalid', category: 'error text', file: tokens, from: 'if (token === undefined) return missing', to: 'if (token === undefined) return invalid' },
  { name: 'an invalid token is called missing', category: 'error text', file: tokens, from: '} catch {\n      return invalid', to: '} catch {\n      return missing' },
  { name: 'the limit of a body is told in bytes', category: 'error text', file: errors, from: 'larger than 16 kB', to: 'larger than 16384 bytes' },
  { name: 'the parser\'s own text for broken JSON', category: 'error text', file: 'candidate/plugins/json-body.ts', from: '} catch {\n      done(malformed, undefined)', to: "} catch (error) {\n      done(Object.assign(new SyntaxError((error as Error).message), { statusCode: 400, code: 'JSON_MALFORMED' }), undefined)" },
  { name: 'fields are pointers', category: 'error text', file: messages, from: "path.join('.')", to: "'/' + path.join('/')" },
  { name: 'Ajv\'s own words', category: 'error text', file: messages, from: detail, to: "check.errors!.map(error => ({ field: error.instancePath.slice(1).replaceAll('/', '.'), message: error.message! }))" },
  { name: 'no quotes around names', category: 'error text', file: messages, from: "field: path.join('.'), message }", to: "field: path.join('.'), message: message.replaceAll('\"', '') }" },
  { name: 'an unknown route shows its query', category: 'error text', file: errors, from: "request.originalUrl.split('?')[0]", to: 'request.originalUrl' },
  { name: 'a malformed parameter is not shown', category: 'error text', file: errors, from: "Failed to decode param '${value}'", to: 'Failed to decode a parameter' }, // eslint-disable-line no-template-curly-in-string
  { name: 'a bug tells its insides', category: 'error text', file: errors, from: "'Something went wrong on our side'", to: 'error.message' },
  { name: 'another title of a wrong body', category: 'error text', file: messages, from: "'The request is not valid'", to: "'Validation failed'" },
  { name: 'a typing error in a sentence', category: 'error text', file: rules, from: 'The VIN decoder does not answer', to: 'The VIN decoder does not anwser' },
  { name: 'compression is called a media type', category: 'error text', file: 'candidate/plugins/json-body.ts', from: "'ENCODING_UNSUPPORTED'", to: "'MEDIA_TYPE_UNSUPPORTED'" },
  { name: 'a sentence ends in a full stop', category: 'error text', file: 'domain/accounts.ts', from: 'the password is wrong', to: 'the password is wrong.' }
]
