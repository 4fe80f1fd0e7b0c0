import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file: at once or not at all, and readable by its owner only, as is what the state folder holds. Folders that are
 * missing are made.
 * @param options.mode where others may read it
 * @throws the system's error; what was there before is still there then
 */
export async function keepFile (path: string, text: string, { mode = 0o600 }: { readonly mode?: number } = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o777 })
  const temporary = join(dirname(path), `.${basename(path)}-${randomBytes(6).toString('hex')}`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/**
 * Reads JSON that was kept in the state folder.
 * @param most bytes that it may have
 * @returns undefined when there is none; a line that says what is wrong with it, where it cannot be used
 */
export async function readKeptJson (path: string, most = 100_000_000): Promise<{ readonly value: unknown } | { readonly problem: string } | undefined> {
  try {
    const { size } = await stat(path)
    if (size > most) return { problem: `it is larger than ${most} bytes` }
    return { value: JSON.parse(await readFile(path, 'utf8')) as unknown }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { problem: (error as Error).message }
  }
}
