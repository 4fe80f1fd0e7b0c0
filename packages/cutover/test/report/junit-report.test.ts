import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ParityReport } from '../../src/parity/finding.ts'
import { junitReport } from '../../src/report/junit-report.ts'
import { sample } from './sample.ts'

interface Element { readonly name: string, readonly attributes: Readonly<Record<string, string>>, readonly children: Element[], text: string }

test('every case is a testcase, with what it showed', () => {
  const suites = parse(junitReport(sample))
  assert.equal(suites.name, 'testsuites')
  const [suite] = suites.children
  const cases = suite!.children.filter(child => child.name === 'testcase')
  assert.deepEqual(cases.map(({ attributes, children }) => [attributes.name, ...children.map(child => child.name)]), [
    ['sign in'],
    ['edit & save <it>', 'failure', 'failure'],
    ['race', 'system-out'],
    ['database down', 'error'],
    ['files', 'skipped'],
    ['sessions 11aa00aa00aa', 'failure'],
    ['GET /api/vehicles 22aa00aa00aa', 'failure']
  ])
  const { tests, failures, errors, skipped, time } = suite!.attributes
  assert.deepEqual({ tests, failures, errors, skipped, time }, { tests: '7', failures: '3', errors: '1', skipped: '1', time: '61.230' })
  assert.match(cases[1]!.children[0]!.text, /"odometer" must be >= 0/)
})

test('whatever a backend sends, it is well-formed XML', () => {
  const hostile = ']]><x a="b">&amp;\u0000\u0008\u001b\ud800\uffff\u0085<!--\r\n\t"\''
  const report: ParityReport = {
    ...sample,
    cases: [{ ...sample.cases[1]!, name: hostile }, { ...sample.cases[3]!, note: hostile }],
    findings: [{ ...sample.findings[0]!, case: hostile, message: hostile, endpoint: hostile, difference: { ...sample.findings[0]!.difference!, note: hostile } }],
    notes: [hostile]
  }
  const xml = junitReport(report)
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(xml, /[\0-\x08\x0b\x0c\x0e-\x1f\uffff\p{Cs}]/u)
  const [suite] = parse(xml).children
  assert.equal(suite!.children[0]!.attributes.name, hostile.replace(/[\0\x08\x1b\ud800\uffff]/gu, '\ufffd')) // eslint-disable-line no-control-regex
})

test('the reader of this test finds what is not well-formed', () => {
  for (const xml of ['<a>', '<a></b>', '<a b="1" b="2"/>', '<a b=1/>', '<a>&</a>', '<a>&x;</a>', '<a>]]></a>', '<a b="<"/>', '<a/><b/>']) assert.throws(() => parse(xml), Error, xml)
})

/** Reads XML without doctype, comments and namespaces, strictly. */
function parse (xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const source = xml.replace(/^<\?xml [^?]*\?>\s*/, '')
  let end = 0
  for (const match of source.matchAll(/<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy)) {
    end = match.index + match[0].length
    const [, closing, name, attributes, empty, text] = match
    if (text !== undefined) {
      assert.ok(!text.includes(']]>'))
      open.at(-1)!.text += unescape(text)
    } else if (closing === '/') assert.equal(open.pop()!.name, name)
    else {
      const pairs = [...attributes!.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, unescape(value!)] as const)
      assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length)
      const element: Element = { name: name!, attributes: Object.fromEntries(pairs), children: [], text: '' }
      open.at(-1)!.children.push(element)
      if (empty !== '/') open.push(element)
    }
  }
  assert.equal(end, source.length, `not well-formed at ${source.slice(end, end + 40)}`)
  assert.equal(open.length, 1)
  assert.equal(root.children.length, 1)
  return root.children[0]!
}

function unescape (text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return text.replace(/&(?:#(\d+)|(\w+));|&/g, (all, code: string | undefined, name: string | undefined) => {
    const character = code === undefined ? named[name ?? ''] : String.fromCodePoint(Number(code))
    assert.ok(character !== undefined, `${all} is no reference`)
    return character
  })
}
