/** The parts of a MongoDB connection string: several hosts make it something that `URL` does not read. */
export interface Address {
  readonly scheme: 'mongodb' | 'mongodb+srv'
  /** `user:password`, as written; undefined without one. */
  readonly user: string | undefined
  readonly hosts: string
  /** Decoded; empty when none is named. */
  readonly database: string
  readonly options: URLSearchParams
}

const form = /^(mongodb(?:\+srv)?):\/\/(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/

/** Reads a connection string; undefined for what is none. */
export function readAddress (url: string): Address | undefined {
  const match = form.exec(url)
  if (match === null) return undefined
  const [, scheme, user, hosts, path = '', options] = match
  try {
    return { scheme: scheme as Address['scheme'], user, hosts: hosts!, database: decodeURIComponent(path), options: new URLSearchParams(options) }
  } catch {
    return undefined
  }
}

/** What a connection to another database of the same server needs, which the string itself may leave unsaid. */
export interface Joined {
  /** Where the user is known; undefined without a user. */
  readonly authSource: string | undefined
  /** `host:port` of a relay before the server; undefined for the hosts themselves. */
  readonly relay?: string | undefined
  readonly tls: boolean
}

// What says how servers are found: there is one, and it is known.
const discovery = ['replicaSet', 'directConnection', 'loadBalanced', 'srvMaxHosts', 'srvServiceName']

/** The connection string of another database. */
export function addressOf ({ scheme, user, hosts, options }: Address, database: string, { authSource, relay, tls }: Joined): string {
  const all = new URLSearchParams(options)
  const set = (name: string, value: string) => {
    for (const known of [...all.keys()]) if (known.toLowerCase() === name.toLowerCase()) all.delete(known)
    all.set(name, value)
  }
  if (authSource !== undefined) set('authSource', authSource)
  if (relay !== undefined) {
    for (const known of [...all.keys()]) if (discovery.some(name => name.toLowerCase() === known.toLowerCase())) all.delete(known)
    set('directConnection', 'true')
    if (tls) {
      set('tls', 'true')
      // The certificate is the server's; the name it is reached by is the relay's.
      set('tlsAllowInvalidHostnames', 'true')
    }
  }
  const query = all.size === 0 ? '' : `?${all.toString()}`
  return `${relay === undefined ? scheme : 'mongodb'}://${user === undefined ? '' : `${user}@`}${relay ?? hosts}/${encodeURIComponent(database)}${query}`
}
