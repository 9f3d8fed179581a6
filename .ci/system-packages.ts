import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

interface Need {
  command: string
  /** Where Debian puts it, if not on the path. */
  folder?: string
  package: string
  for: string
  isDeepOnly?: boolean
  /** Brings too much along for the little that is asked of it: used where it is. */
  isUsedOnly?: boolean
}

/** What some tests need from the system, and the Debian package that brings it. */
const NEEDED: readonly Need[] = [
  { command: 'gpg', package: 'gnupg', for: 'opening our messages with GnuPG' },
  { command: 'python3', package: 'python3', for: 'reading safetensors with something not ours' },
  { command: 'bwrap', package: 'bubblewrap', for: 'algorithms in Python' },
  {
    command: 'numpy',
    folder: '/usr/lib/python3/dist-packages/numpy',
    package: 'python3-numpy',
    for: 'algorithms in Python',
  },
  {
    command: 'pandas',
    folder: '/usr/lib/python3/dist-packages/pandas',
    package: 'python3-pandas',
    for: 'algorithms in Python',
  },
  {
    command: 'sklearn',
    folder: '/usr/lib/python3/dist-packages/sklearn',
    package: 'python3-sklearn',
    for: 'algorithms in Python',
  },
  { command: 'dockerd', package: 'docker.io', for: 'algorithms in containers' },
  { command: 'initdb', folder: '/usr/lib/postgresql', package: 'postgresql', for: 'a datatrust over PostgreSQL' },
  { command: 'swift-proxy-server', package: 'swift-proxy', for: 'blobs in a bucket' },
  { command: 'swift-object-server', package: 'swift-object', for: 'blobs in a bucket' },
  { command: 'swift-container-server', package: 'swift-container', for: 'blobs in a bucket' },
  { command: 'swift-account-server', package: 'swift-account', for: 'blobs in a bucket' },
  { command: 'memcached', package: 'memcached', for: 'blobs in a bucket' },
  { command: 'slurmctld', package: 'slurm-wlm', for: 'runs on a Slurm cluster' },
  { command: 'slurmrestd', package: 'slurmrestd', for: 'runs on a Slurm cluster' },
  { command: 'munged', package: 'munge', for: 'runs on a Slurm cluster' },
  { command: 'zsh', package: 'zsh', for: 'completion in zsh' },
  { command: 'fish', package: 'fish', for: 'completion in fish' },
  { command: 'systemd-analyze', package: 'systemd', for: 'the unit that operators copy', isUsedOnly: true },
  {
    command: 'docker-compose',
    package: 'docker-compose',
    for: 'the Compose file that operators copy',
    isUsedOnly: true,
  },
  { command: 'haproxy', package: 'haproxy', for: 'the HAProxy file that operators copy', isUsedOnly: true },
  { command: 'z3', package: 'z3', for: 'proving the split and the roundings', isDeepOnly: true },
]
const APT_TIMEOUT_MS = 20_000

const has = ({ command, folder }: Need): boolean =>
  (folder !== undefined && existsSync(folder)) || spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** Installs what is missing where that can be done; says what it does and what it leaves. */
export function installSystemPackages({ isDeep }: { isDeep: boolean }): void {
  const missing = NEEDED.filter((need) => (isDeep || need.isDeepOnly !== true) && !has(need))
  if (missing.length === 0) return
  const names = missing.filter(({ isUsedOnly }) => isUsedOnly !== true).map((need) => need.package)
  const canInstall =
    names.length > 0 && process.getuid?.() === 0 && existsSync('/etc/debian_version') && !process.env.GRISTMILL_NO_APT
  if (canInstall) {
    console.log(`installing from the system's packages: ${names.join(' ')} (GRISTMILL_NO_APT=1 opts out)`)
    const update = spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: APT_TIMEOUT_MS })
    if (update.status === 0)
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { stdio: 'ignore' })
  }
  for (const need of missing.filter((entry) => !has(entry)))
    console.log(`without ${need.command}: tests for ${need.for} are skipped`)
}
