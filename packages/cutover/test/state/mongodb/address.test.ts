import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addressOf, readAddress } from '../../../src/state/mongodb/address.ts'
import { loadDriver } from '../../../src/state/mongodb/driver.ts'
import { openMongo } from '../../../src/state/mongodb/open.ts'
import { openState, stateKind, usualVariable } from '../../../src/state/open-state.ts'

describe('the address of a MongoDB database', () => {
  const none = { authSource: undefined, tls: false }

  it('keeps user, hosts and options for another database', () => {
    const address = readAddress('mongodb://ada:p%40ss@a:1,b:2/my%20shop?replicaSet=rs&retryWrites=false')!
    assert.deepEqual([address.database, address.user, address.hosts], ['my shop', 'ada:p%40ss', 'a:1,b:2'])
    assert.equal(addressOf(address, 'x y', { ...none, authSource: 'my shop' }), 'mongodb://ada:p%40ss@a:1,b:2/x%20y?replicaSet=rs&retryWrites=false&authSource=my+shop')
  })

  it('leads through a relay to one server, whatever says how to find others', () => {
    const address = readAddress('mongodb+srv://ada:secret@cluster.example/shop?replicaset=rs&authSource=admin&appName=x')!
    assert.equal(addressOf(address, 'clone', { authSource: 'admin', tls: true, relay: '127.0.0.1:5' }), 'mongodb://ada:secret@127.0.0.1:5/clone?appName=x&authSource=admin&directConnection=true&tls=true&tlsAllowInvalidHostnames=true')
    assert.equal(addressOf(readAddress('mongodb://h/shop')!, 'clone', { ...none, relay: '127.0.0.1:5' }), 'mongodb://127.0.0.1:5/clone?directConnection=true')
  })

  for (const url of ['shop', 'postgres://h/shop', 'mongodb://', 'mongodb://h/%zz']) it(`is none of ${url}`, () => assert.equal(readAddress(url), undefined))

  it('says which adapter and variable a database has', async () => {
    assert.deepEqual(['postgres://h/d', 'postgresql://h/d', 'mongodb://h/d', 'mongodb+srv://h/d', 'mysql://h/d'].map(stateKind), ['postgres', 'postgres', 'mongodb', 'mongodb', undefined])
    assert.deepEqual(['postgres://h/d', 'mongodb+srv://h/d'].map(usualVariable), ['DATABASE_URL', 'MONGODB_URI'])
    await assert.rejects(openState('mysql://u:hunter2@h/d'), (error: Error & { code: string }) => error.code === 'CUT_STATE_UNAVAILABLE' && !error.message.includes('hunter2'))
  })

  const unusable: ReadonlyArray<readonly [string, string, RegExp]> = [
    ['without a database', 'mongodb://u:hunter2@127.0.0.1:1', /name a database/],
    ['of another kind', 'mysql://u:hunter2@127.0.0.1/shop', /must begin with mongodb:/],
    ['of options that are none', 'mongodb://u:hunter2@127.0.0.1:1/shop?sausage=1', /sausage/]
  ]
  for (const [name, url, message] of unusable) {
    it(`is refused ${name}, without its password in the message`, async () => {
      await assert.rejects(openMongo(url), (error: Error & { code: string }) => {
        assert.equal(error.code, 'CUT_STATE_UNAVAILABLE')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /hunter2/)
        return true
      })
    })
  }

  it('needs the package mongodb', async () => {
    await assert.rejects(loadDriver(import.meta.dirname, 'mongodb-is-not-here'), { code: 'CUT_PACKAGE_MISSING', message: /npm install mongodb-is-not-here/ })
  })
})
