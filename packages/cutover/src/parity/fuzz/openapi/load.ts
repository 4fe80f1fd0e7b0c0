import { readFile } from 'node:fs/promises'
import { fault } from '../../../errors.ts'
import { NO_BODY } from '../../../message/body.ts'
import { send } from '../../send/send.ts'
import type { Api } from './api.ts'
import { largestDescription, readApi } from './read.ts'

/** Where a description is: a path on a running backend, or a file. */
export type ApiSource = { readonly origin: URL, readonly path: string } | { readonly file: string }

/**
 * Reads a description from a running backend or a file.
 * @throws CUT_OPENAPI_INVALID when it is not there, or is none
 */
export async function loadApi (source: ApiSource, signal?: AbortSignal): Promise<Api> {
  if ('file' in source) return readApi(await fileText(source.file), source.file)
  const name = new URL(source.path, source.origin).href
  const request = { method: 'GET', target: source.path, headers: [['accept', 'application/json, application/yaml']] as const, body: NO_BODY }
  const result = await send(source.origin, request, { timeoutMs: 10_000, bodyLimit: largestDescription, signal })
  if ('failure' in result) throw fault('CUT_OPENAPI_INVALID', name, result.failure.message)
  const { status, body, truncated } = result.response
  if (status !== 200) throw fault('CUT_OPENAPI_INVALID', name, `the backend answers ${status}`)
  if (truncated !== undefined) throw fault('CUT_OPENAPI_INVALID', name, `it is longer than ${largestDescription} bytes`)
  return readApi(body.toString('utf8'), name)
}

async function fileText (file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw fault('CUT_OPENAPI_INVALID', file, (error as Error).message)
  }
}
