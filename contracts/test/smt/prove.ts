import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const require = createRequire(import.meta.url)
/** Steps of z3 for one claim, so that the outcome does not hang on the machine; and for a solver that ignores them, ms. */
const STEPS = 200_000_000
const TIMEOUT_MS = 120_000

// What the SMTChecker says of one claim, by the number of its message.
const PROVED = '2961'
const REFUTED = '4661'

/** Text that takes the place of another in a source, for a claim that must then be refuted. */
export interface Mutation {
  /** From contracts/. */
  file: string
  from: string
  to: string
}

export interface Verdict {
  proved: number
  refuted: number
  /** Messages on claims about which the solver did not decide, and other errors. */
  undecided: string[]
}

interface Solc {
  compile(input: string, callbacks: object): string
}

interface Message {
  severity: 'error' | 'warning' | 'info'
  errorCode: string
  formattedMessage: string
}

/** Why there can be no proof here; nothing if there can. */
export function missing(): string | undefined {
  return spawnSync('z3', ['--version']).status === 0 ? undefined : 'z3 is not installed'
}

/** Lets solc's SMTChecker ask z3 about every assertion of one contract in test/smt/proofs. */
export function prove(contract: string, mutation?: Mutation): Verdict {
  const file = `test/smt/proofs/${contract}.sol`
  const read = (path: string): string => sourceOf(path, mutation)
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: read(file) } },
    settings: {
      evmVersion: 'prague',
      outputSelection: { '*': { '*': ['abi'] } },
      modelChecker: {
        // Each claim is about one call and has no state to run through.
        engine: 'bmc',
        contracts: { [file]: [contract] },
        targets: ['assert'],
        solvers: ['smtlib2'],
        showProvedSafe: true,
        showUnproved: true,
      },
    },
  }
  const solc = require('solc') as Solc
  const output = solc.compile(JSON.stringify(input), {
    import: (path: string) => ({ contents: read(path) }),
    smtSolver: (query: string) => ({ contents: askZ3(query) }),
  })
  const messages = (JSON.parse(output) as { errors?: Message[] }).errors ?? []
  const count = (code: string) => messages.filter(({ errorCode }) => errorCode === code).length
  // That the engine will be replaced one day is no verdict.
  const said = messages.filter(({ errorCode }) => ![PROVED, REFUTED, '3993'].includes(errorCode))
  return {
    proved: count(PROVED),
    refuted: count(REFUTED),
    undecided: said.map(({ formattedMessage }) => formattedMessage),
  }
}

function sourceOf(path: string, mutation: Mutation | undefined): string {
  const source = readFileSync(join(ROOT, path), 'utf8')
  if (mutation?.file !== path) return source
  if (source.split(mutation.from).length !== 2) throw new Error(`${path} does not have once: ${mutation.from}`)
  return source.replace(mutation.from, mutation.to)
}

function askZ3(query: string): string {
  const { stdout } = spawnSync('z3', ['-smt2', '-in', `rlimit=${STEPS}`], {
    input: query,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  })
  return stdout
}
