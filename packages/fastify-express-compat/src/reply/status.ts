import type { FastifyReply } from 'fastify'
import { methodBehind, rowsOf, type Compat } from '../compat.ts'

type Status = (this: FastifyReply, code: number) => FastifyReply

/** `reply.code` and `reply.status` with the range and the checks of `res.status`. */
export function createStatus (compat: Compat, name: 'code' | 'status'): Status {
  let fastifyCode: Status | undefined
  return function status (this: FastifyReply, code: number): FastifyReply {
    fastifyCode ??= methodBehind<Status>(this, name, status as never)
    const rows = rowsOf(compat, this.request)
    if (rows.statusChecked) checkStatus(code)
    if (rows.statusRange && Number.isInteger(code) && code > 599 && code < 1000) {
      this.raw.statusCode = code
      return this
    }
    return fastifyCode.call(this, code)
  }
}

function checkStatus (code: unknown): void {
  if (!Number.isInteger(code)) {
    throw new TypeError(`Invalid status code: ${JSON.stringify(code)}. Status code must be an integer.`)
  }
  if ((code as number) < 100 || (code as number) > 999) {
    throw new RangeError(`Invalid status code: ${JSON.stringify(code)}. Status code must be greater than 99 and less than 1000.`)
  }
}
