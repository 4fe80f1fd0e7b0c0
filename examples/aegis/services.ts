import { randomBytes } from 'node:crypto'
import type { Connection } from 'mongoose'
import { destination, pino, type Logger } from 'pino'
import { openTogether } from '@cutover-examples/runtime/open-together'
import { startMongo } from '@cutover-examples/runtime/mongodb'
import { createActivityRepository, prepareActivity } from './data/activity-repository.ts'
import { createAuditRepository, prepareAudit } from './data/audit-repository.ts'
import { createCalendarRepository, prepareCalendar } from './data/calendar-repository.ts'
import { createBlockRepository, prepareBlocks } from './data/block-repository.ts'
import { createChallengeRepository, prepareChallenges } from './data/challenge-repository.ts'
import { connect } from './data/connection.ts'
import { createContentStore, prepareContents } from './data/content-store.ts'
import { createConnectionRepository, prepareConnections } from './data/connection-repository.ts'
import { createFolderRepository, prepareFolders } from './data/folder-repository.ts'
import { createCourseRepository, prepareCourses } from './data/gpa-repository.ts'
import { createMentionRepository, prepareMentions } from './data/mention-repository.ts'
import { createNoteAccess } from './data/note-access.ts'
import { createNoteRepository, prepareNotes } from './data/note-repository.ts'
import { createPasskeyRepository, preparePasskeys } from './data/passkey-repository.ts'
import { createPublicLinkRepository, preparePublicLinks } from './data/public-link-repository.ts'
import { createRevocationRepository, prepareRevocations } from './data/revocation-repository.ts'
import { seed } from './data/seed.ts'
import { createShareRepository, prepareShares } from './data/share-repository.ts'
import { createTaskRepository, prepareTasks } from './data/task-repository.ts'
import { createUserDirectory } from './data/user-directory.ts'
import { createUserRepository, prepareUsers } from './data/user-repository.ts'
import { createVaultRepository, prepareVault } from './data/vault-repository.ts'
import { createActivities, type Activities } from './domain/activity.ts'
import { createAudit, type Audit } from './domain/audit.ts'
import { createAuth, type Auth } from './domain/auth.ts'
import { createCalendar, type Calendar } from './domain/calendar.ts'
import { createContents, type Contents } from './domain/contents.ts'
import { createCsrf, type Csrf } from './domain/csrf.ts'
import { createFolders, type Folders } from './domain/folders.ts'
import { createGpa, type Gpa } from './domain/gpa.ts'
import { createMentions, type Mentions } from './domain/mentions.ts'
import { createNotes, type Notes } from './domain/notes.ts'
import type { Events, Trail } from './domain/ports.ts'
import { createPasskeys, type Passkeys } from './domain/passkeys.ts'
import { createPublicLinks, type PublicLinks } from './domain/public-links.ts'
import { openRevocations } from './domain/revocations.ts'
import { createSessions, type Sessions } from './domain/sessions.ts'
import { createShares, type Shares } from './domain/shares.ts'
import { createSocial, type Social } from './domain/social.ts'
import { createTasks, type Tasks } from './domain/tasks.ts'
import { createTrail } from './domain/trail.ts'
import { createVault, type Vault } from './domain/vault.ts'
import type { Environment } from './environment.ts'
import { readersOnly } from './realtime/rooms.ts'
import { openBus } from './realtime/open-bus.ts'
import type { RealtimeOptions } from './realtime/realtime.ts'
import { bySession } from './realtime/session-credentials.ts'
import type { Liveness } from './types/health.ts'

/** Settings of the HTTP layer. */
export interface WebSettings {
  /** Origins whose pages may call, with cookies. */
  readonly origins: readonly string[]
  /** Addresses, ranges and names (`loopback`) of proxies whose X-Forwarded-For is believed, separated by commas. */
  readonly trustedProxies: string
  /** Cookies only over HTTPS. */
  readonly secureCookies: boolean
  /** Stack traces in answers. */
  readonly showStacks: boolean
  /** For an answer to begin, in milliseconds. Streams of content take as long as they take. */
  readonly requestTimeout: number
}

/** All that a face needs; both faces are given the same. */
export interface Services {
  readonly log: Logger
  readonly web: WebSettings
  readonly sessions: Sessions
  readonly csrf: Csrf
  readonly trail: Trail
  readonly events: Events
  /** What a face needs to serve sockets. */
  readonly realtime: RealtimeOptions
  readonly auth: Auth
  readonly passkeys: Passkeys
  readonly notes: Notes
  readonly contents: Contents
  readonly shares: Shares
  readonly publicLinks: PublicLinks
  readonly vault: Vault
  readonly folders: Folders
  readonly tasks: Tasks
  readonly calendar: Calendar
  readonly gpa: Gpa
  readonly social: Social
  readonly mentions: Mentions
  readonly activities: Activities
  readonly audit: Audit
  liveness (): Liveness
}

/** Services with what they were made from, which whoever opened them closes. */
export interface OpenServices extends Services {
  readonly connection: Connection
  readonly databaseUrl: string
  /** Closes the connection and stops what was started here. Call it when no request is open any more. */
  close (): Promise<void>
}

