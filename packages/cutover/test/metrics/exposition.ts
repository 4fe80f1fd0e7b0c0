import assert from 'node:assert/strict'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: Sample[]
}

/**
 * Reads Prometheus' text format 0.0.4 and refuses whatever it does not allow: samples before their TYPE, families in
 * two pieces, series that occur twice, bad names and escapes, histograms that are not cumulative or lack +Inf.
 */
export function parseExposition (text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line does not end')
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  let current = ''
  let help: string | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line)
    if (comment?.[1] === 'HELP') {
      help = comment[3]!
      current = comment[2]!
      assert.ok(!families.has(current), `a second HELP of ${current}`)
    } else if (comment?.[1] === 'TYPE') {
      assert.equal(comment[2], current, 'TYPE without its HELP')
      assert.match(comment[3]!, /^(counter|gauge|histogram)$/)
      families.set(current, { type: comment[3]!, help: help!, samples: [] })
    } else {
      const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
      assert.ok(sample !== null, `not a line of the format: ${line}`)
      const family = families.get(current)
      assert.ok(family !== undefined, `a sample before any TYPE: ${line}`)
      const suffix = sample[1]!.slice(current.length)
      assert.ok(sample[1]!.startsWith(current) && (family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).includes(suffix), `${sample[1]} is not of ${current}`)
      assert.ok(!seen.has(line.slice(0, line.lastIndexOf(' '))), `twice: ${line}`)
      seen.add(line.slice(0, line.lastIndexOf(' ')))
      assert.match(sample[3]!, /^(-?\d+(\.\d+)?(e[+-]?\d+)?|[+-]Inf|NaN)$/)
      family.samples.push({ name: sample[1]!, labels: parseLabels(sample[2]), value: Number(sample[3]) })
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family)
  return families
}

function parseLabels (text: string | undefined): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text ?? ''
  while (rest !== '') {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=.)|$)/.exec(rest)
    assert.ok(pair !== null, `bad labels: ${rest}`)
    assert.ok(!(pair[1]! in labels), `a label twice: ${text}`)
    labels[pair[1]!] = pair[2]!.replace(/\\(.)/g, (_, character: string) => character === 'n' ? '\n' : character)
    rest = rest.slice(pair[0].length)
  }
  return labels
}

function checkHistogram (name: string, { samples }: Family): void {
  const series = groupBySeries(samples)
  for (const group of series.values()) {
    const buckets = group.filter(sample => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => labels.le === '+Inf' ? Infinity : Number(labels.le))
    assert.deepEqual(bounds, bounds.toSorted((a, b) => a - b), 'bounds out of order')
    assert.equal(bounds.at(-1), Infinity)
    buckets.forEach((bucket, index) => assert.ok(index === 0 || bucket.value >= buckets[index - 1]!.value, 'not cumulative'))
    assert.equal(group.find(sample => sample.name === `${name}_count`)?.value, buckets.at(-1)!.value)
    assert.ok(group.some(sample => sample.name === `${name}_sum`))
  }
}

function seriesOf ({ labels }: Sample): string {
  return JSON.stringify(Object.entries(labels).filter(([name]) => name !== 'le').sort())
}

function groupBySeries (samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) groups.set(seriesOf(sample), [...groups.get(seriesOf(sample)) ?? [], sample])
  return groups
}
