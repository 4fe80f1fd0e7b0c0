import type { ActivityStore } from './activity.ts'
import type { AuditStore } from './audit.ts'
import type { AuditEntry, Trail } from './ports.ts'

const secretName = /password|secret|token|cookie|encrypted|cipher|challenge|signature|private/i
/** Longer than any id, address or reason; ciphertext, keys and tokens are longer still. */
const longestDetail = 100

/**
 * Writes what happened into the two collections. Each call writes one row and is done when it is stored; a store that
 * fails is thrown to whoever awaits.
 * A detail whose name or length is that of a secret is withheld: a slip in a rule must not make the audit a place to steal from.
 * @param parts.now the clock
 */
export function createTrail ({ activity, audit, now }: { activity: Pick<ActivityStore, 'append'>, audit: Pick<AuditStore, 'append'>, now: () => Date }): Trail {
  return {
    activity: entry => activity.append(entry, now()),
    audit: entry => audit.append(entry.details === undefined ? entry : { ...entry, details: withoutSecrets(entry.details) }, now())
  }
}

function withoutSecrets (details: NonNullable<AuditEntry['details']>): NonNullable<AuditEntry['details']> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, isSecret(name, value) ? '[withheld]' : value]))
}

function isSecret (name: string, value: string | number | boolean): boolean {
  return typeof value === 'string' && (secretName.test(name) || value.length > longestDetail)
}
