import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTypeChain } from 'typechain'
import { type Artifact, readArtifacts } from './artifacts.ts'
import { readBuilds, runtimeLayoutOf, standardJsonOf } from './standard-json.ts'
import { readTree, stalePaths, type Tree, writeTree } from './tree.ts'

const CONTRACTS = fileURLToPath(new URL('..', import.meta.url))
const GENERATED = join(CONTRACTS, '../packages/abi/src/generated')
/** Of the example in which a Governor runs a market: it deploys one, and compiles nothing. */
const GOVERNOR = join(CONTRACTS, '../examples/curated-market-governor/governor')
const CACHE = join(CONTRACTS, 'cache')

/** Writes the typed contracts into packages/abi and an artifact into an example, or with `--check` fails if what is committed there is something else. */
async function main(args: readonly string[]): Promise<void> {
  compile()
  mkdirSync(CACHE, { recursive: true })
  const scratch = mkdtempSync(join(CACHE, 'typechain-'))
  try {
    const fresh = await generate(scratch)
    const trees = [
      [GENERATED, fresh],
      [GOVERNOR, governorFiles()],
    ] as const
    for (const [root, tree] of trees) {
      if (args.includes('--check')) check(root, tree)
      else {
        rmSync(root, { recursive: true, force: true })
        writeTree(root, tree)
      }
    }
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
  const abis = artifacts.map(({ contractName, abi, bytecode, linkReferences }) => {
    return { contractName, abi, bytecode, linkReferences }
  })
  writeTree(input, new Map(abis.map((contract) => [`${contract.contractName}.json`, JSON.stringify(contract)])))
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
  return new Map([...readTree(outDir), ...verificationFiles(artifacts)])
}

function governorFiles(): Tree {
  const file = join(CONTRACTS, 'artifacts/src/test/MarketGovernor.sol/MarketGovernor.json')
  const { contractName, abi, bytecode } = JSON.parse(readFileSync(file, 'utf8')) as Artifact
  return new Map([[`${contractName}.json`, `${JSON.stringify({ contractName, abi, bytecode })}\n`]])
}

/** What is deployed outside of tests, from which anybody gets its bytecode. */
function verificationFiles(artifacts: readonly Artifact[]): Tree {
  const buildOf = readBuilds(CONTRACTS, artifacts)
  const deployed = artifacts.filter(({ contractName }) => contractName !== 'TestToken')
  const layouts = deployed.map((artifact) => [artifact.contractName, runtimeLayoutOf(buildOf(artifact), artifact)])
  const sources = deployed.map(({ contractName, inputSourceName }) => [contractName, inputSourceName])
  const { compilerVersion, optimizerRuns, input } = standardJsonOf(buildOf, deployed)
  return new Map([
    ['runtime-layouts.ts', constant('runtimeLayouts', RUNTIME_LAYOUTS_TYPE, Object.fromEntries(layouts))],
    [
      'standard-json.ts',
      constant('compilerVersion', 'string', compilerVersion) +
        constant('contractSources', 'Record<string, string>', Object.fromEntries(sources)) +
        constant('optimizerRuns', 'Record<string, number>', optimizerRuns) +
        constant('standardJson', STANDARD_JSON_TYPE, input),
    ],
  ])
}

// NOTE: declared, since the inferred types would repeat the values.
const RUNTIME_LAYOUTS_TYPE =
  'Record<string, { offsetBytes: number; sizeBytes: number; immutables: Record<string, number[]>; ' +
  'libraries: Record<string, number[]> }>'
const STANDARD_JSON_TYPE =
  '{ language: string; sources: Record<string, { content: string }>; settings: Record<string, unknown> }'

const constant = (name: string, type: string, value: unknown): string =>
  `export const ${name}: ${type} = ${JSON.stringify(value, undefined, 2)}\n`

function check(root: string, fresh: Tree): void {
  const stale = stalePaths(fresh, readTree(root))
  if (stale.length === 0) return
  console.error(`${relative(join(CONTRACTS, '..'), root)} is not what the contracts compile to: ${stale.join(', ')}`)
  console.error('run `pnpm --filter @gristmill/contracts generate` and commit the result')
  process.exitCode = 1
}

await main(process.argv.slice(2))
