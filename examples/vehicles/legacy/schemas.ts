import Joi from 'joi'
import { VIN_CHARACTERS, VIN_LENGTH } from '../domain/vin.ts'

const vin = Joi.string().length(VIN_LENGTH).pattern(VIN_CHARACTERS, 'VIN')
const text = (max: number) => Joi.string().max(max).pattern(/^\P{Cc}+$/u, 'printable').allow(null)
const details = {
  make: text(60),
  model: text(60),
  year: Joi.number().integer().min(1900).max(2100).allow(null),
  nickname: text(60),
  color: text(30),
  licensePlate: text(15),
  odometer: Joi.number().integer().min(0).max(9_999_999).allow(null)
}

export const credentials = Joi.object({
  email: Joi.string().max(254).pattern(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'e-mail').required(),
  password: Joi.string().max(128).required()
})
export const newVehicle = Joi.object({ vin: vin.required(), ...details })
export const vehicleChanges = Joi.object(details).min(1)
export const vehicleId = Joi.object({ id: Joi.string().guid({ version: 'uuidv4', separator: '-', wrapper: false }).required() })
export const vinToDecode = Joi.object({ vin: vin.required() })
