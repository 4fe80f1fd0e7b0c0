import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * Copies a workspace's sources as plain JavaScript into a folder of its node_modules, from where its
 * packages resolve, so that no transpiler lives in the process that is measured.
 * @returns the folder
 */
export async function transpile (workspace: string): Promise<string> {
  const target = join(workspace, 'node_modules', '.cache', 'cutover-bench')
  await rm(target, { recursive: true, force: true })
  const skipped = /\/(node_modules|dist|tests|web)$/
  for (const entry of await readdir(workspace, { withFileTypes: true })) {
    if (skipped.test(`/${entry.name}`)) continue
    await cp(join(workspace, entry.name), join(target, entry.name), { recursive: true, filter: source => !skipped.test(source.slice(workspace.length)) })
  }
  for (const entry of await readdir(target, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const source = join(entry.parentPath, entry.name)
    const { outputText } = ts.transpileModule(await readFile(source, 'utf8'), {
      fileName: source,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true
      }
    })
    await writeFile(source.replace(/\.ts$/, '.js'), outputText)
    await rm(source)
  }
  return target
}
