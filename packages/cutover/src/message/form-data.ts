import { Buffer } from 'node:buffer'

/** A field of a form. */
export interface FormField {
  readonly name: string
  readonly value: string
  readonly fileName?: string | undefined
  readonly type?: string | undefined
}

/** Writes application/x-www-form-urlencoded. */
export function urlencoded (form: readonly FormField[]): string {
  return new URLSearchParams(form.map(({ name, value }): [string, string] => [name, value])).toString()
}

/** Writes multipart/form-data; names are escaped as browsers do. */
export function formData (form: readonly FormField[], boundary: string): Buffer {
  return Buffer.from(form.map(({ name, value, fileName, type }) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(name)}"` +
    (fileName === undefined ? '' : `; filename="${escaped(fileName)}"`) +
    (type === undefined ? '' : `\r\ncontent-type: ${type.replace(/[\r\n]/g, ' ')}`) +
    `\r\n\r\n${value}\r\n`).join('') + `--${boundary}--\r\n`)
}

function escaped (text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
