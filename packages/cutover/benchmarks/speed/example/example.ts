import type { LoadRequest } from '../../../src/bench/generator/protocol.ts'

/** A worked migration as it is measured: each face a server of its own, all on one set of surroundings. */
export interface Example<Route extends string = string> {
  /** Its folder below examples/. */
  readonly name: string
  /** Folders with a `server.ts`, legacy first, candidate second. */
  readonly faces: readonly ['legacy', 'candidate', ...string[]]
  /** Of a face that is no Node server: its command line, run in the example's folder; `{port}` in it or in `env` is its port. */
  readonly commands?: Readonly<Partial<Record<string, string>>>
  readonly routes: readonly Route[]
  /** Response headers whose values each face makes up for itself: they must be there on both, with any value. */
  readonly ownHeaders?: readonly string[]
  /** By route, members of JSON answers whose values each answer makes up: they must be there, with any value. */
  readonly ownMembers?: Readonly<Partial<Record<Route, readonly string[]>>>
  /** Starts what the faces need: databases, stand-ins. */
  open (): Promise<Surroundings>
  /** Done with each face before its answers are compared. */
  prepare? (origin: string): Promise<void>
  /** The request of each route, signed in at one face: all faces must take it. */
  requestsAt (origin: string): Promise<Readonly<Record<Route, LoadRequest>>>
}

export interface Surroundings {
  /** The environment of every face. */
  readonly env: Readonly<Record<string, string>>
  close (): Promise<void>
}
