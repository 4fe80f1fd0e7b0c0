import { writeFile } from 'node:fs/promises'
import { dirname, extname, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { fault } from '../../errors.ts'
import { makeFolder } from '../../message/recording/make-folder.ts'
import type { RedactionRules } from '../../message/redaction/rules.ts'
import type { Finding, ParityReport } from '../../parity/finding.ts'
import { annotations } from '../../report/annotations.ts'
import { jsonReport } from '../../report/json-report.ts'
import { junitReport } from '../../report/junit-report.ts'
import { terminalReport } from '../../report/terminal-report.ts'
import type { GlobalOptions, Surroundings, Voice } from '../surroundings.ts'

/** Where a report goes besides the terminal. */
export interface ReportOptions extends GlobalOptions {
  readonly junit?: string
  readonly report?: string
  readonly github?: boolean
  readonly coverage?: boolean
}

/** Findings in full on a terminal. */
const mostOnTerminal = 12

/** What a report needs besides itself. */
export interface ReportFacts {
  readonly redact?: RedactionRules | undefined
  /** Where both sides answer, for the curl commands. */
  readonly origins?: { readonly legacy: string, readonly candidate: string } | undefined
  /** The file of a finding's case. */
  readonly fileOf?: ((finding: Finding) => string | undefined) | undefined
}

export function withReportOptions (command: Command): Command {
  return command
    .option('--coverage', 'list what was asked of each endpoint')
    .option('--junit <file>', 'write the report as JUnit XML too')
    .option('--report <file>', 'write the report to a file too: as JSON when it ends in .json, else as text')
    .option('--github', 'print GitHub annotations too; on by itself where GITHUB_ACTIONS is true')
}

/**
 * Prints a report and writes it where it was asked for.
 * @throws CUT_REPORT_UNWRITABLE, after it was printed
 */
export async function writeReport (report: ParityReport, facts: ReportFacts, options: ReportOptions, voice: Voice, surroundings: Surroundings): Promise<void> {
  const { cwd, env, stdout, stderr } = surroundings
  const more = {
    ...(facts.redact !== undefined && { redact: facts.redact }),
    ...(facts.origins !== undefined && { origins: facts.origins })
  }
  const shownFile = (file: string): string => {
    const short = relative(cwd, file)
    return short.startsWith('..') ? file : short
  }
  const text = (shown: ParityReport, width: number, color: boolean, most?: number): string => terminalReport(shown, {
    ...more,
    width,
    color,
    shownFile,
    ...(facts.fileOf !== undefined && { fileOf: facts.fileOf }),
    ...(most !== undefined && { most })
  })
  if (voice.json) stdout.write(jsonReport(report, more))
  else printed(text(options.coverage === true ? report : withoutCoverage(report), stdout.columns ?? 100, voice.colors.isColorSupported, stdout.isTTY === true ? mostOnTerminal : undefined), stdout)
  if (options.github === true || env.GITHUB_ACTIONS === 'true') {
    const root = env.GITHUB_WORKSPACE ?? cwd
    const lines = annotations(report, {
      ...more,
      fileOf: finding => {
        const file = finding.file ?? facts.fileOf?.(finding)
        return file === undefined ? undefined : relative(root, resolve(cwd, file)).replaceAll('\\', '/')
      }
    })
    // Both streams are read for annotations; standard output is JSON and nothing else.
    if (lines !== '') (voice.json ? stderr : stdout).write(lines)
  }
  if (options.junit !== undefined) await write(resolve(cwd, options.junit), junitReport(report, { ...more, shownFile }))
  if (options.report !== undefined) await write(resolve(cwd, options.report), extname(options.report) === '.json' ? jsonReport(report, more) : text(report, 100, false))
}

/** Of a report that is longer than the terminal, the verdict is said again where the reader is. */
function printed (text: string, stdout: Surroundings['stdout']): void {
  const lines = text.split('\n')
  const isLonger = stdout.isTTY === true && lines.length > (stdout.rows ?? Infinity)
  stdout.write(isLonger ? `${text}\n${lines[0]!}\n` : text)
}

/** The list is long, and what counts in it is how long it is. */
function withoutCoverage (report: ParityReport): ParityReport {
  const { coverage, notes } = report
  if (coverage.length === 0) return report
  const requests = coverage.reduce((sum, endpoint) => sum + endpoint.requests, 0)
  return { ...report, coverage: [], notes: [...notes, `${requests} requests to ${coverage.length} endpoint${coverage.length === 1 ? '' : 's'}; --coverage lists them.`] }
}

async function write (file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(file))
    await writeFile(file, text)
  } catch (error) {
    throw fault('CUT_REPORT_UNWRITABLE', file, (error as Error).message)
  }
}
