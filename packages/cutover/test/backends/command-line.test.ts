import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitCommand } from '../../src/backends/command-line.ts'

const split = (line: string) => splitCommand(line, false)

test('words are parted by blanks, and quotes and backslashes keep them whole', () => {
  const cases: Array<[string, string[]]> = [
    ['node dist/server.js', ['node', 'dist/server.js']],
    ['  node\t--port   3000 ', ['node', '--port', '3000']],
    ['node "my server.js" \'a "b"\'', ['node', 'my server.js', 'a "b"']],
    ['node --name="a b"c', ['node', '--name=a bc']],
    ['node "" x', ['node', '', 'x']],
    ['node a\\ b \\"c "d\\"e\\n"', ['node', 'a b', '"c', 'd"e\\n']],
    ["sh -c 'a && b | c > d; echo $X'", ['sh', '-c', 'a && b | c > d; echo $X']],
    ['curl "http://x/?a=1&b=2"', ['curl', 'http://x/?a=1&b=2']],
    ['node "\\$HOME"', ['node', '$HOME']],
    ['node --a=b', ['node', '--a=b']]
  ]
  for (const [line, words] of cases) assert.deepEqual(split(line), words, line)
})

test('what only a shell could do is refused, with the reason', () => {
  const cases: Array<[string, RegExp]> = [
    ['a && b', /"&" needs a shell/], ['a | b', /"\|"/], ['a; b', /";"/], ['a > log', /">"/], ['a < in', /"<"/], ['a $HOME', /"\$" needs a shell/],
    ['a "$HOME"', /"\$"/], ['a `b`', /"`"/], ['PORT=1 node a', /"PORT=1" sets a variable; do that with `env`/],
    ['a "b', /a " is not closed/], ["a 'b", /a ' is not closed/], ['', /no program/], ['  ', /no program/], ['"" a', /no program/], ['a \\', /backslash/]
  ]
  for (const [line, reason] of cases) {
    const words = split(line)
    assert.ok('problem' in words, line)
    assert.match(words.problem, reason)
  }
})

test('on Windows a backslash parts folders', () => {
  assert.deepEqual(splitCommand('C:\\node\\node.exe "C:\\my app\\server.js"', true), ['C:\\node\\node.exe', 'C:\\my app\\server.js'])
})

test('whatever is put in single quotes comes back as it was', () => {
  fc.assert(fc.property(fc.array(fc.string().filter(word => !word.includes("'"))), words => {
    assert.deepEqual(split(['node', ...words.map(word => `'${word}'`)].join(' ')), ['node', ...words])
  }))
})
