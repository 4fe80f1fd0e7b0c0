import type { Surroundings } from './surroundings.ts'

/** A signal that ctrl-c and SIGTERM abort; a second one ends the process at once. */
export function interruptible ({ signals, exit }: Pick<Surroundings, 'signals' | 'exit'>): { readonly signal: AbortSignal, close (): void } {
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) exit(3)
    else controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, interrupt)
  return {
    signal: controller.signal,
    close: () => { for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, interrupt) }
  }
}
