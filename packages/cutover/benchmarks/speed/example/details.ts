import type { BenchResult, Block, RouteResult } from '../../../src/bench/result.ts'
import { machine } from '../../harness/machine.ts'
import { median } from '../../harness/statistics.ts'
import type { Example } from './example.ts'
import { routeOf, type Results } from './measure.ts'

const method = 'the product\'s own bench: each face in a process of its own, all held to one core and the load to another, one shared database, request logs on and thrown away; answers compared, fresh processes for each number of connections and start, short blocks interleaved; intervals of Student\'s t over starts. rps: closed loop (autocannon). p95: at an equal offered rate, 70 % of the slowest face\'s, timed from when each request was planned, on at most that many connections. closed_p95: of the answers at that many connections, each sending its next request when it has its answer, as this figure was before. memory: peak resident sets after loading'

/** Everything beside the bounds, by route, number of connections and face. @param cpu how `cpu` was made */
export function detailsOf ({ routes, faces }: Example, results: Results, cpu: string): Readonly<Record<string, unknown>> {
  const byConnections = <Value>(make: (result: BenchResult) => Value) => Object.fromEntries([...results].map(([connections, result]) => [connections, make(result)]))
  const byRoute = <Value>(make: (route: string) => Value) => Object.fromEntries(routes.map(route => [route, make(route)]))
  const table = (read: (route: RouteResult, face: string) => number) => byRoute(route => byConnections(result => Object.fromEntries(faces.map(face => [face, read(routeOf(result, route), face)]))))
  const blocks = (digits: number, read: (blocks: readonly Block[]) => readonly number[]) => table((route, face) => Number(median(read(route.blocks.filter(({ backend }) => backend === face))).toFixed(digits)))
  return {
    noise_floor: byConnections(result => byRoute(route => routeOf(result, route).floor?.rate ?? null)),
    median_rps: blocks(0, each => each.map(({ rate }) => rate)),
    median_closed_p95_ms: blocks(2, each => each.map(({ p95 }) => p95)),
    median_cpu_ms: blocks(4, each => each.flatMap(({ cpuMs }) => cpuMs ?? [])),
    median_p95_ms: table(({ latencies }, face) => Number(median(latencies.filter(({ backend }) => backend === face).map(({ percentiles }) => percentiles['95']!)).toFixed(3))),
    offered_rps: byRoute(route => byConnections(result => Math.round(routeOf(result, route).offered ?? 0))),
    start_ms: byConnections(({ backends }) => Object.fromEntries(backends.map(({ name, startMs }) => [name, Math.round(median(startMs))]))),
    failed: byConnections(result => Object.fromEntries(faces.map(face => [face,
      result.routes.flatMap(({ blocks, latencies }) => [...blocks, ...latencies]).filter(({ backend }) => backend === face).reduce((sum, { failed }) => sum + failed, 0)]))),
    notes: [...results].flatMap(([connections, { notes, routes }]) => [...notes, ...routes.flatMap(route => route.notes.map(note => `${route.route}: ${note}`))].map(note => `${connections} connections: ${note}`)),
    method: `${method}. cpu: ${cpu}`,
    machine: machine()
  }
}
