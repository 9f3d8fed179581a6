import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { publicPackages } from '../packages/pack.ts'
import { ROOT } from '../workspace.ts'

/** One error class of a public package, as its source says. */
export interface ErrorClass {
  name: string
  package: string
  /** Undefined where the code is only known when it is thrown. */
  code: string | undefined
  /** When it is thrown. */
  meaning: string
  /** What to do about it. */
  remedy: string
  /** Undefined where it depends on what happened. */
  retryable: boolean | undefined
}

const BASE = 'ProtocolError'

/** Every class that extends ProtocolError and can be thrown, from the sources of all public packages. */
export function errorClasses(root = ROOT): ErrorClass[] {
  const found = publicPackages(root).flatMap(({ directory, manifest }) =>
    globSync('src/**/*.ts', { cwd: join(root, directory) })
      .filter((file) => !/\.test\.ts$|generated/.test(file))
      .sort()
      .flatMap((file) => classesOf(join(root, directory, file)).map((node) => ({ node, package: manifest.name }))),
  )
  const byName = new Map(found.map(({ node }) => [node.name!.text, node]))
  const isError = (node: ts.ClassDeclaration): boolean => {
    const base = baseOf(node)
    const parent = base === undefined ? undefined : byName.get(base)
    return base === BASE || (parent !== undefined && isError(parent))
  }
  return found
    .filter(({ node }) => isError(node) && !isAbstract(node))
    .map(({ node, package: name }) => describe(node, name, byName))
}

function classesOf(file: string): ts.ClassDeclaration[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  return source.statements.filter(ts.isClassDeclaration).filter((node) => node.name !== undefined)
}

function describe(
  node: ts.ClassDeclaration,
  name: string,
  byName: ReadonlyMap<string, ts.ClassDeclaration>,
): ErrorClass {
  const tags = ts.getJSDocTags(node)
  const remedy = tags.find((tag) => tag.tagName.text === 'remedy')?.comment
  return {
    name: node.name!.text,
    package: name,
    code: literal(property(node, 'code')),
    meaning: meaningOf(node),
    remedy: ts.getTextOfJSDocComment(remedy) ?? remedyOf(node, byName) ?? '',
    retryable: retryableOf(node),
  }
}

function meaningOf(node: ts.ClassDeclaration): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)
  return oneLine(ts.getTextOfJSDocComment(comment?.comment) ?? '')
}

function retryableOf(node: ts.ClassDeclaration): boolean | undefined {
  const declared = node.members.find((member) => member.name?.getText() === 'retryable')
  if (declared === undefined) return false
  const value = property(node, 'retryable')
  return value === undefined ? undefined : value.kind === ts.SyntaxKind.TrueKeyword
}

/** What the message says to do: what follows the first colon, semicolon or full stop and is not itself a value. */
function remedyOf(node: ts.ClassDeclaration, byName: ReadonlyMap<string, ts.ClassDeclaration>): string | undefined {
  const call = node.members.filter(ts.isConstructorDeclaration).flatMap(superCalls)[0]
  if (call === undefined) return literal(property(node, 'next'))
  const base = byName.get(baseOf(node) ?? '')
  const position = base?.members
    .find(ts.isConstructorDeclaration)
    ?.parameters.findIndex((parameter) => parameter.name.getText() === 'remedy')
  const given = position === undefined ? undefined : call.arguments[position]
  if (given !== undefined) return sentence(text(given))
  const message = call.arguments[0] === undefined ? '' : text(call.arguments[0])
  for (const { index, 0: separator } of message.matchAll(/[:;.] /g)) {
    const rest = message.slice(index + separator.length)
    if (!rest.startsWith('`<') && rest.split(' ').length > 2) return sentence(rest)
  }
  return literal(property(node, 'next'))
}

function superCalls(node: ts.Node): ts.CallExpression[] {
  const calls: ts.CallExpression[] = []
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child) && child.expression.kind === ts.SyntaxKind.SuperKeyword) calls.push(child)
    ts.forEachChild(child, visit)
  }
  visit(node)
  return calls
}

/** A message as a reader sees it, values by their names. */
function text(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce(
      (before, { expression, literal: { text: after } }) => `${before}\`<${nameOf(expression)}>\`${after}`,
      node.head.text,
    )
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return text(node.left) + text(node.right)
  }
  if (ts.isConditionalExpression(node)) return text(node.whenTrue)
  return `\`<${nameOf(node)}>\``
}

/** The last name in an expression: `details.actual` is called actual. */
const nameOf = (node: ts.Expression): string => /([A-Za-z]+)\W*$/.exec(node.getText())?.[1] ?? 'value'

function property(node: ts.ClassDeclaration, name: string): ts.Expression | undefined {
  const member = node.members.filter(ts.isPropertyDeclaration).find((declared) => declared.name.getText() === name)
  const value = member?.initializer
  return value !== undefined && ts.isAsExpression(value) ? value.expression : value
}

const literal = (node: ts.Expression | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined

const isAbstract = (node: ts.ClassDeclaration): boolean =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false

const baseOf = (node: ts.ClassDeclaration): string | undefined =>
  node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression.getText()

const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim()

const sentence = (words: string): string => {
  const line = oneLine(words).replace(/\.?$/, '.')
  return line.charAt(0).toUpperCase() + line.slice(1)
}
