import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parsePolicy, trainerDigest } from '@gristmill/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFolder, gristmill } from './_util.js'

const rows = Array.from(
  { length: 600 },
  (_, row) => `${row},${(row * 7) % 31},${row % 3 ? 'a' : 'b'},${row > 300 ? 'yes' : 'no'}`,
)
const TABLE = `age,dose,site,ill\n${rows.join('\n')}\n`
let cwd: string

beforeEach(async () => {
  cwd = await createFolder()
  await writeFile(join(cwd, 'patients.csv'), TABLE)
  await writeFile(join(cwd, 'own.py'), 'def run(input, output):\n    pass\n')
})
const init = (...more: string[]) => ['policy', 'init', '--data', 'patients.csv', '--out', 'policy.json', ...more]
const written = async () => parsePolicy(JSON.parse(await readFile(join(cwd, 'policy.json'), 'utf8')))

/** As EIP-55 writes them. */
const REVIEWERS = ['0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'] as const

describe('policy init', () => {
  it('asks, writes a policy that the table fits, and says what could leave at worst', async () => {
    const answers = ['', '', '', '', '', '20 rows', '', '', '2h']
    const { code, stdout, stderr } = await gristmill(init(), { cwd, answers })
    expect(stderr).toContain('Columns: age (number), dose (number), site (category), ill (category)')
    expect(stderr).toContain('Column that models predict [ill]: ')
    expect(code).toBe(0)
    const policy = await written()
    expect(policy).toMatchObject({ family: 'linear', release: { airlock: 'owner', slotSeconds: 7_200 } })
    expect(policy.algorithms).toMatchObject([{ runtime: 'js', parameters: { epochs: { min: 1, max: 500 } } }])
    expect(stdout).toMatch(/one run\s+1\s+\d+\s+\d+ of 600/)
    const atWorst = Number(/all\s+\d+\s+\d+\s+(\d+) of 600/.exec(stdout)?.[1])
    expect(atWorst).toBeGreaterThan(10)
    expect(atWorst).toBeLessThanOrEqual(20)
    expect(stdout).toContain('not "no data leaves"')
  })

  it('without a terminal takes options, names the one that is missing, and defaults only with --yes', async () => {
    const missing = await gristmill(init(), { cwd })
    expect(missing.code).toBe(2)
    expect(missing.stderr).toMatch(/--label: is needed .* default, ill\. \[ARGUMENT\]/)
    const options = ['--model', 'tree-ensemble:2x2', '--algorithm', 'own.py', '--parameters', '{"depth":[1,2]}']
    const { stderr } = await gristmill(init('--label', 'ill', '--privacy', 'none', ...options), { cwd })
    expect(stderr).toContain('--budget: is needed')
    expect((await gristmill(init(...options, '--budget', '4 runs', '--yes'), { cwd })).code).toBe(0)
    expect(await written()).toMatchObject({ family: 'tree-ensemble', algorithms: [{ runtime: 'python' }] })
    const again = await gristmill(init('--yes'), { cwd })
    expect(again.stderr).toContain('is there already')
  })

  it.each([
    [['--label', 'gone'], 'BAD_LABEL'],
    [['--label', 'age', '--label-type', 'classes'], 'BAD_LABEL'],
    [['--label', 'site', '--label-type', 'number'], 'BAD_LABEL'],
    [['--label', 'age', '--model', 'centroids:4', '--algorithm', 'own.py'], 'POLICY_CONTRADICTION'],
    [['--label', 'age', '--privacy', 'trusted-dp', '--trainer', 'dp-logistic-regression'], 'POLICY_CONTRADICTION'],
    [['--model', 'knn'], 'ARGUMENT'],
    [['--model', 'mlp:8'], 'ARGUMENT'],
    [['--algorithm', 'own.txt'], 'ARGUMENT'],
    [['--algorithm', 'gone.py'], 'FILE'],
    [['--algorithm', 'own.py', '--parameters', '{"x":3}'], 'ARGUMENT'],
    [['--budget', '1 rows'], 'ARGUMENT'],
    [['--budget', 'much'], 'ARGUMENT'],
    [['--airlock', 'auto'], 'AIRLOCK_REQUIRED'],
    [['--slot', '9d'], 'POLICY_MALFORMED'],
    [['--airlock', 'two-person', '--reviewer', REVIEWERS[0]], 'POLICY_CONTRADICTION'],
    [['--airlock', 'two-person'], 'ARGUMENT'],
    [['--reviewer', 'somebody'], 'ARGUMENT'],
    [['--airlock', 'owner', '--reviewer', REVIEWERS[0]], 'POLICY_CONTRADICTION'],
    [['--model', 'mlp:200', '--algorithm', 'own.py'], 'TOO_FEW_ROWS'],
    [['--privacy', 'sample-aggregate', '--epsilon', '0'], 'ARGUMENT'],
    [['--privacy', 'sample-aggregate', '--epsilon', '1e3'], 'ARGUMENT'],
    [['--privacy', 'sample-aggregate', '--clip', '1001'], 'ARGUMENT'],
    [['--privacy', 'sample-aggregate', '--blocks', '1'], 'ARGUMENT'],
    [['--privacy', 'sample-aggregate', '--blocks', '595'], 'TOO_FEW_ROWS'],
    [['--privacy', 'sample-aggregate', '--budget', '0.5 epsilon'], 'ARGUMENT'],
    [['--privacy', 'sample-aggregate', '--trainer', 'dp-histogram'], 'ARGUMENT'],
    [['--privacy', 'trusted-dp', '--algorithm', 'own.py'], 'ARGUMENT'],
    [['--privacy', 'trusted-dp', '--blocks', '20'], 'ARGUMENT'],
    [['--privacy', 'trusted-dp', '--trainer', 'dp-magic'], 'ARGUMENT'],
    [['--privacy', 'trusted-dp', '--parameters', '{"lambdaMicros":[1,9]}'], 'POLICY_CONTRADICTION'],
    [['--privacy', 'trusted-dp', '--model', 'mlp:4'], 'POLICY_CONTRADICTION'],
    [['--epsilon', '1'], 'ARGUMENT'],
    [['--budget', '4 epsilon'], 'ARGUMENT'],
    [['--budget', '1.5 runs'], 'ARGUMENT'],
  ])('refuses %j and writes nothing', async (options, code) => {
    const { stderr } = await gristmill(init('--yes', ...options), { cwd })
    expect(stderr).toContain(`[${code}]`)
    await expect(written()).rejects.toThrow()
  })

  it('names line and column of what is wrong with a table, never a cell', async () => {
    await writeFile(join(cwd, 'patients.csv'), `${TABLE}secret,1\n`)
    const { stderr } = await gristmill(init('--yes'), { cwd })
    expect(stderr).toMatch(/line 602: .*\[TABLE_RAGGED\]/)
    expect(stderr).not.toContain('secret')
  })

  it('names reviewers, of whom two have to agree', async () => {
    const options = REVIEWERS.flatMap((reviewer) => ['--reviewer', reviewer])
    const { stdout } = await gristmill(init('--yes', ...options), { cwd })
    expect(stdout).toMatch(/Two different ones of 2 reviewers sign/)
    expect(await written()).toMatchObject({ release: { airlock: 'two-person', reviewers: REVIEWERS } })
  })

  it('writes a policy under which every result has noise, and says what that promises', async () => {
    const options = ['--privacy', 'sample-aggregate', '--epsilon', '0.5', '--clip', '2', '--blocks', '20']
    const { stdout, code } = await gristmill(init('--yes', ...options, '--budget', '1.75 epsilon'), { cwd })
    expect(code).toBe(0)
    expect(await written()).toMatchObject({
      privacy: { mode: 'sample-aggregate', epsilonMicros: 500_000, clipMicros: 2_000_000, blocks: 20 },
      budget: { epsilonMicros: 1_500_000, epsilonMicrosPerSponsor: 1_500_000 },
      metrics: [],
    })
    expect(stdout).toMatch(/one run\s+1\s+\d+\s+\d+ of 600\s+0.5\n/)
    expect(stdout).toContain('The algorithm runs on each of 20 parts of the rows')
    expect(stdout).toMatch(
      /joint runs\n.*this very one, to the last byte.*\n.*without a privacy mode.* can never be joined/,
    )
  })

  it('takes a column of many numbers as one, unless it is told that they are classes', async () => {
    const label = { name: 'age', minMicros: 0, maxMicros: 600_000_000 }
    const { stdout, code } = await gristmill(init('--yes', '--label', 'age'), { cwd })
    expect(code).toBe(0)
    expect(await written()).toMatchObject({ table: { label }, metrics: [{ name: 'holdout_r2' }, {}] })
    expect(stdout).toContain('dose, site, ill and age, a number from 0 to 600.')
    const counts = ['--out', 'ages.json', '--label', 'age', '--privacy', 'trusted-dp', '--trainer', 'dp-histogram']
    expect((await gristmill(init('--yes', ...counts, '--model', 'histogram:3'), { cwd })).code).toBe(0)
    // Of three bins of age those of dose, and of two sites and two answers.
    const ages = parsePolicy(JSON.parse(await readFile(join(cwd, 'ages.json'), 'utf8')))
    expect(ages).toMatchObject({ artifact: { tensors: [{ shape: [3, 3 + 2 + 2] }] } })
    // Of a column that could be either a person is asked; of one for a trainer the trainer follows.
    const answers = ['dose', 'number', 'trusted-dp', '', '', '', '', '', '', 'auto', '']
    const asked = await gristmill(init('--out', 'dose.json'), { cwd, answers })
    expect(asked.code, asked.stderr).toBe(0)
    expect(asked.stderr).toContain('Predict it as one of its classes or as a number [number]: ')
    const policy = parsePolicy(JSON.parse(await readFile(join(cwd, 'dose.json'), 'utf8')))
    expect(policy.algorithms).toMatchObject([{ digest: trainerDigest('dp-linear-regression') }])
  })

  it('writes one for the trainers of a datatrust, whose family follows', async () => {
    const answers = [
      'ill',
      'trusted-dp',
      '0.25',
      '',
      '',
      'dp-logistic-regression, dp-linear-regression',
      '',
      '',
      'auto',
      '',
    ]
    const { stderr, code } = await gristmill(init(), { cwd, answers })
    expect(code, stderr).toBe(0)
    expect(stderr).not.toContain('What may run: files')
    expect(await written()).toMatchObject({
      family: 'linear',
      privacy: { mode: 'trusted-dp', epsilonMicros: 250_000, clipMicros: 1_000_000 },
      algorithms: [
        { runtime: 'trainer', parameters: { lambdaMicros: { min: 100, max: 1_000_000 } } },
        { runtime: 'trainer', parameters: { lambdaMicros: { min: 1, max: 1_000_000 } } },
      ],
      budget: { epsilonMicros: 2_500_000 },
      release: { airlock: 'auto' },
    })
    const histogram = ['--out', 'counts.json', '--privacy', 'trusted-dp', '--trainer', 'dp-histogram']
    expect((await gristmill(init('--yes', ...histogram), { cwd })).code).toBe(0)
    const counts = parsePolicy(JSON.parse(await readFile(join(cwd, 'counts.json'), 'utf8')))
    expect(counts).toMatchObject({ family: 'histogram', artifact: { tensors: [{ shape: [2, 18] }] } })
  })

  it('only says what it would write with --dry-run', async () => {
    expect((await gristmill(init('--yes', '--dry-run'), { cwd })).code).toBe(0)
    await expect(written()).rejects.toThrow()
  })
})

