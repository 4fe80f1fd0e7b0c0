import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JournalEntry } from '../../../src/config/control.ts'
import type { DossierInputs } from '../../../src/report/dossier/inputs.ts'
import { makeDossier } from '../../../src/report/dossier/make-dossier.ts'
import { dossierMarkdown } from '../../../src/report/dossier/markdown.ts'
import { escape, html, pathLink } from '../../../src/report/dossier/page/markup.ts'
import { dossierHtml } from '../../../src/report/dossier/page/page.ts'
import { writeDossier } from '../../../src/report/dossier/write-dossier.ts'
import { folder, inputsOf } from './fixtures.ts'

const good = await inputsOf('good')
const bad = await inputsOf('rolled-back')

/** Every text of the inputs that is anybody's, with an attack in it. */
function hostile (inputs: DossierInputs, attack: string): DossierInputs {
  const inText = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return ['message', 'case', 'name', 'note', 'why', 'who', 'reason', 'route', 'framework', 'difference', 'cpu', 'generator', 'version', 'scope', 'problem', 'project', 'env', 'gate', 'legacy', 'candidate', 'node', 'platform', 'path'].includes(key) ? value + attack : value
    if (Array.isArray(value)) return value.map(each => typeof each === 'string' ? each + attack : inText(each))
    if (typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof URL) && !(value instanceof RegExp)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inText(inner, name)]))
    return value
  }
  const kept = (value: unknown): never => inText(value) as never
  return {
    ...inputs,
    settings: { ...inputs.settings, project: inputs.settings.project + attack, version: inputs.settings.version + attack, envFile: `.env${attack}`, backends: kept(inputs.settings.backends), features: inputs.settings.features.map(feature => ({ ...feature, riskReason: attack, env: `ENV${attack}`, routes: [...feature.routes, { methods: undefined, path: `/${attack}` }] })) },
    parity: kept(inputs.parity),
    bench: kept(inputs.bench),
    journal: { ...inputs.journal!, problem: attack, value: inputs.journal!.value!.map(entry => kept(entry) as JournalEntry) },
    samples: kept(inputs.samples)
  }
}

const controls = ['\u202e', '\0', '\u001b']
const attacks = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\'"`</style></title></svg><iframe src=//evil.example>', ']]>--><!--', '&lt;b&gt;', '\u202egnp.exe\u0000\u001b[31m']

