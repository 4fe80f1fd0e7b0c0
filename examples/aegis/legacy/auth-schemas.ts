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
