import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

// Numbers of fields and values are those of onnx.proto (https://github.com/onnx/onnx), IR version 8, operator sets 13 and 1.

const IR_VERSION = 8
const OPERATORS = 13
const ML_OPERATORS = 1
const FLOAT = 1
const INT64 = 7

/** A tensor that belongs to the model. */
export interface OnnxTensor {
  name: string
  dims: readonly number[]
  type: 'float' | 'int64'
  values: ArrayLike<number>
}

/** An attribute of a node. */
export type OnnxAttribute =
  | { int: number }
  | { text: string }
  | { ints: readonly number[] }
  | { floats: readonly number[] }
  | { texts: readonly string[] }

/** One operation. */
export interface OnnxNode {
  operator: string
  /** Of the machine-learning operators, as trees. */
  isMl?: boolean
  inputs: readonly string[]
  outputs: readonly string[]
  attributes?: Readonly<Record<string, OnnxAttribute>>
}

/** An input or an output; a dimension by name is free. */
export interface OnnxValue {
  name: string
  type: 'float' | 'int64'
  dims: readonly (number | string)[]
}

/** A graph of operations. */
export interface OnnxGraph {
  nodes: readonly OnnxNode[]
  tensors: readonly OnnxTensor[]
  inputs: readonly OnnxValue[]
  outputs: readonly OnnxValue[]
  /** Said of the model, by name. */
  notes: Readonly<Record<string, string>>
}

/** Bytes of an ONNX file. */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const writer = new BinaryWriter()
  integer(writer, 1, IR_VERSION)
  text(writer, 2, 'gristmill')
  message(writer, 7, (inner) => writeGraph(inner, graph))
  for (const [domain, version] of [
    ['', OPERATORS],
    ['ai.onnx.ml', ML_OPERATORS],
  ] as const) {
    message(writer, 8, (inner) => {
      text(inner, 1, domain)
      integer(inner, 2, version)
    })
  }
  for (const [key, value] of Object.entries(graph.notes)) {
    message(writer, 14, (inner) => {
      text(inner, 1, key)
      text(inner, 2, value)
    })
  }
  return writer.finish()
}

function writeGraph(writer: BinaryWriter, { nodes, tensors, inputs, outputs }: OnnxGraph): void {
  for (const node of nodes) message(writer, 1, (inner) => writeNode(inner, node))
  text(writer, 2, 'model')
  for (const tensor of tensors) message(writer, 5, (inner) => writeTensor(inner, tensor))
  for (const value of inputs) message(writer, 11, (inner) => writeValue(inner, value))
  for (const value of outputs) message(writer, 12, (inner) => writeValue(inner, value))
}

function writeNode(writer: BinaryWriter, { operator, isMl = false, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input)
  for (const output of outputs) text(writer, 2, output)
  text(writer, 4, operator)
  for (const [name, attribute] of Object.entries(attributes)) {
    message(writer, 5, (inner) => writeAttribute(inner, name, attribute))
  }
  if (isMl) text(writer, 7, 'ai.onnx.ml')
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: OnnxAttribute): void {
  text(writer, 1, name)
  if ('int' in attribute) integer(writer, 3, attribute.int)
  if ('text' in attribute) text(writer, 4, attribute.text)
  if ('floats' in attribute) for (const value of attribute.floats) writer.tag(7, WireType.Bit32).float(value)
  if ('ints' in attribute) for (const value of attribute.ints) integer(writer, 8, value)
  if ('texts' in attribute) for (const value of attribute.texts) text(writer, 9, value)
  integer(writer, 20, typeOf(attribute))
}

function typeOf(attribute: OnnxAttribute): number {
  if ('int' in attribute) return 2
  if ('text' in attribute) return 3
  if ('floats' in attribute) return 6
  return 'ints' in attribute ? 7 : 8
}

function writeTensor(writer: BinaryWriter, { name, dims, type, values }: OnnxTensor): void {
  for (const size of dims) integer(writer, 1, size)
  integer(writer, 2, type === 'float' ? FLOAT : INT64)
  text(writer, 8, name)
  const width = type === 'float' ? 4 : 8
  const bytes = new DataView(new ArrayBuffer(width * values.length))
  for (let index = 0; index < values.length; index++) {
    if (type === 'float') bytes.setFloat32(width * index, values[index]!, true)
    else bytes.setBigInt64(width * index, BigInt(values[index]!), true)
  }
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(bytes.buffer))
}

function writeValue(writer: BinaryWriter, { name, type, dims }: OnnxValue): void {
  text(writer, 1, name)
  message(writer, 2, (typed) =>
    message(typed, 1, (tensor) => {
      integer(tensor, 1, type === 'float' ? FLOAT : INT64)
      message(tensor, 2, (shape) => {
        for (const size of dims) {
          message(shape, 1, (dimension) =>
            typeof size === 'number' ? integer(dimension, 1, size) : text(dimension, 2, size),
          )
        }
      })
    }),
  )
}

const integer = (writer: BinaryWriter, field: number, value: number) => writer.tag(field, WireType.Varint).int64(value)
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value)

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => unknown): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}
