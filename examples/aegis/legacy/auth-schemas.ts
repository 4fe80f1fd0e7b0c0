import Joi from 'joi'
import { base64 } from './schemas.ts'

const email = Joi.string().max(254).pattern(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'e-mail')
const bytes16 = Joi.string().pattern(/^[A-Za-z0-9+/]{22}==$/, '16 bytes in base64')
const bytes32 = Joi.string().pattern(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64')
const encryptedPrivateKey = base64(4096)

export const registration = Joi.object({
  email: email.required(),
  authHash: bytes32.required(),
  salt: bytes16.required(),
  publicKey: bytes32.required(),
  encryptedPrivateKey: encryptedPrivateKey.required()
})
export const credentials = Joi.object({ email: email.required(), authHash: bytes32.required(), rememberMe: Joi.boolean() })
export const userChanges = Joi.object({
  email,
  encryptedProfile: base64(16_384).allow(null),
  currentAuthHash: bytes32,
  authHash: bytes32,
  salt: bytes16,
  encryptedPrivateKey
}).min(1)
export const address = Joi.object({ email: email.required() })

export const nothing = Joi.object({})

// WebAuthn's own JSON (PublicKeyCredential.toJSON), of which browsers send more with each level of the standard.
const base64url = (max: number) => Joi.string().max(max).pattern(/^[A-Za-z0-9_-]+$/, 'base64url')
const credential = (response: Joi.PartialSchemaMap) => Joi.object({
  id: base64url(1400).required(),
  rawId: base64url(1400).required(),
  type: Joi.string().valid('public-key').required(),
  response: Joi.object(response).unknown().required(),
  clientExtensionResults: Joi.object().unknown().required()
}).unknown().required()

export const attestation = Joi.object({
  credential: credential({
    clientDataJSON: base64url(8192).required(),
    attestationObject: base64url(65_536).required(),
    transports: Joi.array().items(Joi.string().max(32)).max(16)
  })
})
export const assertion = Joi.object({
  credential: credential({
    clientDataJSON: base64url(8192).required(),
    authenticatorData: base64url(8192).required(),
    signature: base64url(8192).required(),
    userHandle: base64url(128).allow(null)
  }),
  rememberMe: Joi.boolean()
})
