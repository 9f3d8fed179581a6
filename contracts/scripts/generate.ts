import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTypeChain } from 'typechain'
import { readArtifacts } from './artifacts.ts'
import { readTree, stalePaths, type Tree, writeTree } from './tree.ts'

const CONTRACTS = fileURLToPath(new URL('..', import.meta.url))
const GENERATED = join(CONTRACTS, '../packages/abi/src/generated')
const CACHE = join(CONTRACTS, 'cache')

/** Writes the typed contracts into packages/abi, or with `--check` fails if what is committed there is something else. */
async function main(args: readonly string[]): Promise<void> {
  compile()
  mkdirSync(CACHE, { recursive: true })
  const scratch = mkdtempSync(join(CACHE, 'typechain-'))
  try {
    const fresh = await generate(scratch)
    if (args.includes('--check')) return check(fresh)
    rmSync(GENERATED, { recursive: true, force: true })
    writeTree(GENERATED, fresh)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function compile(): void {
  // The launcher takes `node` from the path; it must be the one that runs this script.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` }
  const hardhat = join(CONTRACTS, 'node_modules/.bin/hardhat')
  execFileSync(hardhat, ['build', '--no-tests', '--quiet'], { cwd: CONTRACTS, env, stdio: 'inherit' })
}

async function generate(scratch: string): Promise<Tree> {
  const input = join(scratch, 'in')
  const outDir = join(scratch, 'out')
  const artifacts = readArtifacts(CONTRACTS)
  writeTree(input, new Map(artifacts.map((artifact) => [`${artifact.contractName}.json`, JSON.stringify(artifact)])))
  const files = artifacts.map(({ contractName }) => join(input, `${contractName}.json`))
  await runTypeChain({
    cwd: CONTRACTS,
    target: fileURLToPath(import.meta.resolve('@typechain/ethers-v6')),
    inputDir: input,
    outDir,
    filesToProcess: files,
    allFiles: files,
    flags: { alwaysGenerateOverloads: false, discriminateTypes: false, node16Modules: true, environment: undefined },
  })
  return readTree(outDir)
}

function check(fresh: Tree): void {
  const stale = stalePaths(fresh, readTree(GENERATED))
  if (stale.length === 0) return
  console.error(`packages/abi/src/generated is not what the contracts compile to: ${stale.join(', ')}`)
  console.error('run `pnpm --filter @gristmill/contracts generate` and commit the result')
  process.exitCode = 1
}

await main(process.argv.slice(2))
