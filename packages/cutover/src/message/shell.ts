import { Buffer, isUtf8 } from 'node:buffer'

/** Quotes text as one word of a POSIX shell. */
export function shellWord (text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** Quotes bytes without NUL as one word: those that are no UTF-8 by way of printf, so that the script is text. The last byte is no line feed. */
export function shellBytes (bytes: Buffer): string {
  return isUtf8(bytes) ? shellWord(bytes.toString('utf8')) : `"$(${printf(bytes)})"`
}

/** A command that writes bytes: what is not plain is written in octal, which every printf knows. */
export function printf (bytes: Buffer): string {
  let format = ''
  for (const byte of bytes) format += PLAIN[byte]
  return `printf '${format}'`
}

const PLAIN = Array.from({ length: 256 }, (_, byte) =>
  /[\w .,:;=+/@{}[\]"<>()&|!?#$*~^-]/.test(String.fromCharCode(byte)) && byte < 127 ? String.fromCharCode(byte) : '\\' + byte.toString(8).padStart(3, '0'))
