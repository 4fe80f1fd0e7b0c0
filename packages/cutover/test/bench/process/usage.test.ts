import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuFromStat, membersOf, peakFromStatus, residentFromStatus, usageOf, usageOfAll } from '../../../src/bench/process/usage.ts'

test('CPU time is read from a stat line whose process name holds blanks and brackets', () => {
  const line = '1234 (node (a b) c) S 1 1 1 0 -1 4194560 900 0 0 0 150 25 0 0 20 0 11 0 100 1000 200'
  assert.equal(cpuFromStat(line), 1750)
})

test('peak memory is read from a status file', () => {
  assert.equal(peakFromStatus('Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 10 kB\n'), 2_097_152)
  assert.equal(peakFromStatus('Name:\tnode\n'), null)
})

test('resident memory is read beside it', () => {
  assert.equal(residentFromStatus('VmHWM:\t  2048 kB\nVmRSS:\t 10 kB\n'), 10_240)
})

test('a process that is gone has used nothing that is known, and does not hide the others', () => {
  assert.equal(usageOf(2 ** 22 + 1).cpuMs, null)
  const own = usageOfAll([process.pid, 2 ** 22 + 1])
  if (process.platform === 'linux') assert.ok(own.peakBytes! > 1e6)
  assert.ok(membersOf(2 ** 22 + 1).includes(2 ** 22 + 1))
})
