import type { RowName } from '../../src/index.ts'
import type { Fixture } from '../support/fixture.ts'
import { bodyFixtures } from './body.ts'
import { connectionFixtures } from './connection.ts'
import { errorFixtures } from './errors.ts'
import { replyFixtures } from './reply.ts'
import { requestFixtures } from './request.ts'
import { responseFixtures } from './response.ts'
import { routingFixtures } from './routing.ts'

/** The fixture of every row. */
export const fixtures: Readonly<Record<RowName, Fixture>> = { ...routingFixtures, ...bodyFixtures, ...responseFixtures, ...errorFixtures, ...connectionFixtures, ...requestFixtures, ...replyFixtures }
