import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Policy, policyFor, type Table, trainerDigest, ZERO_BYTES32 } from '@gristmill/protocol'
import { createBwrapExecutor } from '@gristmill/runner'
import { main as compile } from 'assemblyscript/asc'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFolder, gristmill } from './_util.js'

const hasPython = (await createBwrapExecutor()) !== undefined
if (!hasPython) console.info('projects in Python are not tried: bubblewrap or scikit-learn is missing')

const table: Table = {
  features: [
    { name: 'age', type: 'number', minMicros: 0, maxMicros: 110_000_000 },
    { name: 'site', type: 'category', categories: ['north', 'south'] },
  ],
  label: { name: 'ill', classes: ['no', 'yes'] },
  ignored: ['id'],
}
/** What of a project predicts a number, of which the mock data is about a line. */
const days = { table: { ...table, label: { name: 'days', minMicros: 0, maxMicros: 60_000_000 } }, minR2Micros: 500_000 }
const policyOf = (changes: Partial<Parameters<typeof policyFor>[0]>): Policy =>
  policyFor({ table, algorithms: [{ digest: ZERO_BYTES32, runtime: 'js', parameters: {} }], ...changes })

let cwd: string
beforeEach(async () => {
  cwd = await createFolder()
})
const init = (...more: string[]) => gristmill(['compute', 'init', 'mine', ...more], { cwd })
const test = (...more: string[]) => gristmill(['compute', 'test', 'mine', ...more], { cwd })
const writePolicy = (changes: Partial<Parameters<typeof policyFor>[0]>) =>
  writeFile(join(cwd, 'policy.json'), JSON.stringify(policyOf(changes)))

describe('compute test --trainer', () => {
  it("runs the datatrust's own program, and says where the policy has no room for it", async () => {
    const digest = trainerDigest('dp-linear-regression')
    const parameters = { lambdaMicros: { min: 1, max: 1_000 } }
    await writePolicy({
      algorithms: [{ digest, runtime: 'trainer', parameters }],
      privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 },
    })
    await init('--js', '--policy', 'policy.json')
    const trainer = ['--trainer', 'dp-linear-regression', '--parameters', '{"lambdaMicros":100}']
    const { code, stdout } = await test(...trainer, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'OK', isAllowed: true, algorithm: digest, metrics: [] })
    expect((await test('--trainer', 'dp-histogram', '--parameters', '{}')).stderr).toContain('[POLICY_CONTRADICTION]')
    expect((await test('--trainer', 'dp-magic')).code).toBe(2)
    expect((await test(...trainer, '--algorithm', 'train.js')).stderr).toContain('[ARGUMENT]')
  })
})

describe('a project in JavaScript', () => {
  it('trains at once; what it prints is shown, and what it would cost', async () => {
    expect((await init('--js')).code).toBe(0)
    const { code, stdout, stderr } = await test('--out', 'model.safetensors')
    expect(stderr).toMatch(/epoch 200 loss 0\.\d+/)
    expect(stderr).toContain('does not allow this algorithm yet')
    expect(code).toBe(0)
    expect(stdout).toMatch(/verdict\s+OK: the model would leave/)
    expect(stdout).toMatch(/holdout_accuracy\s+0\.[89]/)
    expect(stdout).toMatch(/costs\s+\d+ bits, whatever the verdict/)
    expect(stdout).toMatch(/fuel\s+\d+ of 1000000000/)
    expect((await readFile(join(cwd, 'model.safetensors'))).length).toBeGreaterThan(100)
  })

  it('predicts a number where the label is one; the model is judged in its unit and written as ONNX', async () => {
    await writePolicy(days)
    await init('--js', '--policy', 'policy.json')
    const { stdout, stderr } = await test('--out', 'model.safetensors')
    expect(stderr).toMatch(/epoch 200 loss 0\.0\d+/)
    expect(stdout).toMatch(/verdict\s+OK/)
    expect(stdout).toMatch(
      /holdout_r2\s+0\.[789].*\nholdout_rmse\s+0\.[01]\d+ of the range, \d\.\d+ in the unit of days/,
    )
    const judge = ['compute', 'result', 'model.safetensors', '--policy', 'policy.json', '--evaluate', 'mine/mock.csv']
    const judged = await gristmill([...judge, '--onnx', 'model.onnx'], { cwd })
    expect(judged.stdout).toMatch(/on your rows\s+R² 0\.[789]\d* on 1000 rows; off by \d\.\d+ on average/)
    expect((await readFile(join(cwd, 'model.onnx'))).length).toBeGreaterThan(200)
    const { evaluation } = JSON.parse((await gristmill([...judge, '--json'], { cwd })).stdout)
    expect(evaluation.mae).toBeLessThan(evaluation.rmse)
  })

  it('says which check a model misses and by how much', async () => {
    await writePolicy({ minAccuracyMicros: 999_999 })
    await init('--js', '--policy', 'policy.json')
    const { code, stdout, stderr } = await test('--json')
    expect(code).toBe(1)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ verdict: 'CHECK', isAllowed: false, releasedBytes: 0 })
    expect(result.findings).toMatchObject([{ check: 'utility', isMet: false, limit: 999_999 }])
    expect(result.log).toContain('epoch 1 loss')
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'WOULD_BE_REFUSED', details: { verdict: 'CHECK' } })
    expect((await test()).stdout).toMatch(/checks\s+utility: .* limit 999999: missed by \d+/)
  })

  it.each([
    ['output[0] = 1e9', 'CONTRACT'],
    ["throw new Error('my mistake')", 'ALGO_ERROR'],
  ])('that does %s ends as it would next to the data', async (body, verdict) => {
    await init('--js')
    await writeFile(join(cwd, 'mine', 'train.js'), `function run(input, output) { ${body} }`)
    const { stdout, stderr } = await test()
    expect(stdout).toContain(`${verdict}: nothing would leave`)
    expect(stderr).toContain('[WOULD_BE_REFUSED]')
    if (verdict === 'ALGO_ERROR') expect(stderr).toContain('exception: my mistake')
  })

  it('is tried on data of its own, under the rules of its policy', async () => {
    await init('--js')
    const data = (rows: string[]) => writeFile(join(cwd, 'own.csv'), `age,dose,site,outcome\n${rows.join('\n')}\n`)
    await data(Array.from({ length: 200 }, (_, row) => `${row % 90},1,north,${row % 90 > 40 ? 'yes' : 'no'}`))
    expect((await test('--data', 'own.csv')).stdout).toMatch(/rows\s+200: 160 to train on, 40 held back/)
    await data(['1,1,north,yes', '2,1,north,no'])
    expect((await test('--data', 'own.csv')).stderr).toContain('[TOO_FEW_ROWS]')
    await data(['1,1,east,yes'])
    expect((await test('--data', 'own.csv')).stderr).toMatch(/line 2, column "site".*\[TABLE_MISMATCH\]/)
  })
})

