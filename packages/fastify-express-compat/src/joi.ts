// Joi's messages alone, for who needs nothing else of this package: the libraries that Express uses are not loaded.
export { joiAjvOptions, joiMessages, JoiValidationError } from './joi/joi-messages.ts'
export type { JoiDetail } from './joi/detail.ts'
export { joiDetails, type JoiOptions } from './joi/details.ts'
export type { AjvError } from './joi/messages.ts'
