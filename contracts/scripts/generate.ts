import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTypeChain } from 'typechain'
import { readArtifacts } from './artifacts.ts'

const CONTRACTS = fileURLToPath(new URL('..', import.meta.url))
const GENERATED = join(CONTRACTS, '../packages/abi/src/generated')
const CACHE = join(CONTRACTS, 'cache')

/** Writes the typed contracts into packages/abi, or with `--check` fails if what is committed there is something else. */
async function main(args: readonly string[]): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const scratch = mkdtempSync(join(CACHE, 'typechain-'))
  try {
    const fresh = await generate(scratch)
    if (args.includes('--check')) return check(fresh, readTree(GENERATED))
    rmSync(GENERATED, { recursive: true, force: true })
    for (const [path, text] of fresh) write(join(GENERATED, path), text)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function generate(scratch: string): Promise<Map<string, string>> {
  const input = join(scratch, 'in')
  const files = readArtifacts(CONTRACTS).map(({ contractName, abi, bytecode }) => {
    const file = join(input, `${contractName}.json`)
    write(file, JSON.stringify({ contractName, abi, bytecode }))
    return file
  })
  const outDir = join(scratch, 'out')
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

function check(fresh: Map<string, string>, committed: Map<string, string>): void {
  const paths = new Set([...fresh.keys(), ...committed.keys()])
  const stale = [...paths].filter((path) => fresh.get(path) !== committed.get(path)).sort()
  if (stale.length === 0) return
  console.error(`packages/abi/src/generated is not what the contracts compile to: ${stale.join(', ')}`)
  console.error('run `pnpm --filter @gristmill/contracts generate` and commit the result')
  process.exitCode = 1
}

function readTree(root: string): Map<string, string> {
  const tree = new Map<string, string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    tree.set(relative(root, file), readFileSync(file, 'utf8'))
  }
  return tree
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

await main(process.argv.slice(2))
