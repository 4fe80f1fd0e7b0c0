import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * Copies a workspace's sources as plain JavaScript into a folder of its node_modules, from where its
 * packages resolve, so that no transpiler lives in the process that is measured.
 * @param name of the folder: one for each program that changes what is in it
 * @returns the folder
 */
export async function transpile (workspace: string, name = 'cutover-bench'): Promise<string> {
  const target = join(workspace, 'node_modules', '.cache', name)
  await rm(target, { recursive: true, force: true })
  const skipped = /\/(node_modules|dist|tests|web)$/
  for (const entry of await readdir(workspace, { withFileTypes: true })) {
    if (skipped.test(`/${entry.name}`)) continue
    await cp(join(workspace, entry.name), join(target, entry.name), { recursive: true, filter: source => !skipped.test(source.slice(workspace.length)) })
  }
  for (const entry of await readdir(target, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const source = join(entry.parentPath, entry.name)
    await writeFile(source.replace(/\.ts$/, '.js'), asJavaScript(await readFile(source, 'utf8'), source))
    await rm(source)
  }
  return target
}

/** The plain JavaScript of one module. @param file its name, for the compiler */
export function asJavaScript (text: string, file: string): string {
  return ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true
    }
  }).outputText
}
