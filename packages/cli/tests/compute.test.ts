import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONSTANT_MODEL } from './_module.js'
import { type Stage, setStage } from './_stage.js'

let stage: Stage
let listing: string
const at = (file: string) => join(stage.cwd, file)
const ROWS = 200
const TABLE = `x,y,label\n${Array.from({ length: ROWS }, (_, row) => `${row % 50},${(row * 7) % 31},${row % 50 > 24 ? 'yes' : 'no'}`).join('\n')}\n`
const publish = [
  ...['publish', 'patients.csv', '--license', 'LicenseRef-own', '--compute', '4', '--name', 'Patients'],
  ...['--label', 'label', '--algorithm', 'model.wasm', '--parameters', '{"rounds":[1,100]}', '--slot', '1s'],
]

beforeAll(async () => {
  stage = await setStage()
  await writeFile(at('patients.csv'), TABLE)
  await writeFile(at('model.wasm'), CONSTANT_MODEL)
  await writeFile(at('other.wasm'), Buffer.concat([CONSTANT_MODEL, Buffer.from([0, 1, 0])]))
  await stage.json('patron', ['market', 'create', '--seed', '1000', '--preset', 'quick'])
})
afterAll(() => stage?.close())

describe('a listing for runs', () => {
  it('says in bits and rows what may leave, before it is signed', async () => {
    const { code, stdout, stderr } = await stage.as('maker', publish)
    expect(stderr).toMatch(/a run\s+at most \d+ of 200 rows could leave \(\d+ bits/)
    expect(stderr).toMatch(/leaves\s+in one run \d+ bits: at most \d+ rows' worth; not "no data leaves"/)
    expect(code).toBe(0)
    listing = /listing\s+(0x[0-9a-f]{64})/.exec(stdout)?.[1] as string
    const shown = await stage.as('sponsor', ['show', listing])
    expect(shown.stdout).toMatch(/each run\s+the maker approves it, at a multiple of 1 s/)
    expect(shown.stdout).toMatch(/algorithm\s+0x[0-9a-f]{64}, wasm, rounds 1\.\.100/)
    expect(shown.stdout).toMatch(/access\s+not for sale/)
  })

  it('takes the policy that it shows', async () => {
    const { document } = await stage.json<{ document: { policy: object } }>('sponsor', ['show', listing])
    await writeFile(at('policy.json'), JSON.stringify(document.policy))
    const argv = ['publish', 'patients.csv', '--license', 'x', '--compute', '1', '--policy', 'policy.json', '--draft']
    expect(await stage.json('maker', argv)).toMatchObject({ policy: document.policy })
  })
})

describe('compute run', () => {
  const run = (out: string, ...more: string[]) => [
    ...['compute', 'run', listing, '--algorithm', 'model.wasm', '--parameters', '{"rounds":3}', '--out', out],
    ...more,
  ]

  it('waits for the maker, acknowledges the model, and checks it against its receipt', async () => {
    const running = stage.as('sponsor', run('model.safetensors', '--json'))
    const orderId = await approveNext()
    const outcome = await running
    expect(outcome.stderr).toBe('')
    const result = JSON.parse(outcome.stdout)
    expect(result).toMatchObject({ orderId, continued: false, receipt: { verdict: 'OK' } })
    expect((await readFile(at('model.safetensors'))).length).toBe(result.sizeBytes)
    const { stdout } = await stage.as('sponsor', ['order', 'show', orderId])
    expect(stdout).toMatch(/kind\s+compute\nstatus\s+revealed/)
    // It is paid: the same run again brings the same model.
    const again = await stage.json('sponsor', run('again.safetensors'))
    expect(again).toMatchObject({ orderId, continued: true, sha256: result.sha256 })
  })

  it('is judged afterwards: what it is, how good, what it cost, what is left; and written as ONNX', async () => {
    const { orderId } = await stage.json<{ orderId: string }>('sponsor', run('third.safetensors'))
    const result = (...more: string[]) => stage.as('sponsor', ['compute', 'result', 'model.safetensors', ...more])
    const { stdout } = await result('--order', orderId, '--evaluate', 'patients.csv', '--onnx', 'model.onnx')
    expect(stdout).toMatch(/family\s+linear\ntensors\s+coef \[1, 2\] in bf16, 2 values\n\s+intercept/)
    expect(stdout).toMatch(/holdout_accuracy\s+[01]\.\d{4}/)
    expect(stdout).toMatch(/on your rows\s+\d+\.\d % of 200 right/)
    expect(stdout).toMatch(
      /spent\s+\d+ bits by this run\nleft to you\s+\d+ bits: 9 runs\nleft in all\s+\d+ bits: 9 runs/,
    )
    expect((await readFile(at('model.onnx'))).length).toBeGreaterThan(200)
    expect((await result('--onnx', 'model.onnx')).stderr).toContain('is there already')
    expect((await result('--evaluate', 'patients.csv')).stderr).toContain('[ARGUMENT]')
    expect((await result('--policy', 'policy.json', '--evaluate', 'gone.csv')).stderr).toContain('[FILE]')
    const { budget } = await stage.json<{ budget: { run: { bits: number }; left: { bits: number } } }>('sponsor', [
      ...['compute', 'result', 'model.safetensors', '--listing', listing],
    ])
    expect(budget.left.bits).toBe(9 * budget.run.bits)
    await writeFile(at('damaged.safetensors'), (await readFile(at('model.safetensors'))).subarray(1))
    const damaged = await stage.as('sponsor', ['compute', 'result', 'damaged.safetensors'])
    expect(damaged.stderr).toContain('[MODEL_FORMAT]')
    const changed = await readFile(at('model.safetensors'))
    changed[changed.length - 2]! ^= 1
    await writeFile(at('changed.safetensors'), changed)
    const other = await stage.as('sponsor', ['compute', 'result', 'changed.safetensors', '--order', orderId])
    expect(other.stderr).toContain('[NOT_OF_ORDER]')
  })

  it('that is not waited for is not ordered twice', async () => {
    const other = (...more: string[]) => run('late.safetensors', '--parameters', '{"rounds":4}', ...more)
    const late = await stage.as('sponsor', other('--timeout', '1'))
    expect(late.code).toBe(1)
    expect(late.stderr).toContain('[ORDER_WAIT_TIMEOUT]')
    const orderId = /next:\s+gristmill download (0x[0-9a-f]{64}) --out late.safetensors/.exec(late.stderr)?.[1]
    expect(existsSync(at('late.safetensors'))).toBe(false)
    const running = stage.json<{ orderId: string }>('sponsor', other())
    expect(await approveNext()).toBe(orderId)
    expect(await running).toMatchObject({ orderId, continued: true })
    expect(await stage.json('sponsor', ['order', 'accept', orderId as string])).toMatchObject({
      settled: [{ orderId }],
    })
    expect((await stage.as('sponsor', ['order', 'accept', orderId as string])).stderr).toContain('nothing was moved')
  })

  it('whose window is over is settled by anybody', async () => {
    const { orderId } = await stage.json<{ orderId: string }>('sponsor', [
      ...['order', 'place', listing, '--algorithm', 'model.wasm', '--parameters', '{"rounds":5}'],
    ])
    expect((await stage.as('patron', ['order', 'settle', orderId])).stderr).toContain('[NOT_FULFILLED]')
    const downloading = stage.json('sponsor', ['download', orderId, '--out', 'five.safetensors'])
    await approveNext()
    await downloading
    expect((await stage.as('patron', ['order', 'settle', orderId])).stderr).toContain('[ORDERS_TOO_EARLY]')
    await stage.localnet.advance(3_602)
    expect(await stage.json('patron', ['order', 'settle', orderId])).toMatchObject({ settled: [{ orderId }] })
  })

  it.each([
    [['--algorithm', 'other.wasm'], 'ALGORITHM_NOT_ALLOWED'],
    [['--parameters', '{"rounds":101}'], 'BAD_PARAMETER'],
    [['--parameters', '{}'], 'BAD_PARAMETER'],
    [['--algorithm', 'gone.wasm'], 'FILE'],
    [['--max-price', '3', '--parameters', '{"rounds":9}'], 'PRICE_TOO_HIGH'],
    [['--out', 'patients.csv'], 'FILE'],
  ])('refuses %j before anything is paid', async (options, code) => {
    const { stderr } = await stage.as('sponsor', run('never.safetensors', ...options))
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).not.toContain('Placed order')
  })
})

describe('a run by a trainer of the datatrust', () => {
  const trained = (id: string, ...more: string[]) => [
    ...['compute', 'run', id, '--trainer', 'dp-linear-regression', '--parameters', '{"lambdaMicros":1000}', ...more],
  ]

  it('needs no algorithm, leaves without anybody being asked, and has the noise that the policy promises', async () => {
    // Other rows: runs on the same ones have the same budget, whatever listing they are of.
    await writeFile(at('visits.csv'), TABLE.replace('\n1,', '\n2,'))
    const init = ['policy', 'init', '--data', 'visits.csv', '--out', 'noisy.json', '--privacy', 'trusted-dp']
    const more = ['--trainer', 'dp-linear-regression', '--epsilon', '5', '--budget', '10 epsilon', '--airlock', 'auto']
    expect(await stage.as('maker', [...init, ...more, '--slot', '1s'])).toMatchObject({ code: 0 })
    const id = await listed('visits.csv', 'noisy.json')
    expect((await stage.as('sponsor', trained(id, '--algorithm', 'model.wasm', '--out', 'no'))).code).toBe(2)
    const below = await stage.as('sponsor', trained(id, '--parameters', '{"lambdaMicros":0}', '--out', 'no'))
    expect(below.stderr).toContain('[BAD_PARAMETER]')
    const other = await stage.as('sponsor', ['compute', 'run', id, '--trainer', 'dp-histogram', '--out', 'no'])
    expect(other.stderr).toContain('[ALGORITHM_NOT_ALLOWED]')
    const { orderId, receipt } = await stage.json<{ orderId: string; receipt: { verdict: string } }>(
      'sponsor',
      trained(id, '--out', 'noisy.safetensors'),
    )
    expect(receipt.verdict).toBe('OK')
    const { stdout } = await stage.as('sponsor', [
      ...['compute', 'result', 'noisy.safetensors', '--order', orderId, '--evaluate', 'patients.csv'],
    ])
    expect(stdout).toMatch(/on your rows\s+\d+\.\d % of 200 right/)
    expect(stdout).toMatch(/epsilon 5/)
    const shown = await stage.as('sponsor', ['receipt', 'show', orderId])
    expect(shown.stdout).toMatch(/charged +\d+ bits, epsilon 5: entry/)
    // Of 10 epsilon the second takes the rest, and a third is not to be had.
    await stage.json('sponsor', trained(id, '--again', '--out', 'again.noisy'))
    const { stderr } = await stage.as('sponsor', trained(id, '--again', '--out', 'no'))
    expect(stderr).toContain('[BUDGET_EXCEEDED]')
  }, 60_000)

  it('counts, which is shown as a table, and is nothing that ONNX could compute', async () => {
    await writeFile(at('counted.csv'), TABLE.replace('\n1,', '\n3,'))
    const init = ['policy', 'init', '--data', 'counted.csv', '--out', 'counts.json', '--privacy', 'trusted-dp']
    const more = ['--trainer', 'dp-histogram', '--model', 'histogram:2', '--epsilon', '1000', '--airlock', 'auto']
    expect(await stage.as('maker', [...init, ...more, '--slot', '1s'])).toMatchObject({ code: 0 })
    const id = await listed('counted.csv', 'counts.json')
    await stage.json('sponsor', ['compute', 'run', id, '--trainer', 'dp-histogram', '--out', 'counts.safetensors'])
    const result = ['compute', 'result', 'counts.safetensors', '--listing', id]
    const { stdout } = await stage.as('sponsor', result)
    // Of 200 rows two are held back; with so much epsilon there is next to no noise.
    expect(stdout).toMatch(/onnx +none: a histogram is counts/)
    expect(stdout).toMatch(/COLUMN +CELL +LABEL NO +LABEL YES\nx +0 to \S+ +\d+ +\d+\n/)
    for (const refused of [
      ['--onnx', 'counts.onnx'],
      ['--evaluate', 'patients.csv'],
    ]) {
      const { code, stderr } = await stage.as('sponsor', [...result, ...refused])
      expect([code, stderr]).toEqual([2, expect.stringContaining('a histogram is counts')])
    }
    expect(existsSync(at('counts.onnx'))).toBe(false)
  }, 60_000)
})

describe('a run that predicts a number', () => {
  const rows = Array.from({ length: ROWS }, (_, row) => `${row % 50},${(row * 7) % 31},${row % 50} days`)
  const days = `x,y,days\n${rows.join('\n')}\n`.replaceAll(' days', '.5')

  it('is told with its R², judged in the unit of the label, and written as ONNX', async () => {
    await writeFile(at('days.csv'), days)
    await writeFile(at('days.js'), 'function run({ labels }, output) { output.set([2, 0, -1]) }')
    const { listing: id } = await stage.json<{ listing: string }>('maker', [
      ...['publish', 'days.csv', '--license', 'LicenseRef-own', '--compute', '4', '--label', 'days'],
      ...['--algorithm', 'days.js', '--min-r2', '0.9', '--slot', '1s'],
    ])
    const shown = await stage.as('sponsor', ['show', id])
    expect(shown.stdout).toMatch(/predicts\s+days: a number from 0 to 50/)
    expect(shown.stdout).toMatch(/only from a holdout_r2 of 0\.9 on/)
    const running = stage.json<{ orderId: string; metrics: object[] }>('sponsor', [
      ...['compute', 'run', id, '--algorithm', 'days.js', '--out', 'days.safetensors'],
    ])
    await approveNext()
    const { orderId } = await running
    const { stdout } = await stage.as('sponsor', [
      ...['compute', 'result', 'days.safetensors', '--order', orderId, '--evaluate', 'days.csv', '--onnx', 'days.onnx'],
    ])
    expect(stdout).toMatch(
      /holdout_r2\s+(1\.0000|0\.99\d\d)\nholdout_rmse\s+0\.00\d+ of the range, 0\.\d+ in the unit of days/,
    )
    expect(stdout).toMatch(/on your rows\s+R² 0\.99\d* on 200 rows; off by 0\.\d+ on average, 0\.\d+ by the root/)
    expect((await readFile(at('days.onnx'))).includes('gristmill.label')).toBe(true)
  }, 60_000)

  it('refuses to be sold with a least accuracy, or with numbers that nobody said they were', async () => {
    const draft = ['publish', 'days.csv', '--license', 'x', '--compute', '4', '--label', 'days', '--draft']
    const algorithm = ['--algorithm', 'days.js']
    const accuracy = await stage.as('maker', [...draft, ...algorithm, '--min-accuracy', '0.5'])
    expect(accuracy.stderr).toMatch(/holdout_accuracy counts rows whose class is right.*\[POLICY_CONTRADICTION\]/)
    const classes = await stage.as('maker', [...draft, ...algorithm, '--label-type', 'classes'])
    expect(classes.stderr).toContain('[BAD_LABEL]')
  })
})

describe('a run that two reviewers decide about', () => {
  it('leaves once two different ones approved; its maker is not asked', async () => {
    const { buyer, patron } = stage.localnet.actors
    const init = ['policy', 'init', '--data', 'patients.csv', '--out', 'reviewed.json', '--algorithm', 'model.wasm']
    const reviewers = ['--reviewer', buyer.address, '--reviewer', patron.address, '--slot', '1s']
    const written = await stage.as('maker', [...init, '--parameters', '{"rounds":[1,100]}', ...reviewers])
    expect(written.code, written.stderr).toBe(0)
    const id = await listed('patients.csv', 'reviewed.json')
    const running = stage.as('sponsor', [
      ...[
        'compute',
        'run',
        id,
        '--algorithm',
        'model.wasm',
        '--parameters',
        '{"rounds":3}',
        '--out',
        'two.safetensors',
      ],
      '--json',
    ])
    const orderId = await waiting('buyer')
    const next = async (actor: 'maker' | 'buyer') =>
      (await stage.as(actor, ['order', 'show', orderId])).stdout.includes('gristmill airlock list')
    expect(await next('maker')).toBe(false)
    expect(await next('buyer')).toBe(true)
    for (const actor of ['maker', 'sponsor'] as const) {
      expect(await stage.json(actor, ['airlock', 'list'])).toMatchObject({ approvals: [] })
      expect((await stage.as(actor, ['airlock', 'approve', orderId])).stderr).toContain(
        'does not wait for your decision',
      )
    }
    const show = async (actor: 'maker' | 'patron') => (await stage.as(actor, ['airlock', 'show', orderId])).stdout
    const first = await stage.as('buyer', ['airlock', 'approve', orderId])
    expect(first.stdout).toMatch(/decision +approved\nstate +(partially-reviewed|review)/)
    expect(await show('patron')).toMatch(new RegExp(`approvals +1 of 2\\napproved by +${buyer.address}`))
    expect((await stage.as('buyer', ['airlock', 'approve', orderId])).stderr).toContain(
      'does not wait for your decision',
    )
    expect(existsSync(at('two.safetensors'))).toBe(false)
    await stage.json('patron', ['airlock', 'approve', orderId])
    expect(JSON.parse((await running).stdout)).toMatchObject({ orderId, receipt: { verdict: 'OK' } })
    expect(await show('maker')).toMatch(/approvals +2 of 2/)
  }, 60_000)

  it('leaves nothing once one of them refused', async () => {
    const { listing: id } = await stage.json<{ listing: string }>('maker', [
      ...['publish', 'patients.csv', '--license', 'x', '--compute', '4', '--policy', 'reviewed.json', '--again'],
    ])
    const { orderId } = await stage.json<{ orderId: string }>('sponsor', [
      ...['order', 'place', id, '--algorithm', 'model.wasm', '--parameters', '{"rounds":4}'],
    ])
    expect(await waiting('patron')).toBe(orderId)
    await stage.json('buyer', ['airlock', 'approve', orderId])
    await stage.json('patron', ['airlock', 'reject', orderId, '--because', 'disclosive'])
    const { stderr } = await stage.as('sponsor', ['download', orderId, '--out', 'refused.safetensors'])
    expect(stderr).toMatch(/REVIEW.*\[RUN_FAILED\]/)
    expect(existsSync(at('refused.safetensors'))).toBe(false)
  }, 60_000)
})

/** Publishes a table under a policy of the maker's. */
async function listed(file: string, policy: string): Promise<string> {
  const argv = ['publish', file, '--license', 'LicenseRef-own', '--compute', '4', '--policy', policy]
  return (await stage.json<{ listing: string }>('maker', argv)).listing
}

/** The run that comes to wait for who reviews. */
async function waiting(actor: 'buyer' | 'patron'): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { approvals } = await stage.json<{ approvals: { orderId: string }[] }>(actor, ['airlock', 'list'])
    const [first] = approvals
    if (first !== undefined) return first.orderId
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no run came to wait for approval')
}

/** Approves, as the maker, the run that comes to wait; its order. */
async function approveNext(): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { approvals } = await stage.json<{ approvals: { orderId: string }[] }>('maker', ['airlock', 'list'])
    const orderId = approvals[0]?.orderId
    if (orderId !== undefined) {
      const shown = await stage.as('maker', ['airlock', 'show', orderId])
      expect(shown.stdout).toMatch(/state\s+submitted\nrows\s+200: 160 to train on, 40 held back\nreason\s+done/)
      expect((await stage.as('sponsor', ['airlock', 'show', orderId])).stderr).toContain('[APPROVAL_NOT_FOUND]')
      expect((await stage.as('maker', ['airlock', 'reject', orderId])).code).toBe(2)
      expect((await stage.as('maker', ['airlock', 'reject', orderId, '--because', 'rows'])).code).toBe(2)
      await stage.json('maker', ['airlock', 'approve', orderId])
      return orderId
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no run came to wait for approval')
}
