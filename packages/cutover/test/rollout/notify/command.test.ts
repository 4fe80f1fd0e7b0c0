import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { event, notifierFor } from './stand-in.ts'

/** A folder with a program in it. */
async function program (t: TestContext, source: string): Promise<{ readonly folder: string, readonly command: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-notify-'))
  t.after(async () => { await rm(folder, { recursive: true, force: true }) })
  const file = join(folder, 'tell.mjs')
  await writeFile(file, source)
  return { folder, command: `'${process.execPath}' '${file}'` }
}

const saving = 'import { readFileSync, writeFileSync } from "node:fs"; writeFileSync(new URL("got.json", import.meta.url), JSON.stringify({ text: readFileSync(0, "utf8"), words: process.argv.slice(2) }))'
const settings = (command: string) => [{ kind: 'command' as const, command, on: undefined }]

test('a program gets the event as JSON on its standard input', async t => {
  const { folder, command } = await program(t, saving)
  const { notifier, events } = notifierFor(settings(`${command} --to 'two words'`))
  notifier.tell(event())
  await notifier.close()
  assert.deepEqual(events, [])
  const { text, words } = JSON.parse(await readFile(join(folder, 'got.json'), 'utf8'))
  assert.deepEqual(JSON.parse(text), event())
  assert.deepEqual(words, ['--to', 'two words'])
})

test('no shell reads what an event says, nor what the command says', async t => {
  const { folder, command } = await program(t, saving)
  const { notifier } = notifierFor(settings(command))
  const why = `'; touch ${join(folder, 'injected')}; $(touch ${join(folder, 'injected')}) \`x\``
  notifier.tell(event({ why }))
  await notifier.close()
  assert.equal(JSON.parse(JSON.parse(await readFile(join(folder, 'got.json'), 'utf8')).text).why, why)
  await assert.rejects(stat(join(folder, 'injected')))
  const { events } = notifierFor(settings(`${command} | tee ${folder}/injected`))
  assert.match(events[0]!.message, /its command line is not usable: "\|" needs a shell/)
})

test('one that fails is said with its last lines, cut, and is not run again', async t => {
  const { folder, command } = await program(t, `import { appendFileSync } from 'node:fs'
    appendFileSync(new URL('runs', import.meta.url), 'x')
    for (let line = 0; line < 5000; line++) console.log('line ' + line + ' ' + 'y'.repeat(500))
    process.exitCode = 3`)
  const { notifier, events } = notifierFor(settings(command))
  notifier.tell(event())
  await notifier.close()
  assert.equal(await readFile(join(folder, 'runs'), 'utf8'), 'x')
  assert.match(events[0]!.message, /exited with code 3; its last output:\n {2}line 4997 y+\n {2}line 4998 y+\n {2}line 4999 y+$/)
  assert.ok(events[0]!.message.length < 1_000)
})

test('one that hangs is stopped after its time, with its children', async t => {
  const { folder, command } = await program(t, `import { spawn } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    writeFileSync(new URL('pid', import.meta.url), String(child.pid))
    setInterval(() => {}, 1000)`)
  const { notifier, events } = notifierFor(settings(command), { limits: { commandTimeoutMs: 1_500 } })
  notifier.tell(event())
  await notifier.close()
  assert.match(events[0]!.message, /did not end within 1500 ms, and was stopped/)
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
  if (process.platform === 'linux') assert.match(state, /\) [ZX]/)
})

test('one that is not there, or does not read its input, harms nobody', async t => {
  const { notifier, events } = notifierFor(settings('/nowhere/to-be-found'))
  notifier.tell(event())
  await notifier.close()
  assert.match(events[0]!.message, /command \/nowhere\/to-be-found: could not be started/)
  const deaf = await program(t, 'process.stdin.destroy()')
  const other = notifierFor(settings(deaf.command))
  other.notifier.tell(event({ why: 'z'.repeat(1 << 20) }))
  await other.notifier.close()
  assert.deepEqual(other.events, [])
})
