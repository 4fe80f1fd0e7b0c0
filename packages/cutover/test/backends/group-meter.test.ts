import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { GroupMeter } from '../../src/backends/group-meter.ts'

/** A /proc of its own, whose processes are as the test says. */
async function fakeProc (t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'cutover-proc-'))
  t.after(async () => await rm(root, { recursive: true, force: true }))
  return {
    root,
    async set (pid: number, { group, ticks, kilobytes, name = 'node' }: { group: number, ticks: number, kilobytes?: number, name?: string }) {
      await mkdir(join(root, String(pid)), { recursive: true })
      await writeFile(join(root, String(pid), 'stat'), `${pid} (${name}) S 1 ${group} ${group} 0 -1 4194560 1 2 3 4 ${ticks} 5 0 0 20 0 11 0 1 1 1\n`)
      await writeFile(join(root, String(pid), 'status'), `Name:\t${name}\n${kilobytes === undefined ? '' : `VmHWM:\t  999999 kB\nVmRSS:\t  ${kilobytes} kB\n`}Threads:\t11\n`)
    },
    end: async (pid: number) => await rm(join(root, String(pid)), { recursive: true })
  }
}

test('a group is all its processes, whatever they are called, and nobody else', async t => {
  const proc = await fakeProc(t)
  await proc.set(100, { group: 100, ticks: 95, kilobytes: 1000 })
  await proc.set(101, { group: 100, ticks: 195, kilobytes: 2000, name: 'a) b (c' })
  await proc.set(102, { group: 102, ticks: 995, kilobytes: 4000 })
  await mkdir(join(proc.root, 'self'))
  assert.deepEqual(await new GroupMeter(100, { root: proc.root }).read(), { residentBytes: 3000 * 1024, cpuSeconds: 3 })
})

test('what an ended process had used stays counted, and one that has come is found', async t => {
  const proc = await fakeProc(t)
  await proc.set(100, { group: 100, ticks: 95, kilobytes: 1000 })
  await proc.set(101, { group: 100, ticks: 195, kilobytes: 2000 })
  const meter = new GroupMeter(100, { root: proc.root, scanEveryMs: 5_000 })
  await meter.read(0)
  await proc.end(101)
  await proc.set(100, { group: 100, ticks: 295, kilobytes: 1500 })
  await proc.set(103, { group: 100, ticks: 45, kilobytes: 500 })
  assert.deepEqual(await meter.read(100), { residentBytes: 1500 * 1024, cpuSeconds: 5 })
  assert.deepEqual(await meter.read(5_000), { residentBytes: 2000 * 1024, cpuSeconds: 5.5 })
})

test('a group that is gone, a zombie and a machine without /proc give nothing', async t => {
  const proc = await fakeProc(t)
  await proc.set(100, { group: 100, ticks: 95 })
  assert.equal(await new GroupMeter(100, { root: proc.root }).read(), undefined)
  assert.equal(await new GroupMeter(200, { root: proc.root }).read(), undefined)
  assert.equal(await new GroupMeter(100, { root: join(proc.root, 'none') }).read(), undefined)
})

test('an id that another process has got meanwhile is not read', async t => {
  const proc = await fakeProc(t)
  await proc.set(100, { group: 100, ticks: 95, kilobytes: 1000 })
  const meter = new GroupMeter(100, { root: proc.root })
  await meter.read(0)
  await proc.set(100, { group: 7, ticks: 9_999, kilobytes: 9_999 })
  assert.equal(await meter.read(1), undefined)
})

test('a real group is read, a wrapper with the server that it starts', { skip: process.platform !== 'linux' && 'needs /proc' }, async t => {
  const server = 'const kept = Buffer.alloc(60_000_000, 1); setInterval(() => kept.length, 1000); console.log("ready")'
  const wrapper = spawn(process.execPath, ['-e', `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(server)}], { stdio: "inherit" })`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  t.after(() => { process.kill(-wrapper.pid!, 'SIGKILL') })
  await once(wrapper.stdout, 'data')
  const usage = await new GroupMeter(wrapper.pid!).read()
  assert.ok(usage!.residentBytes > 60_000_000 + 40_000_000, `${usage!.residentBytes}`)
  assert.ok(usage!.cpuSeconds > 0)
})
