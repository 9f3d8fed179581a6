import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Control } from './controls.ts'

const CONTRACTS = fileURLToPath(new URL('../../', import.meta.url))
/** What compiles and runs the invariants; what is compiled already comes along, so that only a change is compiled again. */
const COPIED = ['src', 'test', 'artifacts', 'cache', 'hardhat.config.ts', 'warnings-as-errors.ts', 'package.json']

/** Names of Solidity tests. */
export interface Verdict {
  passed: string[]
  failed: string[]
  output: string
}

/** A copy of the contracts and of their tests, in which anything may be broken. */
export class Scratch {
  private readonly directory: string

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'gristmill-controls-'))
    for (const name of COPIED) {
      const from = join(CONTRACTS, name)
      if (existsSync(from)) cpSync(from, join(this.directory, name), { recursive: true, preserveTimestamps: true })
    }
    // Hardhat names what it has compiled by absolute paths.
    const compiled = join(this.directory, 'cache/compile-cache.json')
    if (existsSync(compiled)) {
      const cache = readFileSync(compiled, 'utf8').replaceAll(CONTRACTS, join(this.directory, '/'))
      writeFileSync(compiled, cache.replaceAll(`${CONTRACTS.slice(0, -1)}"`, `${this.directory}"`))
    }
    symlinkSync(join(CONTRACTS, 'node_modules'), join(this.directory, 'node_modules'))
  }

  /** Runs the Solidity tests whose name matches. */
  run(pattern: string): Verdict {
    const bin = join(CONTRACTS, 'node_modules/.bin')
    const { GRISTMILL_DEEP: _deep, HARDHAT_CONFIG: _config, ...env } = process.env
    const { stdout, stderr } = spawnSync(join(bin, 'hardhat'), ['test', 'solidity', '--grep', pattern], {
      cwd: this.directory,
      encoding: 'utf8',
      env: { ...env, PATH: [dirname(process.execPath), bin, process.env.PATH].join(delimiter) },
    })
    const named = (mark: string) =>
      [...stdout.matchAll(new RegExp(`^ {4}${mark} (\\w+)\\(`, 'gm'))].map(([, name = '']) => name)
    return { passed: named('✔'), failed: named('\\d+\\)'), output: stdout + stderr }
  }

  /** Runs the tests of a control's invariant against its changed contract, and undoes the change. */
  runMutated({ invariant, file, from, to }: Control): Verdict {
    const path = join(this.directory, file)
    const text = readFileSync(path, 'utf8')
    if (text.split(from).length !== 2) throw new Error(`${file} must hold once: ${from}`)
    writeFileSync(
      path,
      text.replace(from, () => to),
    )
    try {
      return this.run(invariant.includes('_') ? invariant : `${invariant}_`)
    } finally {
      writeFileSync(path, text)
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
