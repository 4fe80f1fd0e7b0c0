import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostingArguments, hostingEnvironment } from '../../../src/backends/hosted/exec-args.ts'

test('flags that load modules are passed on, those of an inspector or a program text are not', () => {
  assert.deepEqual(
    hostingArguments(['--inspect-brk=9229', '--import', 'tsx', '--import=./a.mjs', '-C', 'cutover-source', '--conditions=b', '--test', '--inspect', '-e', 'code', '--no-warnings']),
    ['--import', 'tsx', '--import=./a.mjs', '-C', 'cutover-source', '--conditions=b', '--no-warnings']
  )
})

test('the environment opens no inspector there', () => {
  assert.deepEqual(hostingEnvironment({ A: '1', NODE_OPTIONS: '--inspect=0 --max-old-space-size=100', NODE_TEST_CONTEXT: 'child-v8' }), { A: '1', NODE_OPTIONS: '--max-old-space-size=100' })
  assert.deepEqual(hostingEnvironment({ A: '1', NODE_OPTIONS: '--inspect' }), { A: '1' })
})
