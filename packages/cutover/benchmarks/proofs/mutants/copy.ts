import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asJavaScript, transpile } from '../../harness/transpile.ts'
import { editsOf, type Edit, type Mutant } from './mutant.ts'
import { plant } from './plant.ts'

/** A copy of a workspace, in which faults are planted one after the other. The workspace itself is never touched. */
export interface Copy {
  /** The copy's folder, of plain JavaScript. */
  readonly folder: string
  /** Plants a fault in the copy; the one planted before is taken out. */
  plant (mutant: Mutant): Promise<void>
  /** Takes out the fault that is planted. */
  restore (): Promise<void>
  remove (): Promise<void>
}

/**
 * Says which faults have no place in a workspace any more, one line each: its sources were changed since they were written.
 */
export async function outdated (workspace: string, mutants: readonly Mutant[]): Promise<readonly string[]> {
  const lines: string[] = []
  for (const mutant of mutants) {
    for (const [file, edits] of byFile(editsOf(mutant))) {
      try {
        plant(await readFile(join(workspace, file), 'utf8'), edits)
      } catch (error) {
        lines.push(`${mutant.name}: ${(error as Error).message}`)
      }
    }
  }
  return lines
}

/** Copies a workspace into a private folder below its node_modules, from where its packages resolve. */
export async function copyWorkspace (workspace: string): Promise<Copy> {
  const folder = await transpile(workspace, `cutover-mutants-${process.pid}`)
  const changed = new Map<string, string>()
  const restore = async (): Promise<void> => {
    for (const [file, text] of changed) await writeFile(file, text)
    changed.clear()
  }
  return {
    folder,
    async plant (mutant) {
      await restore()
      for (const [file, edits] of byFile(editsOf(mutant))) {
        const target = join(folder, file.replace(/\.ts$/, '.js'))
        const original = await readFile(target, 'utf8')
        const planted = asJavaScript(plant(await readFile(join(workspace, file), 'utf8'), edits), file)
        if (planted === original) throw new Error(`${mutant.name}: ${file} is the same program with the fault as without it`)
        changed.set(target, original)
        await writeFile(target, planted)
      }
    },
    restore,
    async remove () {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}

function byFile (edits: readonly Edit[]): Map<string, Edit[]> {
  const files = new Map<string, Edit[]>()
  for (const edit of edits) files.set(edit.file, [...files.get(edit.file) ?? [], edit])
  return files
}
