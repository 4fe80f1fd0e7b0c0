import { createHmac, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto'

export interface Decoys {
  /** Key material for an address that nobody has: a salt of 16 bytes and a real X25519 key, always the same for the same address. */
  of (email: string): { readonly salt: string, readonly publicKey: string }
}

// The DER around 32 bytes of an X25519 private key (RFC 8410).
const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** What is answered about unknown addresses: nobody without the secret can tell it from what a user once sent. */
export function createDecoys (secret: string): Decoys {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'aegis discovery', 32))
  const derive = (what: string, email: string): Buffer => createHmac('sha256', key).update(`${what}:${email}`).digest()
  return {
    of (email) {
      const privateKey = createPrivateKey({ key: Buffer.concat([prefix, derive('key', email)]), format: 'der', type: 'pkcs8' })
      const { x } = createPublicKey(privateKey).export({ format: 'jwk' }) as { x: string }
      return { salt: derive('salt', email).subarray(0, 16).toString('base64'), publicKey: Buffer.from(x, 'base64url').toString('base64') }
    }
  }
}
