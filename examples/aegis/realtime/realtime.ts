import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { refused, type Answer } from './answers.ts'
import type { Bus } from './bus.ts'
import { MessageRate } from './message-rate.ts'
import { messagesOf } from './messages.ts'
import { userRoom, type MayJoin } from './rooms.ts'

/** What a client shows to be known: a token that it sends itself, else its cookies. */
export interface Credentials {
  readonly token: string | undefined
  /** The Cookie header, as it came. */
  readonly cookie: string | undefined
}

/** Whose connection it is, and until when, in milliseconds since 1970; undefined when it is nobody's. */
export type Authenticate = (credentials: Credentials) => Promise<{ readonly userId: string, readonly expires: number } | undefined>

export interface RealtimeOptions {
  readonly bus: Bus
  readonly authenticate: Authenticate
  readonly mayJoin: MayJoin
  /** Origins whose pages may connect. Clients that are no browsers send none. */
  readonly origins: readonly string[]
  readonly log: { error (details: object, message: string): void }
  readonly limits?: Partial<Limits>
}

export interface Limits {
  /** Of one message, in bytes; whoever sends more is disconnected. */
  readonly messageBytes: number
  readonly roomsPerSocket: number
  readonly messagesPerSecond: number
  /** Messages that may come at once. */
  readonly burst: number
}

/** Sockets of one face. */
export interface Realtime {
  readonly sockets: Server
  /** Ends all of its connections; their clients connect anew, wherever that leads. Call it before the server is closed, which waits for long polls. */
  close (): Promise<void>
}

const defaults: Limits = { messageBytes: 65_536, roomsPerSocket: 50, messagesPerSecond: 20, burst: 60 }
/** What Node's timers take, in milliseconds. */
const longestTimer = 2 ** 31 - 1
/** Refused one after the other; whoever goes on is disconnected. */
const mostRefused = 100

/** Serves Socket.IO on `/socket.io/` of a server, by long polling and by WebSocket; all else stays as it was. */
export function attachRealtime (server: HttpServer, { bus, authenticate, mayJoin, origins, log, ...options }: RealtimeOptions): Realtime {
  const limits = { ...defaults, ...options.limits }
  const sockets = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: limits.messageBytes,
    connectTimeout: 10_000,
    cors: { origin: [...origins], credentials: true },
    // Browsers let any page open a WebSocket, with its cookies: CORS alone does not stop them.
    allowRequest: (request: IncomingMessage, answer) => {
      const { origin } = request.headers
      const allowed = origin === undefined || origins.includes(origin)
      answer(allowed ? null : 'origin not allowed', allowed)
    }
  })
  const detach = bus.attach(sockets)

  sockets.use((socket, next) => {
    identify(socket).then(session => {
      if (session === undefined) next(connectError('UNAUTHENTICATED', 'Sign in first.'))
      else {
        socket.data = session
        next()
      }
    }, (error: unknown) => {
      log.error({ err: error }, 'A socket could not be authenticated')
      next(connectError('INTERNAL_ERROR', 'Something went wrong.'))
    })
  })
  sockets.on('connection', socket => {
    const { userId, expires } = socket.data as { readonly userId: string, readonly expires: number }
    endAt(socket, expires)
    socket.join(userRoom(userId))
    const messages = messagesOf(socket, { userId, bus, mayJoin, rooms: limits.roomsPerSocket })
    const rate = new MessageRate(limits.messagesPerSecond, limits.burst, performance.now())
    let refusals = 0
    socket.use(([name, ...args]: [string, ...unknown[]]) => {
      const answer = acknowledgement(args)
      if (!rate.allows(performance.now())) {
        answer(refused('RATE_LIMITED'))
        if (++refusals > mostRefused) socket.disconnect(true)
        return
      }
      refusals = 0
      const handle = Object.hasOwn(messages, name) ? messages[name] : undefined
      if (handle === undefined) {
        answer(refused('EVENT_UNKNOWN'))
        return
      }
      handle(args[0]).then(answer, (error: unknown) => {
        log.error({ err: error, event: name, userId }, 'A message of a socket failed')
        answer(refused('INTERNAL_ERROR'))
      })
    })
  })

  async function identify ({ handshake }: Socket): ReturnType<Authenticate> {
    const { token } = handshake.auth as { token?: unknown }
    return await authenticate({ token: typeof token === 'string' ? token : undefined, cookie: handshake.headers.cookie })
  }

  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return
    closed = true
    detach()
    // As a lost connection looks, so that clients connect again; disconnecting their sockets would tell them not to.
    sockets.engine.close()
  }
  server.once('close', close)
  return { sockets, close }
}

/** A session that is over takes its connections with it. */
function endAt (socket: Socket, expires: number): void {
  const left = expires - Date.now()
  const timer = setTimeout(() => {
    if (left > longestTimer) endAt(socket, expires)
    else socket.disconnect(true)
  }, Math.max(0, Math.min(left, longestTimer))).unref()
  socket.once('disconnect', () => clearTimeout(timer))
}

function connectError (code: string, message: string): Error {
  return Object.assign(new Error(message), { data: { error: { code, message } } })
}

/** The function that a client wants called, or one that does nothing. */
function acknowledgement (args: readonly unknown[]): (answer: Answer) => void {
  const last = args.at(-1)
  return typeof last === 'function' ? last as (answer: Answer) => void : () => {}
}
