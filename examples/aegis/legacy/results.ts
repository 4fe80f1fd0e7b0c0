import type { Response } from 'express'
import type { Result } from '../types/result.ts'
import { sendFailure } from './errors.ts'

/** Answers what a rule said: its value, or why there is none. */
export function sendResult (response: Response, result: Result<unknown>): void {
  if (result.ok) response.json(result.value)
  else sendFailure(response, result.failure)
}

/** Answers with what was made in a collection, and where that is now. */
export function sendCreated (response: Response, collection: string, result: Result<{ readonly id: string }>): void {
  if (result.ok) response.status(201).location(`${collection}/${result.value.id}`).json(result.value)
  else sendFailure(response, result.failure)
}

/** Answers that something is gone. */
export function sendRemoved (response: Response, result: Result<undefined>): void {
  if (result.ok) response.status(204).end()
  else sendFailure(response, result.failure)
}
