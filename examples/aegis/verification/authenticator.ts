import { createECDH, createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto'
import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { cbor, type CborValue } from './cbor.ts'

/** An authenticator in software, with one passkey (ES256, attestation "none") per name: the same one at each call. */
export interface Authenticator {
  /** What a browser sends after `navigator.credentials.create`. */
  create (options: Pick<PublicKeyCredentialCreationOptionsJSON, 'challenge' | 'rp'>): RegistrationResponseJSON
  /**
   * What a browser sends after `navigator.credentials.get`.
   * @param counter how often the passkey was used, this time included
   */
  get (options: Pick<PublicKeyCredentialRequestOptionsJSON, 'challenge' | 'rpId'>, counter: number): AuthenticationResponseJSON
}

// User present, user verified; and credential data attached (WebAuthn, 6.1).
const verified = 0b101
const withCredential = 0b100_0000

/**
 * @param name whose passkey: its key is derived from it
 * @param origin of the page that asks
 */
export function openAuthenticator (name: string, origin: string): Authenticator {
  const { privateKey, x, y } = keyOf(name)
  const id = sha256(`credential of ${name}`)
  const clientData = (type: string, challenge: string): Buffer => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticatorData = (domain: string, flags: number, counter: number): Buffer => {
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(domain), head])
  }
  const common = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key', clientExtensionResults: {} } as const

  return {
    create ({ challenge, rp }) {
      const publicKey = cbor(new Map<number, CborValue>([[1, 2], [3, -7], [-1, 1], [-2, x], [-3, y]]))
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authData = Buffer.concat([authenticatorData(rp.id ?? '', verified | withCredential, 0), Buffer.alloc(16), length, id, publicKey])
      return {
        ...common,
        response: {
          clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
          attestationObject: cbor(new Map<string, CborValue>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]])).toString('base64url'),
          transports: ['internal']
        }
      }
    },
    get ({ challenge, rpId }, counter) {
      const client = clientData('webauthn.get', challenge)
      const authData = authenticatorData(rpId ?? '', verified, counter)
      return {
        ...common,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey).toString('base64url')
        }
      }
    }
  }
}

function keyOf (name: string): { privateKey: KeyObject, x: Buffer, y: Buffer } {
  const curve = createECDH('prime256v1')
  // Any number below the curve's order is a key; of 2^32 hashes less than one is not.
  const d = sha256(`key of ${name}`)
  curve.setPrivateKey(d)
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)]
  const text = (bytes: Buffer): string => bytes.toString('base64url')
  return { privateKey: createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: text(d), x: text(x), y: text(y) }, format: 'jwk' }), x, y }
}

function sha256 (data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}
