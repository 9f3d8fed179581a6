import { z } from 'zod'

/**
 * What an algorithm is written for: WebAssembly, JavaScript or Python, see the ALGORITHM.md of the runner; or "trainer": it
 * is one of the runner's own, by its name.
 */
export const RUNTIMES = ['wasm', 'js', 'python', 'trainer'] as const
/** Wire form of a runtime. */
export const runtimeSchema = z.enum(RUNTIMES)
/** One of `RUNTIMES`. */
export type Runtime = z.output<typeof runtimeSchema>

const bound = ['vm', 'cgroup', 'rlimit', 'none'] as const
const wall = ['vm', 'namespace', 'none'] as const

/**
 * What keeps an algorithm from each thing that is not its own. "vm": it has no means to ask for it; "namespace": the kernel
 * shows it an empty one; "cgroup": the kernel counts what all of its processes use; "rlimit": what each of them uses;
 * "none": nothing.
 */
export const isolationSchema = z.strictObject({
  memory: z.enum(bound),
  cpu: z.enum(bound),
  network: z.enum(wall),
  filesystem: z.enum(wall),
  processes: z.enum(wall),
  /** Who answers its system calls: nobody, the host behind a filter, a kernel of its own (gVisor), or the host. */
  kernel: z.enum(['vm', 'seccomp', 'user-space-kernel', 'none']),
})
/** What keeps an algorithm from each thing that is not its own. */
export type Isolation = z.output<typeof isolationSchema>
