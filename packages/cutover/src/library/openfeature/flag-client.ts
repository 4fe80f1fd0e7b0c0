import { importInstalled } from '../../config/installed-package.ts'
import type { OpenFeatureSettings } from '../../config/settings.ts'
import type { Log } from '../../switch/log.ts'

// As much of OpenFeature as is used here: nobody who has no flags needs its types.

export type FlagContext = Readonly<Record<string, string | number | boolean>>

export interface FlagDetails {
  readonly value: unknown
  readonly reason?: string
  readonly errorCode?: string
}

export type FlagEvent = 'PROVIDER_READY' | 'PROVIDER_ERROR' | 'PROVIDER_CONFIGURATION_CHANGED'

/** A client of OpenFeature. */
export interface FlagClient {
  readonly providerStatus: string
  getNumberDetails (key: string, ifNone: number, context: FlagContext): Promise<FlagDetails>
  getBooleanDetails (key: string, ifNone: boolean, context: FlagContext): Promise<FlagDetails>
  getStringDetails (key: string, ifNone: string, context: FlagContext): Promise<FlagDetails>
  addHandler (event: FlagEvent, handler: () => void): void
  removeHandler (event: FlagEvent, handler: () => void): void
}

interface Sdk {
  readonly OpenFeature: {
    getClient (domain?: string): FlagClient
    setProvider (domain: string, provider: unknown): void
    setProviderAndWait (domain: string, provider: unknown): Promise<void>
  }
  readonly NOOP_PROVIDER: unknown
}

export interface OpenFlagClient {
  readonly client: FlagClient
  close (): Promise<void>
}

let domains = 0

/**
 * A client of the provider that the settings name.
 * @returns undefined, and logs, when the provider cannot be made: shares then stay as they are
 * @throws CUT_PACKAGE_MISSING when OpenFeature's SDK is not installed
 */
export async function openFlagClient (settings: OpenFeatureSettings, folder: string, log: Log): Promise<OpenFlagClient | undefined> {
  const { OpenFeature, NOOP_PROVIDER } = await importInstalled<Sdk>('@openfeature/server-sdk', folder, '`openfeature.flags`')
  if (settings.provider === undefined) return { client: OpenFeature.getClient(settings.domain), close: async () => {} }
  // A domain of its own, so that neither the application's provider nor another switch is in the way.
  const domain = settings.domain ?? `cutover-${++domains}`
  try {
    OpenFeature.setProvider(domain, await settings.provider())
  } catch (error) {
    log({ level: 'error', message: `openfeature.provider could not be made, and shares stay as they are: ${(error as Error).message}` })
    return undefined
  }
  return {
    client: OpenFeature.getClient(domain),
    // That it is replaced tells the provider to close.
    close: async () => await OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER).catch(() => {})
  }
}
