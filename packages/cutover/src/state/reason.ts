/** The code of an error, such as an SQLSTATE, or that of a broken connection. */
export function codeOf (error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** What went wrong, without a password that a URL may hold. */
export function reasonOf (error: unknown): string {
  const { message, errors } = error as { message?: string, errors?: readonly Error[] }
  const text = message || errors?.map(one => one.message).join('; ') || codeOf(error) || String(error)
  return text.replaceAll(/(\w+:\/\/[^\s:@/]*):[^\s@/]+@/g, '$1:***@').replace(/\.$/, '')
}
