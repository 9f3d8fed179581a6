import { pathsUnderTest } from '../probe/artifacts.ts'
import { type Compiled, type Node, type Sources, type Span, spanOf, type Wrap, walk } from '../probe/source.ts'

/** A small fault, as it could be made by hand. */
export interface Mutation extends Span {
  file: string
  line: number
  operator: string
  /** What was there, and what is there instead, each on one line. */
  from: string
  to: string
  /** The fault for the mutant with this number, and what was there for all others. */
  wrap(id: number): Wrap
}

const RELATIONS: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==' }
const ARITHMETIC: Record<string, string> = {
  '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '&': '|', '|': '&', '<<': '>>', '>>': '<<',
} // biome-ignore format: a table
const JUNCTIONS: Record<string, string> = { '&&': '||', '||': '&&' }
const ASSIGNMENTS: Record<string, string> = {
  '+=': '-=',
  '-=': '+=',
  '|=': '&=',
  '&=': '|=',
  '<<=': '>>=',
  '>>=': '<<=',
}

/** Every mutation of the contracts, in the order of their sources. */
export function findMutations(sources: Sources, { sources: trees }: Compiled): Mutation[] {
  const constants = new Set<number>()
  for (const { ast } of Object.values(trees)) {
    walk(ast, (node) => {
      if (node.nodeType === 'VariableDeclaration' && node.constant === true) constants.add(node.id)
    })
  }
  return pathsUnderTest(sources).flatMap((file) => {
    const found: Mutation[] = []
    const finder = new Finder(file, sources[file]!, constants, found)
    walk(trees[file]!.ast, (node, parents) => finder.look(node, parents))
    return found
  })
}

class Finder {
  readonly #file: string
  readonly #source: string
  readonly #constants: ReadonlySet<number>
  readonly #found: Mutation[]

  constructor(file: string, source: string, constants: ReadonlySet<number>, found: Mutation[]) {
    this.#file = file
    this.#source = source
    this.#constants = constants
    this.#found = found
  }

  look(node: Node, parents: readonly Node[]): void {
    // What no function runs is compiled in: there is nothing to switch.
    if (node.nodeType === 'ModifierInvocation') this.#modifier(node)
    if (node.nodeType === 'FunctionDefinition') this.#earlyReturn(node)
    if (!parents.some(({ nodeType }) => nodeType === 'Block' || nodeType === 'UncheckedBlock')) return
    if (isConstant(node)) return
    switch (node.nodeType) {
      case 'BinaryOperation':
        this.#binary(node)
        break
      case 'UnaryOperation':
        if (node.operator === '!') this.#expression('negation', node, this.#text(node.subExpression))
        break
      case 'IfStatement':
      case 'Conditional':
        this.#condition(node.condition)
        break
      case 'ExpressionStatement':
        this.#statement(node)
        break
      case 'FunctionCall':
        this.#call(node, parents)
        break
      case 'MemberAccess':
        this.#rounding(node)
        break
      case 'Literal':
      case 'Identifier':
        this.#constant(node, parents)
    }
  }

  #binary(node: Node): void {
    const { operator, leftExpression, rightExpression } = node
    const [left, right] = [this.#text(leftExpression), this.#text(rightExpression)]
    for (const [name, table] of Object.entries({ relation: RELATIONS, arithmetic: ARITHMETIC, junction: JUNCTIONS })) {
      if (table[operator]) this.#expression(name, node, `${left} ${table[operator]} ${right}`)
    }
  }

