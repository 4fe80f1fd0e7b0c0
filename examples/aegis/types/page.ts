/** A page of a list as its query asks for it. */
export interface PageTexts {
  readonly limit?: string | undefined
  readonly before?: string | undefined
}

/** A page of a list, newest first: so many, older than the one with that id. */
export interface Page {
  readonly limit: number
  readonly before?: string
}

const usualLimit = 50

export function pageOf ({ limit, before }: PageTexts): Page {
  return { limit: limit === undefined ? usualLimit : Number(limit), ...before !== undefined && { before } }
}
