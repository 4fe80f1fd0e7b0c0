import { STATUS_CODES } from 'node:http'

/** Where `http.HTTPStatus` of Python 3.11 and Node say something else. */
const PYTHON: Readonly<Record<number, string>> = {
  103: 'Early Hints',
  208: 'Already Reported',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  416: 'Requested Range Not Satisfiable',
  418: "I'm a Teapot"
}

/** The reason phrase that Python knows for a status; empty when none. */
export function phrase (status: number): string {
  return PYTHON[status] ?? (status === 509 ? '' : STATUS_CODES[status] ?? '')
}

/** Whether Node would send another one. */
export function isOther (status: number): boolean {
  return phrase(status) !== STATUS_CODES[status]
}
