import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY } from '@gristmill/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CONSTANT_MODEL } from './_module.js'
import { type Stage, setStage } from './_stage.js'

let stage: Stage
const publish = ['publish', 'table.csv', '--license', 'LicenseRef-own']
const noisy = [...publish, '--name', 'Noisy', '--compute', '5', '--policy', 'noisy.json']

beforeAll(async () => {
  stage = await setStage()
  const rows = Array.from({ length: 200 }, (_, row) => `${row % 50},${(row * 7) % 31},${row % 50 > 24 ? 'yes' : 'no'}`)
  await writeFile(join(stage.cwd, 'table.csv'), `x,y,label\n${rows.join('\n')}\n`)
  await writeFile(join(stage.cwd, 'model.wasm'), CONSTANT_MODEL)
  await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
  const init = ['policy', 'init', '--data', 'table.csv', '--out', 'noisy.json', '--algorithm', 'model.wasm']
  const how = ['--label', 'label', '--privacy', 'sample-aggregate', '--blocks', '20', '--slot', '1s']
  expect(await stage.as('maker', [...init, ...how])).toMatchObject({ code: 0 })
})
afterAll(() => stage?.close())

it('sells no data that is promised an epsilon, and says of a later promise what left before', async () => {
  const both = await stage.as('maker', [...noisy, '--access', '1'])
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('promises each row an epsilon') })

  const { listing } = await stage.json<{ listing: string }>('maker', [...publish, '--name', 'Sold', '--access', '1'])
  await stage.json('buyer', ['order', 'place', listing])
  const refused = await stage.as('maker', noisy)
  expect(refused.stderr).toMatch(/sells the rows as they are.* Exit that listing.*\[PRIVACY_CONFLICT\]/s)
  await stage.json('maker', ['listing', 'exit', listing])
  await stage.localnet.advance(30 * DAY)
  const published = await stage.as('maker', noisy)
  expect(published.code, published.stderr).toBe(0)
  expect(published.stderr).toContain('what left these bytes before stays out: 1 sale of the data as it is.')
}, 60_000)