for (const [place, attack] of attacks.entries()) {
  test(`attack ${place + 1} in every text of others stays text in HTML`, () => {
    for (const inputs of [good, bad]) {
      const page = dossierHtml(makeDossier(hostile(inputs, attack)))
      assert.ok(!page.includes(attack))
      assert.doesNotMatch(page, /<(script|iframe|img|object|embed|link|base|form)\b/i)
      assert.equal(page.match(/<\/style>/g)!.length, 1)
      assert.equal(page.match(/<\/title>/g)!.length, page.match(/<title/g)!.length)
      assert.equal(controls.some(control => page.includes(control)), false)
      // Of the tags that are there none has an attribute that was not written here.
      for (const [, attributes] of page.matchAll(/<[a-z][\w-]*((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>/gi)) assert.doesNotMatch(attributes!.replace(/"[^"]*"/g, ''), /\bon\w+|style|src\b/i)
    }
  })

  test(`attack ${place + 1} stays text in Markdown`, () => {
    const page = dossierMarkdown(makeDossier(hostile(bad, attack)))
    // Without code, and without what is escaped, nothing is left that begins a tag, a link or a picture of an attacker's.
    const markup = page.replace(/^ {4}.*$/gm, '').replaceAll('\\`', '').replace(/`[^`\n]*`/g, '').replace(/\\[\\`*_{}[\]<>|~#!&]/g, '')
    assert.doesNotMatch(markup, /<[a-z/!]|!\[|&[a-z]+;/i)
    assert.equal(controls.some(control => page.includes(control)), false)
  })
}

test('a line break or a bar in a text does not break a table of Markdown', () => {
  const page = dossierMarkdown(makeDossier(hostile(bad, '\n\n# Heading | `x` | **go**\n')))
  assert.doesNotMatch(page, /^# Heading/m)
  for (const table of page.matchAll(/^\|.*(?:\n\|.*)+/gm)) {
    const cells = table[0].split('\n').map(row => row.replace(/\\\|/g, '').split('|').length)
    assert.equal(new Set(cells).size, 1, table[0].slice(0, 300))
  }
})

test('the page loads nothing, and its policy lets it have its own style alone', () => {
  const page = dossierHtml(makeDossier(good))
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!
  const [, style] = /<style>([^]*?)<\/style>/.exec(page)!
  assert.equal(policy, `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style!).digest('base64')}'; base-uri 'none'; form-action 'none'`)
  assert.doesNotMatch(page, /(?:src|srcset|poster|action|xlink:href)=|url\(|@import|https?:\/\/(?!127)/)
  assert.doesNotMatch(page, /\sstyle="/)
})

test('every link within the page leads somewhere, every other one to a file of samples', () => {
  for (const inputs of [good, bad, { ...good, parity: {}, bench: [], journal: undefined, samples: {}, traffic: undefined }]) {
    const dossier = makeDossier(inputs)
    const page = dossierHtml(dossier)
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
    assert.deepEqual(ids.filter((id, place) => ids.indexOf(id) !== place), [], 'an id that is there twice')
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(target!), target)
    const files = new Set(dossier.sources.map(({ file }) => pathLink(file)))
    for (const [, target] of page.matchAll(/href="([^#][^"]*)"/g)) assert.ok(files.has(target!), target)
  }
})

test('an untested route, a missing bench and a missing run are said on the page and in Markdown', () => {
  const dossier = makeDossier(bad)
  for (const text of [dossierHtml(dossier), dossierMarkdown(dossier)]) {
    assert.match(text, /DELETE \/api\/vehicles\/:id/)
    assert.match(text, /Not measured/)
    assert.match(text, /cutover replay was never run/)
    assert.match(text, /never run/)
  }
})

test('every plot has a title and says in words what it shows', () => {
  const page = dossierHtml(makeDossier(good))
  const plots = [...page.matchAll(/<svg [^>]*aria-labelledby="(\S+) (\S+)"[^]*?<\/svg>/g)]
  assert.equal(plots.length, 3 + 4 * 2 + 3 * 2 + 1)
  for (const [plot, title, description] of plots) {
    assert.match(plot!, new RegExp(`<title id="${title}">[^<]+</title><desc id="${description}">[^<]{20,}</desc>`))
    assert.doesNotMatch(plot!, /NaN|Infinity|undefined/)
  }
})

test('a report is written with the samples that it links to, readable by its owner only', async t => {
  const at = mkdtempSync(join(tmpdir(), 'cutover-report-'))
  t.after(() => rmSync(at, { recursive: true, force: true }))
  const files = await writeDossier(makeDossier(good), at, join(folder, 'good'))
  const page = readFileSync(files.html, 'utf8')
  const linked = [...page.matchAll(/href="(\.\/[^"]*|samples[^"]*)"/g)].map(([, file]) => file!)
  assert.ok(linked.length > 10)
  for (const file of linked) assert.ok(existsSync(join(at, decodeURIComponent(file))), file)
  const { sources } = JSON.parse(readFileSync(files.json, 'utf8')) as { sources: Array<{ file: string, sha256: string }> }
  for (const { file, sha256 } of sources) assert.equal(createHash('sha256').update(readFileSync(join(at, file))).digest('hex'), sha256)
})

test('templates escape what is not markup, and links stay paths', () => {
  assert.equal(html`<p>${'<&"\'`>'}${[html`<b>${1}</b>`, undefined, false, 'x']}</p>`.text, '<p>&#60;&#38;&#34;&#39;&#96;&#62;<b>1</b>x</p>')
  assert.equal(escape('a\u0007'), 'a\\u0007')
  assert.equal(pathLink('javascript:alert(1)//x'), './javascript%3Aalert(1)//x')
  assert.equal(pathLink('bench/a b.json'), './bench/a%20b.json')
  assert.equal(pathLink('../parity/verify.json'), '../parity/verify.json')
})
