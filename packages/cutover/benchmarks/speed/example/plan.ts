import { openInstance } from '../../../src/bench/instance.ts'
import type { Answers, BenchBackend, BenchPlan } from '../../../src/bench/plan.ts'
import type { Example } from './example.ts'

/** What each answer has of its own, or its connection. */
const ofItsOwn = new Set(['date', 'x-request-id', 'keep-alive', 'connection'])

/** The plan of the product's bench for an example. @param folder with its sources as plain JavaScript */
export function planOf (example: Example, folder: string, env: Readonly<Record<string, string>>): BenchPlan {
  const backend = (name: string, face: string): BenchBackend => ({
    name,
    routes: undefined,
    open: signal => openInstance({
      name,
      source: { kind: 'command', command: example.commands?.[face] ?? `"${process.execPath}" ${face}/server.js`, cwd: folder, env, url: new URL('http://127.0.0.1:1') },
      health: '/health',
      startTimeoutMs: 30_000,
      stopTimeoutMs: 5_000,
      file: undefined,
      env: { NODE_OPTIONS: '' },
      log: () => {},
      signal
    })
  })
  return {
    backends: example.faces.map(face => backend(face, face)),
    twin: backend('twin', 'legacy'),
    routes: example.routes.map(name => ({ name, feature: undefined })),
    requestsOf: async (_backend, instances) => {
      for (const { origin } of instances.values()) await example.prepare?.(origin.origin)
      const requests = await example.requestsAt(instances.get('legacy')!.origin.origin)
      return Object.fromEntries(Object.entries(requests).map(([route, request]) => [route, [request]]))
    },
    differenceOf: (route, _requests, ours, theirs) => differenceOf(ours, theirs, { ownHeaders: example.ownHeaders, ownMembers: example.ownMembers?.[route] })
  }
}

/** What legacy and another face answer differently; undefined when nothing. */
export function differenceOf ([ours]: Answers, [theirs]: Answers, { ownHeaders = [], ownMembers = [] }: { readonly ownHeaders?: readonly string[] | undefined, readonly ownMembers?: readonly string[] | undefined }): string | undefined {
  const shown = (answer: Answers[number] | undefined): string => JSON.stringify([
    answer?.status,
    answer?.headers.map(([name, value]) => [name.toLowerCase(), ownHeaders.includes(name.toLowerCase()) ? '…' : value]).filter(([name]) => !ofItsOwn.has(name!)).sort(),
    answer === undefined || ownMembers.length === 0 ? answer?.body.toString() : withoutValues(answer.body.toString(), ownMembers)
  ])
  if (ours?.status !== 200) return `legacy answers ${ours?.status ?? 'nothing'}${ours === undefined ? '' : `: ${ours.body.toString().slice(0, 300)}`}`
  return shown(ours) === shown(theirs) ? undefined : `${shown(ours)} and ${shown(theirs)}`
}

function withoutValues (text: string, members: readonly string[]): unknown {
  return JSON.parse(text, (name: string, value: unknown) => members.includes(name) ? 'its own' : value)
}
