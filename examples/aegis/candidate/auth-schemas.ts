import { Type } from 'typebox'
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