describe('a project', () => {
  it('is of one language that has an algorithm for its policy, in a folder that has none', async () => {
    expect((await init()).stderr).toContain('name one of --assemblyscript, --js, --python')
    expect((await init('--js', '--python')).stderr).toContain('[ARGUMENT]')
    await writePolicy({ model: { family: 'mlp', hidden: [4] } })
    expect((await init('--js', '--policy', 'policy.json')).stderr).toContain('use --python')
    expect((await init('--js')).code).toBe(0)
    expect((await init('--js')).stderr).toContain('is there already')
  })

  it('has the same mock data for the same policy, of the schema alone', async () => {
    await writePolicy({})
    await init('--js', '--policy', 'policy.json')
    await gristmill(['compute', 'init', 'other', '--js', '--policy', 'policy.json'], { cwd })
    const mock = await readFile(join(cwd, 'mine', 'mock.csv'), 'utf8')
    expect(await readFile(join(cwd, 'other', 'mock.csv'), 'utf8')).toBe(mock)
    expect(mock).toMatch(/^age,site,ill,id\n\d+\.\d+,(north|south),no,\n/)
  })

  it('that is damaged is refused', async () => {
    expect((await test()).stderr).toContain('[FILE]')
    await init('--js')
    await writeFile(join(cwd, 'mine', 'gristmill.json'), '{"algorithm":1}')
    expect((await test()).stderr).toContain('algorithm: ')
  })

  it('in AssemblyScript is compiled, then trains; a module has nothing to say', async () => {
    expect((await init('--assemblyscript')).stderr).toContain('npm run build')
    expect((await test()).stderr).toContain('train.wasm')
    const { error } = await compile(['assembly/index.ts', '--target', 'release', '--baseDir', join(cwd, 'mine')])
    expect(error).toBeNull()
    const { stdout } = await test()
    expect(stdout).toMatch(/verdict\s+OK/)
    expect(stdout).toMatch(/holdout_accuracy\s+0\.[89]/)
    expect(stdout).toContain('a way to say anything')
    // The same module learns a number.
    await writePolicy(days)
    await gristmill(['compute', 'init', 'numbers', '--js', '--policy', 'policy.json'], { cwd })
    const { stdout: numbers } = await test('--policy', 'policy.json', '--data', 'numbers/mock.csv')
    expect(numbers).toMatch(/verdict\s+OK/)
  })

  it.skipIf(!hasPython).each<[string, Partial<Parameters<typeof policyFor>[0]>]>([
    ['linear', {}],
    ['mlp', { model: { family: 'mlp', hidden: [4] } }],
    ['tree-ensemble', { model: { family: 'tree-ensemble', trees: 3, depth: 3 } }],
  ])('in Python trains models of the family %s', async (family, changes) => {
    await writePolicy({ ...changes, minAccuracyMicros: 600_000 })
    await init('--python', '--policy', 'policy.json')
    const { stdout, stderr } = await test()
    expect(stderr).toContain('accuracy on training rows')
    expect(stdout).toMatch(/verdict\s+OK/)
    if (family === 'tree-ensemble') expect(stdout).toMatch(/tree: .*: met/)
    await writePolicy({ ...changes, ...days })
    await gristmill(['compute', 'init', 'numbers', '--python', '--policy', 'policy.json'], { cwd })
    const numbers = await gristmill(['compute', 'test', 'numbers'], { cwd })
    expect(numbers.stderr).toContain('R2 on training rows')
    expect(numbers.stdout).toMatch(/verdict\s+OK/)
  })
})
