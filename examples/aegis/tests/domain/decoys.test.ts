import assert from 'node:assert/strict'
import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createDecoys } from '../../domain/decoys.ts'

const decoys = createDecoys('a secret for tests, with 32 characters')

test('an address that nobody has gets the same key material each time, and none without the secret can make it', () => {
  const one = decoys.of('nobody@example.com')
  assert.deepEqual(decoys.of('nobody@example.com'), one)
  assert.notDeepEqual(decoys.of('nobody2@example.com'), one)
  assert.notDeepEqual(createDecoys('another secret for tests, 32 characters').of('nobody@example.com'), one)
})

test('it has the form of what users send: 16 bytes, and a key that one can agree with', () => {
  const { salt, publicKey } = decoys.of('nobody@example.com')
  assert.match(salt, /^[A-Za-z0-9+/]{22}==$/)
  assert.match(publicKey, /^[A-Za-z0-9+/]{43}=$/)
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(publicKey, 'base64').toString('base64url') }, format: 'jwk' })
  assert.equal(diffieHellman({ publicKey: key, privateKey: generateKeyPairSync('x25519').privateKey }).length, 32)
})
