import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../workspace.ts'

/** One custom error of the contracts, as Solidity declares it. */
export interface ContractError {
  /** As in `Orders_QuoteExpired`. */
  name: string
  /** `code` of the ContractRevertError it becomes. */
  code: string
  parameters: string
  /** When it is thrown. */
  meaning: string
  /** What happened and what to do. */
  remedy: string
}

interface Sdk {
  REVERT_REMEDIES: Readonly<Record<string, string>>
  ContractRevertError: new (errorName: string, args: Readonly<Record<string, unknown>>) => { code: string }
}

/** The compiled sdk from inside: what to do about a revert is not part of its interface. */
async function loadSdk(root: string): Promise<Sdk> {
  const load = (file: string) => import(pathToFileURL(join(root, 'packages/sdk/dist/errors', file)).href)
  return { ...(await load('revert-remedies.js')), ...(await load('contract-revert-error.js')) } as Sdk
}

/** The errors of our own contracts, and under `inherited` those of the libraries they stand on. */
export async function contractErrors(root = ROOT): Promise<{ own: ContractError[]; inherited: ContractError[] }> {
  const { REVERT_REMEDIES, ContractRevertError } = await loadSdk(root)
  const complete = (name: string, parameters: string, meaning: string): ContractError => {
    const { code } = new ContractRevertError(name, {})
    return { name, code, parameters, meaning, remedy: REVERT_REMEDIES[name] ?? '' }
  }
  const own = declarations(root).map(({ name, parameters, meaning }) => complete(name, parameters, meaning))
  const inherited = Object.keys(REVERT_REMEDIES)
    .filter((name) => !own.some((error) => error.name === name))
    .map((name) => complete(name, '', 'declared outside'))
  return { own, inherited }
}

function declarations(root: string): Pick<ContractError, 'name' | 'parameters' | 'meaning'>[] {
  const sources = globSync('contracts/src/**/*.sol', { cwd: root })
    .filter((file) => !relative('contracts/src', file).startsWith('test'))
    .sort()
  return sources.flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /((?:^[ \t]*\/\/\/[^\n]*\n)*)^[ \t]*error (\w+)\(([^)]*)\);/gm,
      ),
    ].map(([, comment = '', name = '', parameters = '']) => ({
      name,
      parameters: parameters.replace(/\s+/g, ' ').trim(),
      meaning:
        /@notice ([\s\S]*?)(?=@|$)/
          .exec(comment.replace(/^\s*\/\/\/ ?/gm, ''))?.[1]
          ?.replace(/\s+/g, ' ')
          .trim() ?? '',
    })),
  )
}
