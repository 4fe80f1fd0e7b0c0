// Runs every *.test.ts of the workspaces with node:test through tsx, on the Node that runs this.
// A file that hangs fails after ten minutes. `npm test` runs all; `npm test -- switch` only files whose path contains "switch".
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const wanted = process.argv.slice(2).filter(word => !word.startsWith('-'))
const flags = process.argv.slice(2).filter(word => word.startsWith('-'))

const files = ['packages', 'examples', 'scripts'].flatMap(top => testsBelow(join(root, top)))
  .map(file => relative(root, file))
  .filter(file => wanted.length === 0 || wanted.some(word => file.includes(word)))
  .sort()
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ') || '*.test.ts'}`)
  process.exit(2)
}
const child = spawn(process.execPath, [
  '--import', 'tsx', '--import', new URL('./fixed-seed.mjs', import.meta.url).href, '--conditions=cutover-source',
  '--test', '--test-concurrency=2', '--test-timeout=600000', '--test-reporter=spec', ...flags, ...files
], { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test' } })
child.on('exit', (code, signal) => process.exit(signal ? 1 : code ?? 1))

function testsBelow (folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return testsBelow(path)
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}
