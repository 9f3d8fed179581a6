import type { SyscallTable } from './syscalls.js'

// Classic BPF, as linux/bpf_common.h and linux/seccomp.h have it.
const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const JUMP_ANY_BIT = 0x45
const RETURN = 0x06
const INSTRUCTION_BYTES = 8

// Offsets in struct seccomp_data; of an argument the lower half, on a little-endian machine.
const NUMBER = 0
const ARCHITECTURE = 4
const FIRST_ARGUMENT = 16

const ALLOW = 0x7fff_0000
const KILL_PROCESS = 0x8000_0000
const fail = (errno: number) => 0x0005_0000 | errno
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e02_0000
const AF_UNIX = 1

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number]

/**
 * The filter of system calls: a program for `bwrap --seccomp`. Another architecture's calls kill; those denied fail with
 * EPERM; clone3 does not exist, because its flags cannot be looked at, so that libraries fall back on clone; there are no
 * sockets but AF_UNIX's.
 */
export function seccompProgram({ architecture, foreignFrom, clone, clone3, socket, denied }: SyscallTable): Uint8Array {
  const refuse = (number: number, answer: number): Instruction[] => [
    [JUMP_EQUAL, 0, 1, number],
    [RETURN, 0, 0, answer],
  ]
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, architecture],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER],
    ...(foreignFrom === undefined
      ? []
      : ([
          [JUMP_AT_LEAST, 0, 1, foreignFrom],
          [RETURN, 0, 0, KILL_PROCESS],
        ] as const)),
    ...denied.flatMap((number) => refuse(number, fail(EPERM))),
    ...refuse(clone3, fail(ENOSYS)),
    [JUMP_EQUAL, 0, 4, clone],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_ANY_BIT, 0, 1, CLONE_NAMESPACES],
    [RETURN, 0, 0, fail(EPERM)],
    [RETURN, 0, 0, ALLOW],
    [JUMP_EQUAL, 0, 3, socket],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_EQUAL, 1, 0, AF_UNIX],
    [RETURN, 0, 0, fail(EAFNOSUPPORT)],
    [RETURN, 0, 0, ALLOW],
  ]
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES)
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    const at = index * INSTRUCTION_BYTES
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(ifTrue, at + 2)
    bytes.writeUInt8(ifFalse, at + 3)
    bytes.writeUInt32LE(value >>> 0, at + 4)
  }
  return bytes
}
