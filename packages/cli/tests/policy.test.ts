import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parsePolicy } from '@gristmill/protocol'
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
    const answers = ['', '', '', '', '20 rows', '', '', '2h']
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
    const { stderr } = await gristmill(init('--label', 'ill', ...options), { cwd })
    expect(stderr).toContain('--budget: is needed')
    expect((await gristmill(init(...options, '--budget', '4 runs', '--yes'), { cwd })).code).toBe(0)
    expect(await written()).toMatchObject({ family: 'tree-ensemble', algorithms: [{ runtime: 'python' }] })
    const again = await gristmill(init('--yes'), { cwd })
    expect(again.stderr).toContain('is there already')
  })

  it.each([
    [['--label', 'gone'], 'BAD_LABEL'],
    [['--label', 'age'], 'BAD_LABEL'],
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
