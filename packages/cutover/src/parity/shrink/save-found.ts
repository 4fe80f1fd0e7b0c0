import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../../errors.ts'
import type { RedactionRules } from '../../message/redaction/rules.ts'
import type { Finding } from '../finding.ts'
import { parseScenario } from '../scenario/parse.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { writeScenario } from '../scenario/write.ts'
import { cleanScenario, foundName } from './clean-scenario.ts'
import { sizeOf } from './size.ts'

/** What became of a find. */
export interface SavedFound {
  /** The scenario's file. */
  readonly file: string
  /** False when the file held the same cause already, in a scenario that is no larger. */
  readonly written: boolean
  /** Where credentials were taken out of it; then it may not show the difference as it is. */
  readonly redacted: readonly string[]
}

/**
 * Keeps the smallest scenario of a finding as `NAME.yaml`, named for its endpoint and cause, so that `verify` runs it from
 * then on. Credentials are taken out; what `sources`, the hand-written scenarios of the same folder, hold is borrowed from them. A file is replaced at once or not at all.
 * @param folder of finds, usually `found` in the folder of scenarios; made when it is not there
 * @throws CUT_FOUND_UNWRITABLE
 */
export async function saveFound (folder: string, finding: Pick<Finding, 'cause' | 'endpoint' | 'message'>, scenario: Scenario, rules?: RedactionRules, sources: readonly Scenario[] = []): Promise<SavedFound> {
  const name = foundName(finding.endpoint, finding.cause)
  const file = join(folder, `${name}.yaml`)
  const { scenario: clean, redacted } = cleanScenario(scenario, rules, sources)
  const about = `${finding.endpoint}: ${finding.message}`.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
  const kept: Scenario = { ...clean, name, about }
  const before = await scenarioIn(file)
  if (before !== undefined && sizeOf(before) <= sizeOf(kept)) return { file, written: false, redacted: [] }
  const comment = ['Found by cutover; verify runs it from now on.', ...(redacted.length > 0 ? [`Credentials were taken out: ${redacted.join('; ')}. Put \${name} of a capture there.`] : [])]
  const temporary = join(folder, `.${name}-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, writeScenario(kept, comment.join('\n')), { flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw fault('CUT_FOUND_UNWRITABLE', file, error instanceof Error ? error.message : String(error))
  }
  return { file, written: true, redacted }
}

/** Undefined where there is none, or one that cannot be read. */
async function scenarioIn (file: string): Promise<Scenario | undefined> {
  try {
    return parseScenario(await readFile(file, 'utf8'), file)
  } catch {
    return undefined
  }
}
