import { Type, type Static, type TProperties } from 'typebox'
import { base64, base64OrNull, closed, nullable } from './schemas.ts'

const Email = Type.String({ minLength: 1, maxLength: 254, pattern: '^[^\\s@\\p{Cc}]+@[^\\s@\\p{Cc}]+$', patternName: 'e-mail' })
const Bytes16 = Type.String({ minLength: 1, pattern: '^[A-Za-z0-9+/]{22}==$', patternName: '16 bytes in base64' })
const Bytes32 = Type.String({ minLength: 1, pattern: '^[A-Za-z0-9+/]{43}=$', patternName: '32 bytes in base64' })
const encryptedPrivateKey = base64(4096)

export const Registration = Type.Object({ email: Email, authHash: Bytes32, salt: Bytes16, publicKey: Bytes32, encryptedPrivateKey }, closed)
export const Credentials = Type.Object({ email: Email, authHash: Bytes32, rememberMe: Type.Optional(Type.Boolean()) }, closed)
export const UserChanges = Type.Object({
  email: Type.Optional(Email),
  encryptedProfile: Type.Optional(base64OrNull(16_384)),
  currentAuthHash: Type.Optional(Bytes32),
  authHash: Type.Optional(Bytes32),
  salt: Type.Optional(Bytes16),
  encryptedPrivateKey: Type.Optional(encryptedPrivateKey)
}, { ...closed, minProperties: 1 })
export const Address = Type.Object({ email: Email }, closed)

const User = Type.Object({
  id: Type.String(),
  email: Type.String(),
  publicKey: Type.String(),
  salt: Type.String(),
  encryptedPrivateKey: Type.String(),
  encryptedProfile: nullable<string>('string'),
  createdAt: Type.String(),
  updatedAt: Type.String()
})
export const UserAnswer = Type.Object({ user: User })
export const SignedIn = Type.Object({ user: User, token: Type.String() })
export const CsrfToken = Type.Object({ csrfToken: Type.String() })
export const Discovery = Type.Object({ email: Type.String(), salt: Type.String(), publicKey: Type.String() })

export const NoInput = Type.Object({}, closed)

// WebAuthn's own JSON (PublicKeyCredential.toJSON), of which browsers send more with each level of the standard.
const base64url = (max: number) => Type.String({ minLength: 1, maxLength: max, pattern: '^[A-Za-z0-9_-]+$', patternName: 'base64url' })
const credential = <Response extends TProperties>(response: Response) => Type.Object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: Type.Literal('public-key'),
  response: Type.Object(response),
  clientExtensionResults: Type.Object({})
})

export const Attestation = Type.Object({
  credential: credential({
    clientDataJSON: base64url(8192),
    attestationObject: base64url(65_536),
    transports: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 32 }), { maxItems: 16 }))
  })
}, closed)
export const Assertion = Type.Object({
  credential: credential({
    clientDataJSON: base64url(8192),
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: Type.Optional(Type.Unsafe<string | null>({ ...base64url(128), type: ['string', 'null'] }))
  }),
  rememberMe: Type.Optional(Type.Boolean())
}, closed)

const Passkey = Type.Object({ id: Type.String(), transports: Type.Unsafe<readonly string[]>(Type.Array(Type.String())), createdAt: Type.String(), lastUsedAt: nullable<string>('string') })
export const PasskeyAnswer = Type.Object({ passkey: Passkey })
export const PasskeyList = Type.Object({ passkeys: Type.Unsafe<readonly Static<typeof Passkey>[]>(Type.Array(Passkey)) })
export const PasskeyId = Type.Object({ id: Type.String() })
/** What a page gives to `navigator.credentials`: written by WebAuthn, not here. */
export const CredentialOptions = Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'PublicKeyCredentialCreationOptionsJSON or PublicKeyCredentialRequestOptionsJSON (WebAuthn).' })
