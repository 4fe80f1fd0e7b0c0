import type { Page } from './domain/owned-records.ts'

const usual = 50

/** The page that a query asks for; its texts have been checked. */
export function pageOf ({ limit, before }: { readonly limit?: string, readonly before?: string }): Page {
  return { limit: limit === undefined ? usual : Number(limit), ...before !== undefined && { before } }
}
