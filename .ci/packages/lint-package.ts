import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { PackedPackage } from './pack.ts'

/** Ways to resolve a package that cannot work for ESM only, and are not promised. */
const NOT_PROMISED = ['node10', 'node16-cjs']

/** What publint and are-the-types-wrong find in a tarball, suggestions included; empty if nothing. */
export async function lintPackage({
  tarball,
  manifest,
}: Pick<PackedPackage, 'tarball' | 'manifest'>): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(tarball))
  const [{ messages }, types] = await Promise.all([
    publint({ pack: { tarball: bytes.buffer }, strict: true }),
    checkPackage(createPackageFromTarballData(bytes)),
  ])
  const linted = messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`)
  if (!types.types) return [...linted, 'attw: the package has no types']
  const wrong = types.problems.filter(
    (problem) => !('resolutionKind' in problem && NOT_PROMISED.includes(problem.resolutionKind)),
  )
  return [...linted, ...wrong.map((problem) => `attw: ${JSON.stringify(problem)}`)]
}
