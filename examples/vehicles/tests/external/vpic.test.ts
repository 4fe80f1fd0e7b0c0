import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { createVpicClient, type AskVpic } from '../../external/vpic/client.ts'
import { createVinDecoder } from '../../external/vpic/decoder.ts'
import type { DecodingCache, KeptDecoding } from '../../external/vpic/decoding-cache.ts'
import { startStandIn, type StandIn } from '../../external/vpic/stand-in.ts'
import { knownVehicles } from '../../external/vpic/stand-in-vehicles.ts'

const vin = '1HGCM82633A004352'

function memoryCache (): DecodingCache & { readonly kept: Map<string, KeptDecoding> } {
  const kept = new Map<string, KeptDecoding>()
  return { kept, find: async vin => kept.get(vin), keep: async (vin, decoding) => { kept.set(vin, decoding) } }
}

describe('vPIC', () => {
  let standIn: StandIn
  let ask: AskVpic
  before(async () => {
    standIn = await startStandIn()
    ask = createVpicClient({ url: standIn.url, timeout: 200 })
  })
  afterEach(() => standIn.setMode({}))
  after(async () => { await standIn.close() })

  function decoder (options: { now?: () => number } = {}) {
    const cache = memoryCache()
    return { cache, decoder: createVinDecoder({ ask, cache, log: pino({ level: 'silent' }), maxAge: 1000, ...options }) }
  }

  test('the stand-in knows at least twelve VINs, and the client reads each', async () => {
    assert.ok(Object.keys(knownVehicles).length >= 12)
    for (const [vin, { Make, Model, ModelYear }] of Object.entries(knownVehicles)) {
      const decoded = await ask(vin)
      assert.deepEqual([decoded?.make, decoded?.model, decoded?.year], [Make, Model, Number(ModelYear)], vin)
    }
  })

  test('the stand-in speaks vPIC\'s format', async () => {
    const response = await fetch(`${standIn.url}/DecodeVinValues/${vin}?format=json`)
    const body = await response.json() as { Count: number, SearchCriteria: string, Results: Record<string, string>[] }
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(body.Count, 1)
    assert.equal(body.SearchCriteria, `VIN(s): ${vin}`)
    assert.equal(body.Results[0]?.ErrorText, '0 - VIN decoded clean. Check Digit (9th position) is correct')
    assert.ok(Object.values(body.Results[0] ?? {}).every(value => typeof value === 'string'))
  })

  test('a failure, silence, delay or nonsense is an error of the client', async () => {
    for (const mode of [{ behave: 'fail' }, { behave: 'hang' }, { behave: 'garbage' }, { behave: 'well', delay: 1000 }] as const) {
      standIn.setMode(mode)
      await assert.rejects(ask(vin), Error, JSON.stringify(mode))
    }
  })

  test('an answer that stalls after its head is given up too', async () => {
    const server = createServer((_request, response) => { response.writeHead(200).write('{"Results":[') })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await assert.rejects(createVpicClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, timeout: 100 })(vin), { name: 'TimeoutError' })
    server.closeAllConnections()
    server.close()
  })

  test('its error codes mean that it does not know the VIN, remarks do not', async () => {
    for (const errorCode of ['6', '7', '8', '11', '400', '1,8']) {
      standIn.setMode({ errorCode })
      assert.equal(await ask(vin), undefined, errorCode)
    }
  })

  test('the control endpoint changes how the stand-in answers', async () => {
    const set = await fetch(`${standIn.url}/control`, { method: 'PUT', body: JSON.stringify({ behave: 'fail' }) })
    assert.deepEqual(await set.json(), { behave: 'fail', delay: 0 })
    await assert.rejects(ask(vin), /500/)
    assert.equal((await fetch(`${standIn.url}/control`, { method: 'PUT', body: '{' })).status, 400)
  })

  test('questions about one VIN at the same time are one question', async () => {
    const { decoder: vins } = decoder()
    standIn.setMode({ delay: 20 })
    const before = standIn.asked
    const answers = await Promise.all(Array.from({ length: 20 }, () => vins.decode(vin)))
    assert.equal(standIn.asked - before, 1)
    assert.ok(answers.every(answer => answer.kind === 'decoded'))
  })

  test('a decoding is kept for its time, and one that knows nothing too', async () => {
    let now = 0
    const { decoder: vins } = decoder({ now: () => now })
    const unknown = '11111111111111111'
    const before = standIn.asked
    for (now of [0, 999]) {
      assert.equal((await vins.decode(vin)).kind, 'decoded')
      assert.equal((await vins.decode(unknown)).kind, 'unknown')
    }
    assert.equal(standIn.asked - before, 2)
    now = 1000
    await vins.decode(vin)
    assert.equal(standIn.asked - before, 3)
  })

  test('while vPIC is down an old decoding is used, and without one the answer is "unavailable"', async () => {
    let now = 0
    const { decoder: vins, cache } = decoder({ now: () => now })
    await vins.decode(vin)
    now = 5000
    standIn.setMode({ behave: 'fail' })
    assert.equal((await vins.decode(vin)).kind, 'decoded')
    assert.equal((await vins.decode('1M8GDM9AXKP042788')).kind, 'unavailable')
    assert.deepEqual([...cache.kept.keys()], [vin])
  })

  test('a failure is not kept: the next question is asked', async () => {
    const { decoder: vins } = decoder()
    standIn.setMode({ behave: 'fail' })
    assert.equal((await vins.decode(vin)).kind, 'unavailable')
    standIn.setMode({})
    assert.equal((await vins.decode(vin)).kind, 'decoded')
  })
})
