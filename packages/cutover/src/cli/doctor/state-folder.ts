import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { adminFileName } from '../find-switch.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Whether the state folder can be written, is for nobody else, and holds a journal that can be read. */
export function stateFindings (folder: string): readonly Finding[] {
  if (!existsSync(folder)) {
    const parent = existingParent(folder)
    return [writable(parent)
      ? ok('state folder', `${folder} will be made`)
      : fail('state folder', `${folder} cannot be made: ${parent} is not writable`, `Grant this user the right to write ${parent}, or set \`stateDir\`.`)]
  }
  if (!statSync(folder).isDirectory()) return [fail('state folder', `${folder} is not a folder`, 'Remove it, or set `stateDir` to another place.')]
  if (!writable(folder)) return [fail('state folder', `${folder} is not writable`, `Grant this user the right to write it: chown -R "$USER" ${folder}`)]
  return [...permissionFindings(folder), journalFinding(join(folder, 'journal.ndjson'))]
}

function permissionFindings (folder: string): Finding[] {
  const admin = join(folder, adminFileName)
  const others = (path: string, bits: number): boolean => process.platform !== 'win32' && existsSync(path) && (statSync(path).mode & bits) !== 0
  if (others(admin, 0o077)) return [fail('state folder', `${admin} holds the admin token, and others may read it`, `chmod 600 ${admin}`)]
  if (others(folder, 0o022)) return [warn('state folder', `others may write ${folder}, and so change the journal`, `chmod go-w ${folder}`)]
  return [ok('state folder', folder)]
}

function journalFinding (file: string): Finding {
  if (!existsSync(file)) return ok('journal', 'none yet: features start at the shares of the config')
  const { lines, wrong } = readJournal(file)
  return wrong === undefined
    ? ok('journal', `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`)
    : fail('journal', `${file}, line ${wrong.line}: ${wrong.reason}`, 'Repair that line, or move the file away to start from the configured shares.')
}

/** The time of the journal's newest line. */
export function newestInJournal (folder: string): Date | undefined {
  const file = join(folder, 'journal.ndjson')
  const last = existsSync(file) ? readJournal(file).lines.at(-1) : undefined
  const at = new Date(String((last as { at?: unknown } | undefined)?.at))
  return Number.isNaN(at.getTime()) ? undefined : at
}

interface Journal {
  readonly lines: readonly unknown[]
  readonly wrong?: { readonly line: number, readonly reason: string }
}

function readJournal (file: string): Journal {
  const lines: unknown[] = []
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { lines, wrong: { line: 0, reason: (error as Error).message } }
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      lines.push(JSON.parse(line))
    } catch {
      return { lines, wrong: { line: index + 1, reason: 'it is not JSON' } }
    }
  }
  return { lines }
}

function existingParent (folder: string): string {
  let at = dirname(folder)
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at)
  return at
}

function writable (path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