  #condition(node: Node): void {
    this.#expression('negation', node, `!(${this.#text(node)})`)
  }

  #statement(node: Node): void {
    const { expression } = node
    const span = { start: spanOf(node).start, end: this.#source.indexOf(';', spanOf(node).end) + 1 }
    if (expression.nodeType === 'Assignment') {
      this.#instead('assignment removed', span, '')
      const operator = ASSIGNMENTS[expression.operator]
      const [left, right] = [this.#text(expression.leftHandSide), this.#text(expression.rightHandSide)]
      if (operator) this.#instead('arithmetic', span, `${left} ${operator} ${right};`)
    }
    if (expression.nodeType === 'FunctionCall') {
      const { name } = expression.expression
      if (name === 'revert') return
      if (name === 'require') {
        const argument = expression.arguments[0]
        this.#expression('require removed', argument, 'true', this.#text(node))
        return
      }
      this.#instead('call removed', span, '')
      for (const swapped of this.#swaps(expression)) this.#instead('arguments swapped', span, `${swapped};`)
    }
  }

  #call(node: Node, parents: readonly Node[]): void {
    const isStatement = parents.at(-1)!.nodeType === 'ExpressionStatement'
    if (node.kind !== 'functionCall' || isStatement) return
    const type = node.typeDescriptions?.typeString ?? ''
    if (type.startsWith('tuple')) return
    for (const swapped of this.#swaps(node)) this.#expression('arguments swapped', node, swapped)
    if (node.expression.memberName === 'mulDiv' && node.arguments.length === 3) {
      this.#expression('rounding', node, `${this.#text(node).slice(0, -1)}, Math.Rounding.Ceil)`)
    }
  }

  /** The call with two neighbours of the same type in each other's place. */
  #swaps(node: Node): string[] {
    const given: Node[] = node.arguments
    if (node.kind !== 'functionCall' || node.names.length > 0) return []
    const calls: string[] = []
    for (let index = 0; index + 1 < given.length; index++) {
      const [first, second] = [given[index]!, given[index + 1]!]
      const isSame = first.typeDescriptions?.typeString === second.typeDescriptions?.typeString
      if (!isSame || this.#text(first) === this.#text(second) || isConstant(first)) continue
      const texts = given.map((argument) => this.#text(argument))
      ;[texts[index], texts[index + 1]] = [texts[index + 1]!, texts[index]!]
      calls.push(`${this.#text(node.expression)}(${texts.join(', ')})`)
    }
    return calls
  }

  #rounding(node: Node): void {
    const text = this.#text(node)
    if (text === 'Math.Rounding.Ceil') this.#expression('rounding', node, 'Math.Rounding.Floor')
    if (text === 'Math.Rounding.Floor') this.#expression('rounding', node, 'Math.Rounding.Ceil')
  }

  #constant(node: Node, parents: readonly Node[]): void {
    const parent = parents.at(-1)!
    const type = node.typeDescriptions?.typeString ?? ''
    if (node.nodeType === 'Literal' ? node.kind !== 'number' : !this.#constants.has(node.referencedDeclaration)) return
    if (node.nodeType === 'Identifier' && !type.startsWith('uint')) return
    // Behind a switch it would have the least type that holds it, in which it would be shifted out.
    if (['<<', '>>', '**'].includes(parent.operator) && parent.leftExpression.id === node.id) return
    // Part of a constant, of a type, or an address or word in hexadecimal.
    if (isConstant(parent) || parent.kind === 'typeConversion' || this.#text(node).startsWith('0x')) return
    if (parents.some(({ nodeType }) => nodeType === 'ElementaryTypeName' || nodeType === 'ArrayTypeName')) return
    const text = this.#text(node)
    this.#expression('constant', node, `${text} + 1`)
    if (text !== '0') this.#expression('constant', node, `${text} - 1`)
  }

  #modifier(node: Node): void {
    const { start, end } = spanOf(node)
    if (this.#text(node) !== 'nonReentrant') return
    const wrap = (id: number): Wrap => ({ start, end, before: '', after: `Unless(${id})` })
    this.#add({ start, end }, 'modifier removed', 'nonReentrant', '', wrap)
  }

  #earlyReturn(node: Node): void {
    const statements: Node[] = node.body?.statements ?? []
    const names: string[] = node.returnParameters.parameters.map((parameter: Node) => parameter.name)
    if (statements.length === 0 || names.includes('') || node.kind === 'constructor') return
    const { start } = spanOf(statements[0]!)
    const leave = names.length === 0 ? 'return;' : `return (${names.join(', ')});`
    const wrap = (id: number): Wrap => ({ start, end: start, before: `if (Probe.isOn(${id})) ${leave} `, after: '' })
    this.#add({ start, end: start }, 'early return', `function ${node.name}`, leave, wrap)
  }

  #expression(operator: string, node: Node, to: string, from = this.#text(node)): void {
    const span = spanOf(node)
    const wrap = (id: number): Wrap => ({ ...span, before: `(Probe.isOn(${id}) ? (${to}) : (`, after: '))' })
    this.#add(span, operator, from, to, wrap)
  }

  #instead(operator: string, span: Span, to: string): void {
    const wrap = (id: number): Wrap => {
      const [before, after] = to
        ? [`{ if (Probe.isOn(${id})) ${to} else { `, ' } }']
        : [`{ if (!Probe.isOn(${id})) { `, ' } }']
      return { ...span, before, after }
    }
    this.#add(span, operator, this.#source.slice(span.start, span.end), to, wrap)
  }

  #add(span: Span, operator: string, from: string, to: string, wrap: Mutation['wrap']): void {
    const line = this.#source.slice(0, span.start).split('\n').length
    this.#found.push({ ...span, file: this.#file, line, operator, from: inline(from), to: inline(to), wrap })
  }

  #text(node: Node): string {
    const { start, end } = spanOf(node)
    return this.#source.slice(start, end)
  }
}

const inline = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 160)
const isConstant = (node: Node): boolean =>
  node.nodeType !== 'Literal' && (node.typeDescriptions?.typeString ?? '').startsWith('int_const')