describe('policy explain', () => {
  it('counts in rows where there is a table, in bits where there is none', async () => {
    await gristmill(init('--yes'), { cwd })
    const alone = await gristmill(['policy', 'explain', 'policy.json'], { cwd })
    expect(alone.stdout).toMatch(/^AT WORST\s+RUNS\s+BITS\none run/)
    expect(alone.stderr).toContain('name it with --data')
    const argv = ['policy', 'explain', 'policy.json', '--data', 'patients.csv', '--json']
    const explanation = JSON.parse((await gristmill(argv, { cwd })).stdout)
    expect(explanation).toMatchObject({ rows: 600, run: { runs: 1 }, all: { runs: 10 } })
    expect(explanation.run.rowsAtMost).toBeGreaterThan(0)
    expect(explanation.all.rowsAtMost).toBeGreaterThan(explanation.run.rowsAtMost)
  })

  it('refuses a table that the policy does not describe, and files that are no policy', async () => {
    await gristmill(init('--yes'), { cwd })
    await writeFile(join(cwd, 'other.csv'), TABLE.replace('age', 'years'))
    const explain = (...more: string[]) => gristmill(['policy', 'explain', ...more], { cwd })
    expect((await explain('policy.json', '--data', 'other.csv')).stderr).toContain('[TABLE_MISMATCH]')
    expect((await explain('patients.csv')).stderr).toContain('is not JSON')
    expect((await explain('gone.json')).stderr).toContain('[FILE]')
  })
})
