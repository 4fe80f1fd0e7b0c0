import type { Mutant } from './mutant.ts'

const tokens = 'domain/tokens.ts'
const repository = 'data/vehicle-repository.ts'
const bearer = '/^Bearer +([^\\s]+)$/i'

export const authMutants: readonly Mutant[] = [
  { name: 'expired tokens are taken', category: 'auth', file: tokens, from: ' || now() >= expires', to: '' },
  { name: 'tokens of another issuer are taken', category: 'auth', file: tokens, from: ' allowedIss: issuer,', to: '' },
  { name: 'signatures are not checked', category: 'auth', file: tokens, from: 'import { createSigner, createVerifier }', to: 'import { createDecoder, createSigner }', and: [{ file: tokens, from: "createVerifier({ key: secret, algorithms: ['HS256'], allowedIss: issuer, requiredClaims: ['sub', 'exp'], ignoreExpiration: true })", to: 'createDecoder()' }] },
  { name: 'the scheme has a case', category: 'auth', file: tokens, from: bearer, to: bearer.slice(0, -1) },
  { name: 'one blank after the scheme', category: 'auth', file: tokens, from: '/^Bearer +(', to: '/^Bearer (' },
  { name: 'a token needs no scheme', category: 'auth', file: tokens, from: '/^Bearer +(', to: '/^(?:Bearer +)?(' },
  { name: 'another\'s vehicle can be read', category: 'auth', file: repository, from: 'from vehicles where account_id = $1 and id = $2 and', to: 'from vehicles where $1::uuid is not null and id = $2 and' },
  { name: 'another\'s vehicle can be changed', category: 'auth', file: repository, from: 'where account_id = $1 and id = $2 and deleted_at is null returning', to: 'where $1::uuid is not null and id = $2 and deleted_at is null returning' },
  { name: 'another\'s vehicle can be removed', category: 'auth', file: repository, from: 'clock_timestamp() where account_id = $1 and', to: 'clock_timestamp() where $1::uuid is not null and' },
  { name: 'the list is everybody\'s', category: 'auth', file: repository, from: 'where account_id = $1 and deleted_at is null order', to: 'where $1::uuid is not null and deleted_at is null order' },
  { name: 'an unknown account is told apart', category: 'auth', file: 'domain/accounts.ts', from: 'if (account === undefined || !right) {', to: "if (account === undefined) return failed({ kind: 'unauthenticated', code: 'ACCOUNT_UNKNOWN', message: 'There is no such account' })\n      if (!right) {" },
  { name: 'checked tokens are remembered by their head', category: 'auth', file: tokens, from: 'valid.set(token, {', to: 'valid.set(token.slice(0, 36), {', and: [{ file: tokens, from: 'valid.get(token)', to: 'valid.get(token.slice(0, 36))' }] },
  { name: 'readiness asks for a token', category: 'auth', file: 'candidate/routes/vehicles.ts', from: "app.get('/health', {", to: "app.get('/health', {\n    onRequest: app.authenticate," },
  { name: 'decoding asks for no token', category: 'auth', file: 'candidate/plugins/authentication.ts', from: '(request, reply, done) => {', to: "(request, reply, done) => {\n    if (request.url.includes('/decode/')) return done()" },
  { name: 'unknown routes ask for no token', category: 'auth', file: 'candidate/routes/vehicles.ts', from: '  app.setNotFoundHandler(answerUnknownRoute)\n', to: '' },
  { name: 'bodies are looked at before tokens', category: 'auth', file: 'candidate/routes/vehicles.ts', from: "app.addHook('onRequest', app.authenticate)", to: "app.addHook('preHandler', app.authenticate)" },
  { name: 'blanks around a password do not count', category: 'auth', file: 'candidate/routes/auth.ts', from: 'request.body.password)', to: 'request.body.password.trim())' },
  { name: 'addresses have a case', category: 'auth', file: 'data/account-repository.ts', from: 'lower(email) = lower($1)', to: 'email = $1' },
  { name: 'any password is right', category: 'auth', file: 'domain/accounts.ts', from: ' || !right', to: '' },
  { name: 'a token lives twice as long as it says', category: 'auth', file: tokens, from: 'exp: seconds + lifetime,', to: 'exp: seconds + 2 * lifetime,' }
]
