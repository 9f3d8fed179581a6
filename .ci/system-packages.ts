import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What some tests need from the system, and the Debian package that brings it. */
const NEEDED: readonly { command: string; package: string; for: string; isDeepOnly?: boolean }[] = [
  { command: 'gpg', package: 'gnupg', for: 'opening our messages with GnuPG' },
  { command: 'python3', package: 'python3', for: 'reading safetensors with something not ours' },
  { command: 'z3', package: 'z3', for: 'proving the split and the roundings', isDeepOnly: true },
]
const APT_TIMEOUT_MS = 20_000

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** Installs what is missing where that can be done; says what it does and what it leaves. */
export function installSystemPackages({ isDeep }: { isDeep: boolean }): void {
  const missing = NEEDED.filter((need) => (isDeep || need.isDeepOnly !== true) && !has(need.command))
  if (missing.length === 0) return
  const names = missing.map((need) => need.package)
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version') && !process.env.GRISTMILL_NO_APT
  if (canInstall) {
    console.log(`installing from the system's packages: ${names.join(' ')} (GRISTMILL_NO_APT=1 opts out)`)
    const update = spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: APT_TIMEOUT_MS })
    if (update.status === 0)
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { stdio: 'ignore' })
  }
  for (const need of missing.filter((entry) => !has(entry.command)))
    console.log(`without ${need.command}: tests for ${need.for} are skipped`)
}
