import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActorName } from '@gristmill/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONSTANT_MODEL } from './_module.js'
import { type Stage, setStage } from './_stage.js'

const ROWS = 200
const TABLE = `x,y,label\n${Array.from({ length: ROWS }, (_, row) => `${row % 50},${(row * 7) % 31},${row % 50 > 24 ? 'yes' : 'no'}`).join('\n')}\n`
const HOUR = 3_600

let stage: Stage
let market: string
beforeAll(async () => {
  stage = await setStage({}, {}, { isCurated: true })
  await writeFile(join(stage.cwd, 'patients.csv'), TABLE)
  await writeFile(join(stage.cwd, 'model.wasm'), CONSTANT_MODEL)
  ;({ market } = await stage.json<{ market: string }>('patron', [
    ...['market', 'create', '--seed', '1000', '--preset', 'quick'],
  ]))
  await stage.localnet.advance(10)
})
afterAll(() => stage?.close())

interface Shown {
  status: string
  role: string
  next: { command?: string; after?: number; until?: number }[]
}
const shown = (actor: ActorName, orderId: string) => stage.json<Shown>(actor, ['order', 'show', orderId])

/** The commands that are offered, without ids of orders. */
async function offered(actor: ActorName, orderId: string, status: string): Promise<string[]> {
  const order = await shown(actor, orderId)
  expect(order.status).toBe(status)
  return order.next.map(({ command = '-' }) => command.replace('gristmill ', '').replace(orderId, 'ORDER'))
}

/** Runs what is offered, by its beginning, with something in place of the words in capitals. */
async function take(actor: ActorName, orderId: string, beginning: string, words: Record<string, string> = {}) {
  const { next } = await shown(actor, orderId)
  const command = next.find((step) => step.command?.startsWith(`gristmill ${beginning}`))?.command
  if (command === undefined) throw new Error(`${beginning} is not offered`)
  return stage.json(
    actor,
    command
      .split(' ')
      .slice(1)
      .map((word) => words[word] ?? word),
  )
}

async function publish(...more: string[]): Promise<string> {
  const argv = ['publish', 'patients.csv', '--license', 'LicenseRef-own', ...more]
  return (await stage.json<{ listing: string }>('maker', argv)).listing
}

describe('order show', () => {
  it('names for data what its buyer, its maker and others can do, from the payment to the end', async () => {
    const listing = await publish('--access', '2', '--name', 'Sold')
    const { orderId } = await stage.json<{ orderId: string }>('buyer', ['order', 'place', listing])
    const get = 'download ORDER --out FILE'
    expect(await offered('buyer', orderId, 'placed')).toEqual([get, 'order refund ORDER'])
    expect(await offered('maker', orderId, 'placed')).toEqual(['-', 'order refund ORDER'])
    await take('buyer', orderId, 'download', { FILE: 'one.csv' })
    const all = [get, 'order accept ORDER', 'order complain EVIDENCE', 'order settle ORDER']
    expect(await offered('buyer', orderId, 'revealed')).toEqual(all)
    const { role, next } = await shown('patron', orderId)
    expect({ role, next }).toMatchObject({
      role: 'stranger',
      next: [{ command: `gristmill order settle ${orderId}`, after: expect.any(Number) }],
    })
    await take('buyer', orderId, 'order accept')
    expect(await offered('buyer', orderId, 'settled')).toEqual([get])
    await take('buyer', orderId, 'download', { FILE: 'two.csv' })
    await take('maker', orderId, 'vault withdraw')
    expect(await offered('patron', orderId, 'settled')).toEqual([])
    const { stdout } = await stage.as('patron', [
      'order',
      'show',
      orderId,
      '--account',
      stage.localnet.actors.buyer.address,
    ])
    expect(stdout).toMatch(/next +gristmill download 0x[0-9a-f]{64} --out FILE: fetch it again\n$/)
  })

  it('names for a run the dispute while it is open, then its poll, and after it what is left', async () => {
    const listing = await publish(
      ...['--compute', '4', '--name', 'Run', '--label', 'label', '--algorithm', 'model.wasm', '--slot', '1s'],
      ...['--parameters', '{"rounds":[1,100]}'],
    )
    const orders: string[] = []
    for (const rounds of [1, 2]) {
      const argv = ['order', 'place', listing, '--algorithm', 'model.wasm', '--parameters', `{"rounds":${rounds}}`]
      orders.push((await stage.json<{ orderId: string }>('sponsor', argv)).orderId)
    }
    const [upheld, accepted] = orders as [string, string]
    expect(await offered('maker', upheld, 'placed')).toEqual(['airlock list', 'order refund ORDER'])
    for (const [index, orderId] of orders.entries()) {
      const downloading = take('sponsor', orderId, 'download', { FILE: `model-${index}.safetensors` })
      await approve(orderId)
      await downloading
    }
    const get = 'download ORDER --out FILE'
    const contest = 'dispute ORDER --because TEXT'
    const settle = 'order settle ORDER'
    const all = [get, 'order accept ORDER', 'order complain EVIDENCE', contest, settle]
    expect(await offered('sponsor', upheld, 'revealed')).toEqual(all)
    expect(await offered('maker', upheld, 'revealed')).toEqual([settle])
    for (const orderId of orders) await take('sponsor', orderId, 'dispute', { TEXT: 'zeros' })
    const [poll, other] = ['1', '2']
    const voting = [`poll ${poll}`, `vote ${poll} yes|no`, `resolve ${poll}`, settle]
    expect(await offered('patron', upheld, 'revealed-disputed')).toEqual(voting)
    expect(await offered('sponsor', upheld, 'revealed-disputed')).toEqual([...voting, 'order accept ORDER'])
    await take('patron', upheld, 'vote', { 'yes|no': 'yes' })
    await take('sponsor', accepted, 'order accept')
    expect(await offered('sponsor', accepted, 'settled')).toEqual([get, `resolve ${other}`])
    await take('sponsor', accepted, 'download', { FILE: 'again.safetensors' })
    await stage.localnet.advance(2 * HOUR + 1)
    expect(await offered('maker', upheld, 'revealed-disputed')).toEqual([`resolve ${poll}`, settle])
    await take('maker', upheld, 'resolve')
    expect(await offered('sponsor', upheld, 'refunded')).toEqual(['vault withdraw all'])
    expect(await offered('maker', upheld, 'refunded')).toEqual([])
    await take('sponsor', upheld, 'vault withdraw')
    await take('patron', accepted, 'resolve')
    expect(await offered('sponsor', accepted, 'settled')).toEqual([get])
    expect(await stage.json('buyer', ['polls', '--market', market, '--open'])).toMatchObject({ polls: [] })
  })
})

/** As the maker, once the run waits for it. */
async function approve(orderId: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { approvals } = await stage.json<{ approvals: { orderId: string }[] }>('maker', ['airlock', 'list'])
    if (approvals.some((pending) => pending.orderId === orderId)) {
      await stage.json('maker', ['airlock', 'approve', orderId])
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the run did not come to wait for approval')
}
