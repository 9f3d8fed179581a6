import { importProbe } from '../probe/artifacts.ts'
import { type Compiled, compile, type Sources, wrapAll } from '../probe/source.ts'
import type { Mutation } from './operators.ts'

/** A mutation by its number in the instrumented contracts, from 1. */
export type Numbered = ReadonlyMap<number, Mutation>

const GUARD = '@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol'
const GUARD_SWITCH = `
    modifier nonReentrantUnless(uint256 id) {
        bool isGuarded = !Probe.isOn(id);
        if (isGuarded) _nonReentrantBefore();
        _;
        if (isGuarded) _nonReentrantAfter();
    }

    function _nonReentrantBefore() private {`

/** The sources with all mutants in them, each behind its switch (mutant schemata: Untch, Offutt, Harrold, 1993). */
export function embed(sources: Sources, mutants: Numbered): Sources {
  const result = { ...sources }
  const guard = sources[GUARD]!.replace('\n    function _nonReentrantBefore() private {', GUARD_SWITCH)
  if (guard === sources[GUARD]) throw new Error(`${GUARD} has another text than expected`)
  result[GUARD] = `${guard}\nimport {Probe} from "probe/Probe.sol";\n`
  for (const file of new Set([...mutants.values()].map((mutation) => mutation.file))) {
    const here = [...mutants].filter(([, mutation]) => mutation.file === file)
    const wraps = here.map(([id, mutation]) => mutation.wrap(id))
    result[file] = importProbe(file, wrapAll(sources[file]!, wraps))
  }
  return result
}

/** Those of `mutants` that compile. */
export function compilable(sources: Sources, mutants: Numbered): Numbered {
  const left = new Map(mutants)
  for (;;) {
    const embedded = embed(sources, left)
    const { errors } = compile(embedded, ['abi'])
    if (errors.length === 0) return left
    for (const error of errors) left.delete(blamed(embedded, left, error))
  }
}

function blamed(embedded: Sources, mutants: Numbered, error: Compiled['errors'][number]): number {
  const { file, start } = error.sourceLocation ?? { file: '', start: 0 }
  // The mutant whose switch was opened last before the error.
  const opened = [...(embedded[file] ?? '').slice(0, start + 1_000).matchAll(/isOn\((\d+)\)|Unless\((\d+)\)/g)]
  const before = opened.filter(({ index }) => index <= (error.sourceLocation?.end ?? 0))
  const ids = before.map((match) => Number(match[1] ?? match[2])).filter((id) => mutants.has(id))
  const id = ids.at(-1)
  if (id === undefined) throw new Error(error.formattedMessage)
  return id
}
