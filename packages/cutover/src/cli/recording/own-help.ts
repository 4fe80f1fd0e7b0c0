import type { Command, HelpConfiguration, Option } from 'commander'

/** The help of a command below another one, without that one's options, which are not for it. */
export function ownHelp (above: Command): HelpConfiguration {
  return { ...above.configureHelp(), visibleGlobalOptions: (): Option[] => [...above.parent?.options ?? []] }
}
