import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, where they are missing. Node's recursive `mkdir` never ends below /proc and other
 * file systems that answer ENOENT for a folder whose parent is there.
 * @param path absolute
 * @throws the system's error
 */
export async function makeFolder (path: string, mode?: number): Promise<void> {
  const missing: string[] = []
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || dirname(at) === at) throw error
    })
    if (found?.isDirectory() === true) break
    if (found !== undefined) throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${at}'`), { code: 'ENOTDIR', syscall: 'mkdir' })
    missing.push(at)
  }
  for (const each of missing.reverse()) {
    await mkdir(each, mode).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was faster.
      if (error.code !== 'EEXIST') throw error
    })
  }
}
