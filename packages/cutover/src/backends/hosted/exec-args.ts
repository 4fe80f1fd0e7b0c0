// Flags that decide how modules are found and loaded. Those of an inspector, a profiler, a test runner or a program
// text given on the command line are this process's own.
const kept = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader', '--conditions', '-C', '--max-old-space-size', '--stack-trace-limit'])
const keptAlone = new Set([
  '--enable-source-maps', '--no-warnings', '--preserve-symlinks', '--preserve-symlinks-main', '--experimental-strip-types',
  '--experimental-transform-types', '--no-experimental-strip-types', '--experimental-vm-modules'
])

/** Of the flags with which a Node process was started, those that one that loads the same modules needs. */
export function hostingArguments (execArgv: readonly string[]): readonly string[] {
  const args: string[] = []
  for (let at = 0; at < execArgv.length; at++) {
    const [name] = execArgv[at]!.split('=')
    if (kept.has(name!)) {
      args.push(execArgv[at]!)
      if (!execArgv[at]!.includes('=') && at + 1 < execArgv.length) args.push(execArgv[++at]!)
    } else if (keptAlone.has(name!)) args.push(execArgv[at]!)
  }
  return args
}

/** The environment for such a process: without what would open an inspector there, or make it report to a test runner. */
export function hostingEnvironment (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, NODE_CHANNEL_FD, ...rest } = env
  const options = NODE_OPTIONS?.split(/\s+/).filter(word => word !== '' && !/^--(inspect|debug|cpu-prof|heap-prof)/.test(word)).join(' ')
  return options === undefined || options === '' ? rest : { ...rest, NODE_OPTIONS: options }
}
