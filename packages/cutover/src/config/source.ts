import { isAbsolute, resolve } from 'node:path'
import type { BackendConfig } from './schema.ts'
import type { BackendSettings } from './settings.ts'

/** What a backend's description says of where it is. */
export function sourceOf (backend: Partial<BackendConfig>, folder: string): BackendSettings['source'] {
  if (backend.module !== undefined) return { kind: 'module', path: isAbsolute(backend.module) ? backend.module : resolve(folder, backend.module), export: backend.export ?? 'default' }
  if (backend.listener !== undefined) return { kind: 'listener', listener: backend.listener }
  const url = new URL(backend.origin!)
  if (backend.command === undefined) return { kind: 'origin', url }
  return { kind: 'command', command: backend.command, cwd: resolve(folder, backend.cwd ?? '.'), env: backend.env ?? {}, url }
}
