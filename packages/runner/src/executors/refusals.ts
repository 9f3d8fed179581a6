/** Why an algorithm can never run here, and what to do about it. */
export const REFUSALS = {
  TOO_LARGE: 'it is larger than the limit; build a module with -O3 and without debug information, shorten a script',
  NOT_WASM: 'the bytes are not a valid WebAssembly module; send the .wasm file itself',
  IMPORTS: 'the module imports something; build with no runtime that needs a host (AssemblyScript: --use abort=)',
  FEATURES:
    'the module uses a feature that is refused (threads, relaxed SIMD, 64-bit or several memories, exceptions, tail calls, references, GC); turn it off',
  INSTRUCTIONS: 'the module changes its tables at run time; build without dynamic linking',
  MEMORY: 'the module needs exactly one memory, exported as "memory", that starts within the memory limit',
  TABLE: 'the module has too large a table',
  EXPORTS: 'the module must export gristmill_abi, gristmill_alloc and gristmill_run with the types of ALGORITHM.md',
  NOT_TEXT: 'the bytes are not the UTF-8 text of a script, or it holds a NUL; send the source itself',
  SYNTAX: 'the script cannot be compiled; run it through the interpreter that ALGORITHM.md names',
  NOT_TRAINER: "it is none of the runner's own trainers; send what trainerBytes gives",
  TOO_COMPLEX: 'it takes too long to prepare; make it smaller',
} as const
/** One of the keys of `REFUSALS`. */
export type Refusal = keyof typeof REFUSALS

/** Carries a refusal through the code that runs in the child process, which loads nothing else of ours. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal)
    this.refusal = refusal
  }
}
