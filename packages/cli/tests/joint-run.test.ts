import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONSTANT_MODEL } from './_module.js'
import { type Stage, setStage } from './_stage.js'

let stage: Stage
const at = (file: string) => join(stage.cwd, file)
const table = (factor: number) =>
  `x,y,label\n${Array.from({ length: 200 }, (_, row) => `${row % 50},${(row * factor) % 31},${row % 50 > 24 ? 'yes' : 'no'}`).join('\n')}\n`
const idIn = (stdout: string) => /listing\s+(0x[0-9a-f]{64})/.exec(stdout)?.[1] as string

beforeAll(async () => {
  stage = await setStage()
  await writeFile(at('north.csv'), table(7))
  await writeFile(at('south.csv'), table(11))
  await writeFile(at('noisy.csv'), table(13))
  await writeFile(at('model.wasm'), CONSTANT_MODEL)
  await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
})
afterAll(() => stage?.close())

describe('a run over the tables of two owners, by an algorithm that is sold', () => {
  const license = ['--license', 'LicenseRef-own']
  const asAlgorithm = ['publish', 'model.wasm', ...license, '--compute', '2', '--as-algorithm']
  const parameters = ['--parameters', '{"rounds":[1,100]}']
  let listings: [string, string]
  let algorithm: string

  it('is listed by each of its makers', async () => {
    const published = await stage.as('patron', [...asAlgorithm, ...parameters])
    expect(published.code, published.stderr).toBe(0)
    expect(published.stderr).toMatch(/sells\s+an algorithm, by the run, 0x[0-9a-f]{64}, wasm, rounds 1\.\.100/)
    algorithm = idIn(published.stdout)
    const policy = ['--label', 'label', '--algorithm', 'model.wasm', ...parameters, '--slot', '1s']
    const north = await stage.as('maker', ['publish', 'north.csv', ...license, '--compute', '4', ...policy])
    const { document } = await stage.json<{ document: { policy: object } }>('buyer', ['show', idIn(north.stdout)])
    await writeFile(at('policy.json'), JSON.stringify(document.policy))
    const south = await stage.as('buyer', [
      'publish',
      'south.csv',
      ...license,
      '--compute',
      '5',
      '--policy',
      'policy.json',
    ])
    expect(south.code, south.stderr).toBe(0)
    listings = [idIn(north.stdout), idIn(south.stdout)]
  })

  it.each([
    [['--label', 'label'], 'leave --label out'],
    [['--runtime', 'perl'], 'argument'],
  ])('is not listed as an algorithm with %j', async (more, message) => {
    const { code, stderr } = await stage.as('patron', [...asAlgorithm, ...more])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  const run = (...more: string[]) => [
    ...['compute', 'run', ...listings, '--algorithm-listing', algorithm, '--parameters', '{"rounds":3}'],
    ...more,
  ]

  it('is explained: what it is by itself, and under which policy it may run', async () => {
    const { stdout } = await stage.as('sponsor', ['policy', 'explain', algorithm])
    expect(stdout).toMatch(
      /^This listing is the wasm algorithm 0x[0-9a-f]{64}, .* rounds from 1 to 100\.\nIt has no rows/,
    )
    expect((await stage.as('sponsor', ['policy', 'explain', algorithm, '--data', 'north.csv'])).code).toBe(2)
    const data = await stage.as('sponsor', ['policy', 'explain', listings[0]])
    expect(data.stdout).toMatch(/joint runs\n.*\n +A listing with a privacy mode can never be joined with this one/)
    // A policy for what the listing sells, within its ranges.
    const init = (...more: string[]) =>
      stage.as('maker', ['policy', 'init', '--data', 'north.csv', '--algorithm-listing', algorithm, ...more])
    expect((await init('--out', 'sold.json')).code).toBe(0)
    const { algorithms } = JSON.parse(await readFile(at('sold.json'), 'utf8'))
    const { document } = await stage.json<{ document: { policy: { algorithms: object[] } } }>('buyer', [
      'show',
      listings[0],
    ])
    expect(algorithms).toEqual(document.policy.algorithms)
    expect((await init('--out', 'narrow.json', '--parameters', '{"rounds":[2,3]}')).code).toBe(0)
    expect(JSON.parse(await readFile(at('narrow.json'), 'utf8')).algorithms[0].parameters).toEqual({
      rounds: { min: 2, max: 3 },
    })
    expect((await init('--out', 'never.json', '--parameters', '{"rounds":[2,101]}')).stderr).toContain('[ARGUMENT]')
    const ofData = ['policy', 'init', '--data', 'north.csv', '--algorithm-listing', listings[0], '--out', 'never.json']
    expect((await stage.as('maker', ofData)).stderr).toContain('sells no algorithm')
  })

  it('is refused with one listing twice, with nine, and under two policies, and nothing is paid', async () => {
    const placed = () => stage.json<{ orders: object[] }>('sponsor', ['order', 'list'])
    const balance = () => stage.json('sponsor', ['vault', 'balance'])
    const before = [await placed(), await balance()]
    const noisy = await stage.as('buyer', [
      ...['policy', 'init', '--data', 'noisy.csv', '--out', 'noisy.json', '--algorithm', 'model.wasm'],
      ...['--privacy', 'sample-aggregate', '--blocks', '20', ...parameters],
    ])
    expect(noisy.code, noisy.stderr).toBe(0)
    const published = await stage.as('buyer', [
      'publish',
      'noisy.csv',
      ...license,
      '--compute',
      '5',
      '--policy',
      'noisy.json',
    ])
    const [north, south] = listings
    const nine = [north, south, ...Array.from({ length: 7 }, (_, index) => `0x${index}${'7'.repeat(63)}`)]
    const attempt = (named: string[], how: string[]) =>
      stage.as('sponsor', [
        'compute',
        'run',
        ...named,
        ...how,
        '--parameters',
        '{"rounds":3}',
        '--out',
        'never.safetensors',
      ])
    const sent = ['--algorithm', 'model.wasm']
    expect((await attempt([north, north], sent)).stderr).toContain('[INVALID_PARAMETER]')
    expect((await attempt([north, south, north], ['--algorithm-listing', algorithm])).stderr).toContain(
      '[INVALID_PARAMETER]',
    )
    expect((await attempt(nine, sent)).stderr).toContain('[INVALID_PARAMETER]')
    const { stderr } = await attempt([north, idIn(published.stdout)], sent)
    expect(stderr).toMatch(/privacy modes differ, too \(none, sample-aggregate\).*\[JOINT_POLICIES\]/)
    expect([await placed(), await balance()]).toEqual(before)
    expect(existsSync(at('never.safetensors'))).toBe(false)
  })

  it('costs the sum of its orders, which --max-price bounds', async () => {
    const { stderr } = await stage.as('sponsor', run('--out', 'never.safetensors', '--max-price', '10.9'))
    expect(stderr).toContain('[PRICE_TOO_HIGH]')
    const both = await stage.as('sponsor', run('--out', 'never.safetensors', '--algorithm', 'model.wasm'))
    expect(both.code).toBe(2)
  })

  it('brings one model once both owners approved, and pays three', async () => {
    const running = stage.as('sponsor', run('--out', 'model.safetensors', '--json'))
    await Promise.all([approveNext('maker'), approveNext('buyer')])
    const { code, stdout, stderr } = await running
    expect(code, stderr).toBe(0)
    const result = JSON.parse(stdout) as { orderIds: string[]; amount: string; sha256: string }
    expect(result).toMatchObject({ continued: false, receipt: { verdict: 'OK' }, price: expect.stringMatching(/^11/) })
    const [first, second, third] = result.orderIds as [string, string, string]
    const shown = await stage.as('sponsor', ['order', 'show', first])
    expect(shown.stdout).toMatch(/status\s+revealed/)
    expect(shown.stdout).toMatch(new RegExp(`run\\s+0x[0-9a-f]{64}\\nplaced with\\s+${second}\\n\\s+${third}`))
    // Paid once: the same command, or a download of any of its orders, brings it again.
    const again = await stage.json('sponsor', run('--out', 'again.safetensors'))
    expect(again).toMatchObject({ continued: true, orderIds: result.orderIds, sha256: result.sha256 })
    const downloaded = await stage.json('sponsor', ['download', third, '--out', 'third.safetensors'])
    expect(downloaded).toMatchObject({ sha256: result.sha256 })
    for (const orderId of result.orderIds) {
      expect(await stage.json('sponsor', ['order', 'accept', orderId])).toMatchObject({ settled: [{ orderId }] })
    }
  })
})

/** Approves, as an owner, the run that comes to wait. */
async function approveNext(owner: 'maker' | 'buyer'): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { approvals } = await stage.json<{ approvals: { orderId: string }[] }>(owner, ['airlock', 'list'])
    const [next] = approvals
    if (next !== undefined) {
      await stage.json(owner, ['airlock', 'approve', next.orderId])
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no run came to wait for approval')
}
