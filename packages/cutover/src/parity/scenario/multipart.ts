import { Buffer } from 'node:buffer'
import type { Part } from './scenario.ts'

// The same on all sides and in every run, so that a request is the same bytes each time.
const boundary = 'cutover-7MA4YWxkTrZu0gW'

export const multipartType: string = `multipart/form-data; boundary=${boundary}`

/** Writes multipart/form-data (RFC 7578); names are escaped as browsers do. */
export function multipartBody (parts: readonly Part[], put: (text: string) => string): Buffer {
  return Buffer.concat([...parts.flatMap(part => [Buffer.from(head(part, put)), contentOf(part, put), Buffer.from('\r\n')]), Buffer.from(`--${boundary}--\r\n`)])
}

function head ({ name, filename, type }: Part, put: (text: string) => string): string {
  const file = filename === undefined ? '' : `; filename="${escaped(put(filename))}"`
  const line = type === undefined ? '' : `content-type: ${type}\r\n`
  return `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(put(name))}"${file}\r\n${line}\r\n`
}

function contentOf ({ value, base64 }: Part, put: (text: string) => string): Buffer {
  return base64 === undefined ? Buffer.from(put(value ?? '')) : Buffer.from(base64, 'base64')
}

function escaped (text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
