/** Whether a text can be an id. What is malformed is unknown, as what does not exist is. */
export function isId (text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text)
}