const alive: Liveness = Object.freeze({ status: 'ok', service: 'aegis' })

/** Opens the database (an embedded server without MONGODB_URI), makes its indexes, and joins the parts. */
export async function openServices (environment: Environment, log: Logger = createLog(environment)): Promise<OpenServices> {
  return openTogether(async closeLater => {
    const embedded = environment.MONGODB_URI === undefined ? await startMongo('aegis') : undefined
    if (embedded !== undefined) closeLater(() => embedded.stop())
    const databaseUrl = environment.MONGODB_URI ?? embedded!.url
    const connection = await connect(databaseUrl)
    closeLater(() => connection.close())
    for (const prepare of prepareAll) await prepare(connection)
    if (environment.SEED_DEMO_DATA) await seed(connection)

    const now = () => new Date()
    const revocations = await openRevocations({ store: createRevocationRepository(connection), now, log })
    closeLater(async () => { revocations.close() })
    const sessions = createSessions(environment.SESSION_SECRET, { isRevoked: session => revocations.has(session) })
    const activityStore = createActivityRepository(connection)
    const auditStore = createAuditRepository(connection)
    const trail = createTrail({ activity: activityStore, audit: auditStore, now })
    const events = await openBus(environment.REDIS_URL, log)
    closeLater(() => events.close())
    const folderStore = createFolderRepository(connection)
    const vaultStore = createVaultRepository(connection)
    const directory = createUserDirectory(connection)
    const noteStore = createNoteRepository(connection)
    const shareStore = createShareRepository(connection)
    const linkStore = createPublicLinkRepository(connection)
    const files = createContentStore(connection)
    const contents = createContents({ notes: noteStore, files, limit: environment.CONTENT_LIMIT, trail, events, now })
    const social = createSocial({ relations: createConnectionRepository(connection), blocks: createBlockRepository(connection), directory, trail, events, now })
    const users = createUserRepository(connection)
    const noteAccess = createNoteAccess(connection)
    const web = webSettings(environment)
    return {
      log,
      web,
      sessions,
      csrf: createCsrf(environment.CSRF_SECRET),
      trail,
      events,
      realtime: { bus: events, authenticate: bySession(sessions), mayJoin: readersOnly(noteAccess), origins: web.origins, log },
      auth: createAuth({ store: users, sessions, revocations, trail, secret: environment.SESSION_SECRET, now }),
      passkeys: createPasskeys({ users, passkeys: createPasskeyRepository(connection), challenges: createChallengeRepository(connection), sessions, trail, domain: environment.WEBAUTHN_RP_ID, origins: web.origins, now }),
      notes: createNotes({ store: noteStore, folders: folderStore, files, dependents: [shareStore, linkStore], trail, events }),
      contents,
      shares: createShares({ store: shareStore, notes: noteStore, contents, users: directory, trail, events }),
      publicLinks: createPublicLinks({ store: linkStore, notes: noteStore, contents, trail, events, now, newToken: () => randomBytes(32).toString('base64url') }),
      vault: createVault({ store: vaultStore, folders: folderStore, trail, events }),
      folders: createFolders({ store: folderStore, contents: [noteStore, vaultStore], trail, events }),
      tasks: createTasks({ store: createTaskRepository(connection), trail, events, now }),
      calendar: createCalendar({ store: createCalendarRepository(connection), trail, events }),
      gpa: createGpa({ store: createCourseRepository(connection), trail, events }),
      social,
      mentions: createMentions({ store: createMentionRepository(connection), mayRead: noteAccess, connectedAmong: social.connectedAmong, trail, events, now }),
      activities: createActivities({ store: activityStore }),
      audit: createAudit({ store: auditStore }),
      liveness: () => alive,
      connection,
      databaseUrl
    }
  })
}

/** Makes the indexes of every collection; each is safe to run again. */
export const prepareAll: readonly ((connection: Connection) => Promise<void>)[] = [
  prepareUsers,
  preparePasskeys,
  prepareRevocations,
  prepareChallenges,
  prepareNotes,
  prepareContents,
  prepareShares,
  preparePublicLinks,
  prepareVault,
  prepareFolders,
  prepareTasks,
  prepareCalendar,
  prepareCourses,
  prepareConnections,
  prepareBlocks,
  prepareMentions,
  prepareActivity,
  prepareAudit
]

/** A log of JSON lines on standard output. They are written in batches, at least twice a second, and at exit. */
export function createLog (environment: Environment): Logger {
  return pino({ level: environment.LOG_LEVEL, serializers: { err: describeError } }, destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500 }))
}

function webSettings (environment: Environment): WebSettings {
  return {
    origins: environment.WEB_ORIGINS.split(',').map(origin => origin.trim()).filter(Boolean),
    trustedProxies: environment.TRUSTED_PROXIES,
    secureCookies: environment.NODE_ENV === 'production',
    showStacks: environment.NODE_ENV === 'development',
    requestTimeout: environment.REQUEST_TIMEOUT_MS
  }
}

/** Errors of the database driver carry their whole connection. */
function describeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  return { name, message, code: (error as NodeJS.ErrnoException).code, stack, ...cause !== undefined && { cause: describeError(cause) } }
}
