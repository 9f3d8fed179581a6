import binaryen from 'binaryen'

type Expression = number

/** The parts of binaryen's interface that its type declarations lack or misplace. */
interface Setters {
  Function: { setBody(reference: number, body: Expression): void }
  Loop: { setBody(loop: Expression, body: Expression): void }
  MemoryGrow: { setDelta(grow: Expression, delta: Expression): void }
  MemoryCopy: { setSize(copy: Expression, size: Expression): void }
  MemoryFill: { setSize(fill: Expression, size: Expression): void }
  MemoryInit: { setSize(init: Expression, size: Expression): void }
}
export const setters = binaryen as unknown as Setters

/**
 * Every instruction that an algorithm may hold, with the fields that hold its operands. What is not here is refused, so
 * an instruction that the meter does not know can never run.
 */
const OPERANDS: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
  [binaryen.NopId, []],
  [binaryen.BlockId, ['children']],
  [binaryen.IfId, ['condition', 'ifTrue', 'ifFalse']],
  [binaryen.LoopId, ['body']],
  [binaryen.BreakId, ['condition', 'value']],
  [binaryen.SwitchId, ['condition', 'value']],
  [binaryen.CallId, ['operands']],
  [binaryen.CallIndirectId, ['target', 'operands']],
  [binaryen.LocalGetId, []],
  [binaryen.LocalSetId, ['value']],
  [binaryen.GlobalGetId, []],
  [binaryen.GlobalSetId, ['value']],
  [binaryen.LoadId, ['ptr']],
  [binaryen.StoreId, ['ptr', 'value']],
  [binaryen.ConstId, []],
  [binaryen.UnaryId, ['value']],
  [binaryen.BinaryId, ['left', 'right']],
  [binaryen.SelectId, ['ifTrue', 'ifFalse', 'condition']],
  [binaryen.DropId, ['value']],
  [binaryen.ReturnId, ['value']],
  [binaryen.MemorySizeId, []],
  [binaryen.MemoryGrowId, ['delta']],
  [binaryen.MemoryInitId, ['dest', 'offset', 'size']],
  [binaryen.MemoryCopyId, ['dest', 'source', 'size']],
  [binaryen.MemoryFillId, ['dest', 'value', 'size']],
  [binaryen.DataDropId, []],
  [binaryen.UnreachableId, []],
  [binaryen.SIMDExtractId, ['vec']],
  [binaryen.SIMDReplaceId, ['vec', 'value']],
  [binaryen.SIMDShuffleId, ['left', 'right']],
  [binaryen.SIMDTernaryId, ['a', 'b', 'c']],
  [binaryen.SIMDShiftId, ['vec', 'shift']],
  [binaryen.SIMDLoadId, ['ptr']],
  [binaryen.SIMDLoadStoreLaneId, ['ptr', 'vec']],
])

/** Operands of an instruction, or undefined for one that is refused. */
export function operandsOf(expression: Expression): Expression[] | undefined {
  const fields = OPERANDS.get(binaryen.getExpressionId(expression))
  if (fields === undefined) return undefined
  if (fields.length === 0) return []
  const info = binaryen.getExpressionInfo(expression) as unknown as Record<string, Expression | Expression[]>
  // NOTE: an absent operand, as the value of a plain br, is the null reference 0.
  return fields.flatMap((field) => info[field] ?? []).filter((operand) => operand !== 0)
}
