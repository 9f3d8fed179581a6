import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './workspace.ts'

interface Ban {
  pattern: RegExp
  /** Files in which it is allowed. */
  except?: RegExp
  why: string
}

const BANS: readonly Ban[] = [
  { pattern: /allowUnauthenticatedStream\s*[:=](?!\s*false)/, why: 'releases plaintext that nobody has authenticated' },
  {
    pattern: /process\.env\b/,
    except: /(^|\/)env\.ts$|main\.ts$|\.test\.ts$|\/tests?\/|^examples\/[^/]+\/index\.ts$/,
    why: 'the environment is read in env.ts, and where an example is one file, there',
  },
  {
    pattern: /Math\.random/,
    // Where it is taken away from scripts.
    except: /\.test\.ts$|\/tests?\/|executors\/js\/globals\.ts$/,
    why: 'not a cryptographic source',
  },
  {
    pattern: /process\.exit\(/,
    // After Ctrl-C a request that nobody waits for any more would keep the process.
    except: /^packages\/cli\/src\/main\.ts$/,
    why: 'set process.exitCode and let what is open close',
  },
]
const CONFLICT: Ban = { pattern: /^(<{7}|>{7}) /, why: 'a merge was not finished' }

/** Lines that hold what the house does not allow. */
export function banFaults(root = ROOT): string[] {
  const code = ['{packages,examples}/*/src/**/*.ts', 'examples/*/*.ts', 'datatrust/src/**/*.ts']
  const prose = ['*.md', '{contracts,datatrust,docs}/*.md', '{packages,examples}/*/*.md']
  const files = globSync([...code, ...prose], { cwd: root, exclude: (name) => name.includes('generated') })
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        [CONFLICT, ...(file.endsWith('.md') ? [] : BANS)]
          .filter((ban) => ban.pattern.test(line) && !ban.except?.test(file))
          .map((ban) => `${file}:${index + 1} ${ban.pattern.source}: ${ban.why}`),
      ),
  )
}

if (import.meta.main) {
  const faults = banFaults()
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length === 0 ? 0 : 1
}
