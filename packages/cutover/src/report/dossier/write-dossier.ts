import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keepFile } from '../../config/kept-file.ts'
import { fault } from '../../errors.ts'
import type { Dossier } from './dossier.ts'
import { dossierMarkdown } from './markdown.ts'
import { dossierHtml } from './page/page.ts'

/** Larger files are linked to where they are. */
const mostCopied = 50_000_000

/** Where a report was written. */
export interface WrittenDossier {
  readonly html: string
  readonly markdown: string
  readonly json: string
}

/**
 * Writes a report as HTML, Markdown and JSON into a folder, with the files that its figures come from beside it in
 * `samples/`: those of the state folder change with the next run.
 * @throws CUT_REPORT_UNWRITABLE
 */
export async function writeDossier (dossier: Dossier, folder: string, stateDir: string): Promise<WrittenDossier> {
  const files = { html: join(folder, 'report.html'), markdown: join(folder, 'report.md'), json: join(folder, 'report.json') }
  let at = folder
  try {
    const sources = []
    for (const source of dossier.sources) {
      at = join(folder, 'samples', source.file)
      // One without a hash could not be read: that is told, and its copy would fail as well.
      const copied = source.bytes <= mostCopied && source.sha256 !== ''
      if (copied) {
        await mkdir(dirname(at), { recursive: true, mode: 0o700 })
        await copyFile(join(stateDir, source.file), at)
      }
      sources.push({ ...source, file: copied ? `samples/${source.file}` : join(stateDir, source.file) })
    }
    const linked: Dossier = { ...dossier, sources }
    at = files.json
    await keepFile(at, JSON.stringify(linked, undefined, 2) + '\n')
    at = files.markdown
    await keepFile(at, dossierMarkdown(linked))
    at = files.html
    await keepFile(at, dossierHtml(linked))
    return files
  } catch (error) {
    throw fault('CUT_REPORT_UNWRITABLE', at, (error as Error).message)
  }
}
