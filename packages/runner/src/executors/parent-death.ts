import { spawnSync } from 'node:child_process'

/** Becomes what follows, which the kernel kills when its parent dies: PR_SET_PDEATHSIG, as util-linux offers it. */
const COMMAND = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] as const

let found: readonly string[] | undefined

/** What to put before a command that must not outlive this process; empty where there is no such thing. */
export function dyingWithParent(): readonly string[] {
  const [file, ...args] = COMMAND
  const works = () =>
    process.platform === 'linux' && spawnSync(file, [...args, 'true'], { stdio: 'ignore' }).status === 0
  found ??= works() ? COMMAND : []
  return found
}
