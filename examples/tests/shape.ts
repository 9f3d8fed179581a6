import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An example is read in one sitting. */
const LINES_MAX = 80

/** What is wrong with the form of the examples of a repository; empty if nothing. */
export function shapeFaults(root: string): string[] {
  const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<string, string>
  const overview = readFileSync(join(root, 'examples/README.md'), 'utf8')
  const names = globSync('examples/*/index.ts', { cwd: root }).map((file) => file.split(/[/\\]/)[1] as string)
  return names.sort().flatMap((name) => {
    const folder = join(root, 'examples', name)
    const lines = readFileSync(join(folder, 'index.ts'), 'utf8').trimEnd().split('\n').length
    const faults = lines > LINES_MAX ? [`${name}: index.ts has ${lines} lines, more than ${LINES_MAX}`] : []
    if (!overview.includes(`(${name})`)) faults.push(`${name}: examples/README.md has no link to it`)
    if (!existsSync(join(folder, 'README.md'))) return [...faults, `${name}: no README.md`]
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    if (!readme.includes(`npx -y pnpm@12 example ${name}`))
      faults.push(`${name}: its README does not say how to run it`)
    const commands = [...readme.matchAll(/npx -y pnpm@12 ([a-z:]+)(?: ([a-z-]+))?/g)]
    return [
      ...faults,
      ...commands.flatMap(([command, script = '', argument]) => {
        const isThere = script in scripts && (script !== 'example' || names.includes(argument ?? ''))
        return isThere ? [] : [`${name}: its README says "${command}", which does not exist`]
      }),
    ]
  })
}
