import { execFile, spawnSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFolder, gristmill, OFFLINE_PROFILE, writeProfile } from './_util.js'

const execute = promisify(execFile)
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js')
const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0
const scripts: Record<string, string> = {}

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await gristmill(['completion', shell])
    expect(code).toBe(0)
    scripts[shell] = stdout
  }
})

/** What the shell offers for a line that ends where the cursor is. */
const complete: Record<string, (script: string, line: string) => [string, readonly string[]]> = {
  bash: (script, line) => {
    const words = line.split(' ')
    const run = `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _gristmill; printf '%s\\n' "\${COMPREPLY[@]}"`
    return ['bash', ['--norc', '-c', run]]
  },
  zsh: (script, line) => {
    const words = line.split(' ')
    // Outside of the line editor the completion system's own functions only say what they were given.
    const run = `compdef() { :; }; _files() { print -l "$words[CURRENT]"*(N); }; compadd() { shift; print -l -- "$@"; }
_describe() { print -l -- "\${(@)\${(P)@[-1]}%%:*}"; }
source ${script}; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _gristmill`
    return ['zsh', ['-f', '-c', run]]
  },
  fish: (script, line) => ['fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`]],
}

describe.each(['bash', 'zsh', 'fish'])('completion in %s', (shell) => {
  const offers = async (line: string): Promise<string[]> => {
    const folder = await createFolder()
    const profile = await writeProfile(folder, OFFLINE_PROFILE)
    await writeFile(join(folder, 'gristmill'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
    await chmod(join(folder, 'gristmill'), 0o755)
    await writeFile(join(folder, 'data.csv'), '')
    const script = join(folder, 'script')
    await writeFile(script, scripts[shell] as string)
    const [command, argv] = (complete[shell] as (typeof complete)[string])(script, line)
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, GRISTMILL_PROFILE: profile }
    const { stdout, stderr } = await execute(command, argv, { cwd: folder, env })
    expect(stderr).toBe('')
    const last = line.split(' ').at(-1) as string
    return stdout
      .split('\n')
      .map((offer) => offer.split('\t')[0] as string)
      .filter((offer) => offer !== '' && offer.startsWith(last))
  }

  it.runIf(isThere(shell)).each([
    ['gristmill va', ['vault']],
    ['gristmill vault ', ['balance', 'deposit', 'withdraw', 'allow', 'disallow']],
    ['gristmill --as buyer vault dep', ['deposit']],
    ['gristmill vault allow ord', ['orders']],
    ['gristmill vault deposit --by ', ['permit', 'approval']],
    ['gristmill keys export b', ['buyer']],
    ['gristmill vault balance --as ', ['buyer']],
    ['gristmill init --deployment da', ['data.csv']],
    ['gristmill vault deposit --tok', ['--token']],
    ['gristmill vault deposit 5 --dry', ['--dry-run']],
  ])('of "%s" offers %j', async (line, expected) => {
    const found = await offers(line)
    for (const offer of expected) expect(found).toContain(offer)
    expect(found.filter((offer) => !expected.includes(offer) && offer !== 'help')).toEqual([])
  })

  it.runIf(isThere(shell))('offers nothing for an amount', async () => {
    expect(await offers('gristmill vault deposit ')).toEqual([])
  })

  if (!isThere(shell)) console.info(`completions in ${shell} are not tried: it is not installed`)
})
