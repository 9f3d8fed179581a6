/** System calls that the filter names, by architecture. What one has not, is undefined there. */
export interface SyscallTable {
  /** AUDIT_ARCH_* of linux/audit.h. */
  architecture: number
  /** First number of a second set of calls on the same architecture (x32), all of them refused. */
  foreignFrom?: number
  clone: number
  clone3: number
  socket: number
  denied: readonly number[]
}

/**
 * Calls that no computation needs, and through which kernels were broken: other processes' memory, mounts and namespaces,
 * modules, keys, clocks, handles, tracing, io_uring. Numbers: x86-64, then arm64, as in the kernel's tables.
 */
const DENIED: readonly [name: string, x64: number | undefined, arm64: number | undefined][] = [
  ['_sysctl', 156, undefined],
  ['acct', 163, 89],
  ['add_key', 248, 217],
  ['adjtimex', 159, 171],
  ['bpf', 321, 280],
  ['chroot', 161, 51],
  ['clock_adjtime', 305, 266],
  ['clock_settime', 227, 112],
  ['delete_module', 176, 106],
  ['fanotify_init', 300, 262],
  ['finit_module', 313, 273],
  ['fsconfig', 431, 431],
  ['fsmount', 432, 432],
  ['fsopen', 430, 430],
  ['fspick', 433, 433],
  ['get_mempolicy', 239, 236],
  ['init_module', 175, 105],
  ['io_uring_enter', 426, 426],
  ['io_uring_register', 427, 427],
  ['io_uring_setup', 425, 425],
  ['ioperm', 173, undefined],
  ['iopl', 172, undefined],
  ['kcmp', 312, 272],
  ['kexec_file_load', 320, 294],
  ['kexec_load', 246, 104],
  ['keyctl', 250, 219],
  ['lookup_dcookie', 212, 18],
  ['mbind', 237, 235],
  ['memfd_secret', 447, 447],
  ['migrate_pages', 256, 238],
  ['modify_ldt', 154, undefined],
  ['mount', 165, 40],
  ['mount_setattr', 442, 442],
  ['move_mount', 429, 429],
  ['move_pages', 279, 239],
  ['name_to_handle_at', 303, 264],
  ['nfsservctl', 180, 42],
  ['open_by_handle_at', 304, 265],
  ['open_tree', 428, 428],
  ['perf_event_open', 298, 241],
  ['personality', 135, 92],
  ['pidfd_getfd', 438, 438],
  ['pidfd_open', 434, 434],
  ['pidfd_send_signal', 424, 424],
  ['pivot_root', 155, 41],
  ['process_madvise', 440, 440],
  ['process_vm_readv', 310, 270],
  ['process_vm_writev', 311, 271],
  ['ptrace', 101, 117],
  ['quotactl', 179, 60],
  ['quotactl_fd', 443, 443],
  ['reboot', 169, 142],
  ['request_key', 249, 218],
  ['set_mempolicy', 238, 237],
  ['set_mempolicy_home_node', 450, 450],
  ['setdomainname', 171, 162],
  ['sethostname', 170, 161],
  ['setns', 308, 268],
  ['settimeofday', 164, 170],
  ['swapoff', 168, 225],
  ['swapon', 167, 224],
  ['syslog', 103, 116],
  ['umount2', 166, 39],
  ['unshare', 272, 97],
  ['uselib', 134, undefined],
  ['userfaultfd', 323, 282],
  ['vhangup', 153, 58],
  ['vmsplice', 278, 75],
]

const column = (index: 1 | 2) => DENIED.map((row) => row[index]).filter((number) => number !== undefined)

/** By Node's name of the architecture. */
export const SYSCALLS: Readonly<Partial<Record<NodeJS.Architecture, SyscallTable>>> = {
  x64: {
    architecture: 0xc000003e,
    foreignFrom: 0x4000_0000,
    clone: 56,
    clone3: 435,
    socket: 41,
    denied: column(1),
  },
  arm64: { architecture: 0xc00000b7, clone: 220, clone3: 435, socket: 198, denied: column(2) },
}
