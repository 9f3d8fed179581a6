import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import type { Io } from '../src/io.js'
import { createProgram } from '../src/run.js'
import { createFolder, gristmill, OFFLINE_PROFILE, writeProfile } from './_util.js'

const ID = `0x${'ab'.repeat(32)}`

describe('usage', () => {
  it('is shown on demand, as a result', async () => {
    const { code, stdout, stderr } = await gristmill(['--help'])
    expect(code).toBe(0)
    for (const command of ['listings', 'show', 'buy', 'order', 'compute', 'airlock', 'market', 'vault']) {
      expect(stdout).toContain(command)
    }
    expect(stderr).toBe('')
  })

  it('is explained by an example for every command', () => {
    const lacking: string[] = []
    const visit = (command: Command) => {
      for (const child of command.commands) {
        visit(child)
        if (child.commands.length > 0) continue
        let help = ''
        child.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
        if (child.description() === '' || !/Examples?:\n {2}gristmill /.test(help)) lacking.push(child.name())
      }
    }
    visit(createProgram({ stdout: {}, stderr: {} } as Io))
    expect(lacking).toEqual([])
  })

  it('suggests what was meant', async () => {
    expect((await gristmill(['valt'])).stderr).toContain('vault')
    expect((await gristmill(['vault', 'balanse'])).stderr).toContain('balance')
  })

  it('is JSON too where JSON was asked for', async () => {
    const { code, stderr } = await gristmill(['nonsense', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', exitCode: 2 } })
  })

  it('tells the version', async () => {
    expect((await gristmill(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['nonsense']],
    [['show']],
    [['buy', ID]],
    [['compute', 'run', ID, '--out', 'x']],
    [['listings', '--colour']],
    [['--profile']],
    [[]],
  ])('that is wrong (%j) exits with 2 and says why on stderr', async (argv) => {
    const { code, stdout, stderr } = await gristmill(argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toBe('')
  })
})

describe('a profile', () => {
  it('that is not there is asked for, with the places looked at', async () => {
    const { code, stderr } = await gristmill(['listings'], { cwd: await createFolder() })
    expect(code).toBe(1)
    expect(stderr).toContain('[PROFILE]')
    expect(stderr).toContain('.demo/profile.json')
  })

  it('is found in .gristmill before .demo, and by the environment before both', async () => {
    const folder = await createFolder()
    const broken = (name: string) => JSON.stringify({ ...OFFLINE_PROFILE, deployment: { vault: name } })
    for (const [directory, name] of [
      ['.demo', 'demo'],
      ['.gristmill', 'own'],
    ] as const) {
      await mkdir(join(folder, directory))
      await writeFile(join(folder, directory, 'profile.json'), broken(name))
    }
    expect((await gristmill(['listings'], { cwd: folder })).stderr).toContain(join('.gristmill', 'profile.json'))
    const env = { GRISTMILL_PROFILE: join('.demo', 'profile.json') }
    expect((await gristmill(['listings'], { cwd: folder, env })).stderr).toContain(join('.demo', 'profile.json'))
  })

  it.each([
    ['no JSON', '{'],
    ['no URL', JSON.stringify({ ...OFFLINE_PROFILE, rpcUrl: 'x' })],
    ['no deployment', JSON.stringify({ ...OFFLINE_PROFILE, deployment: {} })],
  ])('with %s is refused with the place', async (_what, text) => {
    const folder = await createFolder()
    await writeFile(join(folder, 'profile.json'), text)
    const { code, stderr } = await gristmill(['listings', '--profile', 'profile.json'], { cwd: folder })
    expect(code).toBe(1)
    expect(stderr).toContain('[PROFILE]')
  })

  it('does not know every key', async () => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    const { code, stderr } = await gristmill(['vault', 'balance', '--profile', profile, '--as', 'nobody'])
    expect(code).toBe(1)
    expect(stderr).toContain('[KEY_UNKNOWN]')
    expect(stderr).toContain('buyer')
  })
})

describe('a key', () => {
  it('that others may read is not used, and never shown', async () => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    await chmod(join(folder, 'keys', 'buyer.key'), 0o644)
    const { code, stdout, stderr } = await gristmill(['vault', 'balance', '--profile', profile])
    expect(code).toBe(1)
    expect(stderr).toContain('[KEY_FILE]')
    expect(stdout + stderr).not.toContain('1212')
  })

  it.each(['', 'hello', `0x${'zz'.repeat(32)}`, `0x${'11'.repeat(31)}`])(
    'that is none (%s) is refused, unquoted',
    async (key) => {
      const folder = await createFolder()
      const profile = await writeProfile(folder, OFFLINE_PROFILE, key)
      const { code, stderr } = await gristmill(['vault', 'balance', '--profile', profile])
      expect(code).toBe(1)
      expect(stderr).toContain('[KEY_FILE]')
      if (key !== '') expect(stderr).not.toContain(key)
    },
  )

  it('may come from the environment', async () => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    const env = { GRISTMILL_KEY_FILE: join(folder, 'gone.key') }
    expect((await gristmill(['vault', 'balance', '--profile', profile], { env })).stderr).toContain('gone.key')
    const named = await gristmill(['vault', 'balance', '--profile', profile, '--as', 'maker'], { env })
    expect(named.stderr).toContain('maker')
  })
})

describe('colours', () => {
  it.each([
    [{}, undefined, false],
    [{ NO_COLOR: '' }, [], true],
    [{ NO_COLOR: '1' }, [], false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, undefined, true],
    [{ NO_COLOR: '', FORCE_COLOR: '0' }, [], false],
  ])('with %j, answers %j: %s', async (env, answers, expected) => {
    const { stderr } = await gristmill(['market', 'show'], {
      cwd: await createFolder(),
      env,
      ...(answers && { answers }),
    })
    expect(stderr.includes('\u001b[31m')).toBe(expected)
  })
})

describe('a failure', () => {
  it('says what happened and what to do, without a stack', async () => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    const { code, stdout, stderr } = await gristmill(['vault', 'balance', '--profile', profile])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('[CHAIN_UNREACHABLE]')
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('is JSON on stderr where JSON was asked for', async () => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    const { stdout, stderr } = await gristmill(['show', 'x', '--json', '--profile', profile])
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
  })

  it('comes before anything is paid when the file is there already', async () => {
    const folder = await createFolder()
    await writeFile(join(folder, 'data.csv'), 'mine')
    for (const argv of [
      ['buy', ID, '--out', 'data.csv'],
      ['compute', 'run', ID, '--algorithm', 'a.wasm', '--out', 'data.csv'],
    ]) {
      const { code, stderr } = await gristmill(argv, { cwd: folder })
      expect(code).toBe(1)
      expect(stderr).toContain('[FILE]')
    }
  })

  it('names a module that cannot be read and parameters that are none', async () => {
    const folder = await createFolder()
    const base = ['compute', 'run', ID, '--algorithm', 'a.wasm', '--out', 'model']
    expect((await gristmill(base, { cwd: folder })).stderr).toContain('[FILE]')
    for (const parameters of ['{', '[]', '{"epochs":1.5}', '{"epochs":"x"}']) {
      const { code, stderr } = await gristmill([...base, '--parameters', parameters], { cwd: folder })
      expect(code).toBe(2)
      expect(stderr).toContain('[ARGUMENT]')
    }
  })
})
