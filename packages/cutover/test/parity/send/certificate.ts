import { generateKeyPairSync, sign } from 'node:crypto'

/** A certificate for localhost and 127.0.0.1 that signs itself (RFC 5280), made anew. In PEM, with its key. */
export function selfSigned (): { readonly cert: string, readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const name = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('localhost')))))
  const year = new Date().getUTCFullYear() % 100
  const time = (at: number) => der(0x17, Buffer.from(`${String(at % 100).padStart(2, '0')}0101000000Z`))
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm, name, sequence(time(year - 1), time(year + 2)), name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(
      sequence(oid(0x55, 0x1d, 0x11), der(0x04, names)),
      sequence(oid(0x55, 0x1d, 0x13), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))))
    ))
  )
  const signature = sign('sha256', body, privateKey)
  const cert = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
}

function der (tag: number, content: Buffer): Buffer {
  const { length } = content
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]), content])
}

function sequence (...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function oid (...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}
