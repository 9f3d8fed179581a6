import { join } from 'node:path'
import { Application, Logger, LogLevel, OptionDefaults, type TypeDocOptions } from 'typedoc'
import { publicPackages } from '../packages/pack.ts'
import { ROOT } from '../workspace.ts'

interface EntryPoint {
  /** As it is imported, `@gristmill/sdk/node`. */
  name: string
  source: string
}

/** What the public packages export, by the sources of their entry points. */
function entryPoints(): EntryPoint[] {
  return publicPackages().flatMap(({ directory, manifest: { name, exports = {} } }) =>
    Object.entries(exports).map(([path, { types = '' }]) => ({
      name: join(name, path),
      source: join(ROOT, directory, types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')),
    })),
  )
}

/** Keeps what typedoc complains about, but not about code that was generated. */
class FaultLogger extends Logger {
  readonly faults: string[] = []

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn && !message.includes('/src/generated/')) this.faults.push(message)
  }
}

/** Writes the reference as Markdown into `out`, if it is named. Gives what is missing or broken in the sources; nothing if all is well. */
export async function apiReference(
  out?: string,
  entries: readonly EntryPoint[] = entryPoints(),
  options: Partial<TypeDocOptions> = {},
): Promise<string[]> {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ source }) => source),
    tsconfig: join(ROOT, 'tsconfig.check.json'),
    name: 'Gristmill',
    readme: 'none',
    disableSources: true,
    // `pnpm check` has compiled them, by the TypeScript they are written for.
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    blockTags: [...OptionDefaults.blockTags, '@remedy'],
    validation: { notExported: false, invalidLink: true, notDocumented: true },
    packagesRequiringDocumentation: publicPackages().map(({ manifest }) => manifest.name),
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable'],
    ...options,
    ...OUTPUT,
  } as Partial<TypeDocOptions>)
  const logger = new FaultLogger()
  app.logger = logger
  const project = await app.convert()
  if (project === undefined) return [...logger.faults, 'typedoc read nothing']
  app.validate(project)
  for (const [index, { name }] of entries.entries()) {
    const child = project.children?.[index]
    if (child !== undefined && entries.length > 1) child.name = name
  }
  if (out !== undefined) {
    app.options.setValue('out', out)
    await app.generateOutputs(project)
  }
  return logger.faults
}

/** One page for each entry point. */
const OUTPUT = { outputFileStrategy: 'modules', entryFileName: 'README', hideGenerator: true }
