import type { Contract } from '../../support/contract.ts'

export type Call = readonly [target: Target, method: string, ...args: unknown[]]

type Target = Pick<Contract, 'getAddress' | 'interface'>

/** The arguments of `Attempts.run` and `Batch.run`; contracts among the arguments stand for their addresses. */
export async function encode(calls: readonly Call[]): Promise<[targets: string[], data: string[]]> {
  const targets = await Promise.all(calls.map(([target]) => target.getAddress()))
  const data = await Promise.all(
    calls.map(async ([target, method, ...args]) => {
      const plain = await Promise.all(args.map((arg) => (isTarget(arg) ? arg.getAddress() : arg)))
      return target.interface.encodeFunctionData(method, plain)
    }),
  )
  return [targets, data]
}

function isTarget(arg: unknown): arg is Target {
  return typeof arg === 'object' && arg !== null && 'getAddress' in arg
}
