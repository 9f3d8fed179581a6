import { importProbe, pathsUnderTest } from '../probe/artifacts.ts'
import { type Compiled, type Node, type Sources, spanOf, type Wrap, walk, wrapAll } from '../probe/source.ts'

/** One outcome that some test must bring about. */
export interface Outcome {
  file: string
  line: number
  /** A condition of `if`, `require`, a loop or a ternary that is true, or false; a block that is entered; assembly, in which nothing is counted. */
  kind: 'true' | 'false' | 'entered' | 'assembly'
  /** The source of the condition or the head of the block, on one line. */
  text: string
  /** As the probe reports it. */
  word: bigint
}

/** The sources with a probe at every condition, and what the probe may report. */
export function instrument(sources: Sources, { sources: trees }: Compiled): { sources: Sources; outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  const result = { ...sources }
  let count = 0
  for (const file of pathsUnderTest(sources)) {
    const source = sources[file]!
    const wraps: Wrap[] = []
    const note = (node: Node, kinds: readonly Outcome['kind'][]): bigint => {
      const id = BigInt(++count)
      const { start, end } = spanOf(node)
      const text = source.slice(start, end).replace(/\s+/g, ' ').slice(0, 100)
      const line = source.slice(0, start).split('\n').length
      for (const kind of kinds) outcomes.push({ file, line, kind, text, word: 2n * id + (kind === 'false' ? 0n : 1n) })
      return id
    }
    walk(trees[file]!.ast, (node) => {
      for (const condition of conditionsOf(node)) {
        const id = note(condition, ['true', 'false'])
        wraps.push({ ...spanOf(condition), before: `Probe.note(${id}, `, after: ')' })
      }
      const block = blockOf(node)
      if (block) {
        const id = note(node, ['entered'])
        const start = spanOf(block).start + 1
        wraps.push({ start, end: start, before: ` Probe.pass(${id});`, after: '' })
      }
      if (['YulIf', 'YulSwitch', 'YulForLoop'].includes(node.nodeType)) note(node, ['assembly'])
    })
    if (wraps.length > 0) result[file] = importProbe(file, wrapAll(source, wraps))
  }
  return { sources: result, outcomes }
}

/** What a node decides by: the operands of `&&` and `||` each, for the second one is a branch too. */
function conditionsOf(node: Node): Node[] {
  switch (node.nodeType) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'Conditional':
      return node.condition ? operandsOf(node.condition) : []
    case 'FunctionCall':
      return ['require', 'assert'].includes(node.expression.name) ? operandsOf(node.arguments[0]) : []
    case 'Return':
    case 'Assignment':
    case 'VariableDeclarationStatement': {
      const value: Node | null = node.expression ?? node.rightHandSide ?? node.initialValue
      return value && isJunction(value) ? operandsOf(value) : []
    }
    default:
      return []
  }
}

const isJunction = (node: Node): boolean => node.nodeType === 'BinaryOperation' && ['&&', '||'].includes(node.operator)

function operandsOf(node: Node): Node[] {
  if (node.nodeType === 'TupleExpression' && node.components.length === 1) return operandsOf(node.components[0])
  return isJunction(node) ? [...operandsOf(node.leftExpression), ...operandsOf(node.rightExpression)] : [node]
}

/** Bodies of functions, and of what follows a `try`. */
function blockOf(node: Node): Node | undefined {
  if (node.nodeType === 'FunctionDefinition') return node.body ?? undefined
  return node.nodeType === 'TryCatchClause' ? node.block : undefined
}
