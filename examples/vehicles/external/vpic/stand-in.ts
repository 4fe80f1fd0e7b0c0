import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checkDigit, VIN_CHARACTERS, VIN_LENGTH } from '../../domain/vin.ts'
import { faultyVins, knownVehicles, refusedVins } from './stand-in-vehicles.ts'
import type { VpicResponse, VpicResult } from './wire.ts'

/** How the stand-in answers: as vPIC does, after `delay` ms, with status 500, never, with text that is no JSON, or with one of vPIC's error codes. */
export interface StandInMode {
  readonly behave: 'well' | 'fail' | 'hang' | 'garbage'
  /** Milliseconds before each answer. */
  readonly delay: number
  /** Answer every VIN with this code of vPIC's ("8"), or undefined. */
  readonly errorCode?: string | undefined
}

export interface StandIn {
  /** What `VPIC_URL` is set to. */
  readonly url: string
  /** How many VINs it was asked for since it started. */
  readonly asked: number
  setMode (mode: Partial<StandInMode>): void
  close (): Promise<void>
}

const errorTexts: Readonly<Record<string, string>> = {
  0: 'VIN decoded clean. Check Digit (9th position) is correct',
  1: 'Check Digit (9th position) does not calculate properly',
  6: 'Incomplete VIN',
  7: 'Manufacturer is not registered with NHTSA for sale or importation in the U.S. for use on U.S roads; Please contact the manufacturer directly for more information',
  8: 'No detailed data available currently',
  11: 'Incorrect Model Year - Position 10 does not match valid model year codes',
  400: 'Invalid Characters Present'
}

/**
 * A small server that speaks vPIC's format, for use without a network.
 * `GET /DecodeVinValues/{vin}?format=json` answers; `PUT /control` with a {@link StandInMode} as JSON changes how.
 */
export async function startStandIn ({ port = 0, host = '127.0.0.1' } = {}): Promise<StandIn> {
  let mode: StandInMode = { behave: 'well', delay: 0 }
  let asked = 0

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    if (url.pathname === '/control' && request.method === 'PUT') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      try {
        mode = { behave: 'well', delay: 0, ...JSON.parse(Buffer.concat(chunks).toString()) as Partial<StandInMode> }
        send(response, 200, JSON.stringify(mode))
      } catch {
        send(response, 400, JSON.stringify({ Message: 'The mode is not JSON' }))
      }
      return
    }
    const vin = /^\/DecodeVinValues\/([^/]+)$/i.exec(url.pathname)?.[1]
    if (vin === undefined || request.method !== 'GET' || url.searchParams.get('format') !== 'json') {
      send(response, 404, JSON.stringify({ Message: 'No HTTP resource was found that matches the request URI' }))
      return
    }
    asked++
    setTimeout(() => answer(response, decodeURIComponent(vin).toUpperCase(), mode), mode.delay).unref()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    get asked () { return asked },
    setMode (change) { mode = { behave: 'well', delay: 0, ...change } },
    async close () {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }
}

function answer (response: ServerResponse, vin: string, { behave, errorCode }: StandInMode): void {
  const behaviour = faultyVins[vin as keyof typeof faultyVins] ?? behave
  if (behaviour === 'hang') return
  if (behaviour === 'fail') return send(response, 500, JSON.stringify({ Message: 'An error has occurred.' }))
  if (behaviour === 'garbage') return send(response, 200, '<html>Down for maintenance</html>')
  send(response, 200, JSON.stringify(decode(vin, errorCode ?? refusedVins[vin])))
}

function decode (vin: string, refusal: string | undefined): VpicResponse {
  const code = refusal ?? codeOf(vin)
  const known = refusal === undefined ? knownVehicles[vin] : undefined
  const result: VpicResult = {
    Make: '',
    Model: '',
    ModelYear: '',
    Trim: '',
    BodyClass: '',
    FuelTypePrimary: '',
    Manufacturer: '',
    PlantCountry: '',
    VehicleType: '',
    ...known,
    VIN: vin,
    ErrorCode: code,
    ErrorText: code.split(',').map(one => `${one} - ${errorTexts[one] ?? 'Unknown'}`).join('; ')
  }
  return {
    Count: 1,
    Message: 'Results returned successfully. NOTE: Any missing decoded values should be interpreted as NHTSA does not have data on the specific variable. Missing value should NOT be interpreted as an indication that a feature or technology is unavailable for a vehicle.',
    SearchCriteria: `VIN(s): ${vin}`,
    Results: [result]
  }
}

function codeOf (vin: string): string {
  if (!VIN_CHARACTERS.test(vin)) return '400'
  if (vin.length !== VIN_LENGTH) return '6'
  if (knownVehicles[vin] !== undefined) return '0'
  return checkDigit(vin) === vin[8] ? '8' : '1,8'
}

function send (response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body)
}
