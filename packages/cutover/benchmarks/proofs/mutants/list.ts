import { authMutants } from './auth.ts'
import { bodyMutants } from './body.ts'
import { errorMutants } from './errors.ts'
import { headerMutants } from './headers.ts'
import type { Mutant } from './mutant.ts'
import { raceMutants } from './races.ts'
import { statusMutants } from './status.ts'
import { storageMutants } from './storage.ts'
import { validationMutants } from './validation.ts'
import { valueMutants } from './values.ts'

/** Every fault that is planted, each on its own. All show in an answer or in the database. */
export const mutants: readonly Mutant[] = [
  ...statusMutants, ...bodyMutants, ...headerMutants, ...errorMutants, ...validationMutants,
  ...authMutants, ...storageMutants, ...valueMutants, ...raceMutants
]
