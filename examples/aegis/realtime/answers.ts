/** What a client is told of each message that it sent with an acknowledgement. */
export type Answer = { readonly ok: true } | { readonly error: { readonly code: string, readonly message: string } }

export const done: Answer = Object.freeze({ ok: true })

const messages = {
  ROOM_NOT_FOUND: 'There is no such room.',
  ROOM_LIMIT_REACHED: 'This connection is in as many rooms as it may be in.',
  ROOM_NOT_JOINED: 'Join the room first.',
  MESSAGE_INVALID: 'The message does not have the form that its event needs.',
  EVENT_UNKNOWN: 'There is no such event.',
  RATE_LIMITED: 'Too many messages; wait a moment.',
  INTERNAL_ERROR: 'Something went wrong.'
} as const

export type RefusalCode = keyof typeof messages

export function refused (code: RefusalCode): Answer {
  return { error: { code, message: messages[code] } }
}
