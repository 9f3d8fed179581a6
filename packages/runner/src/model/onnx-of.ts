import type { Table } from '@gristmill/protocol'
import { dimensionsOf, isNumberLabel, scoresOf } from '@gristmill/protocol/model'
import { withoutLabels } from './centroids.js'
import { ModelFormatError } from './errors.js'
import { halfRangeOf, middleOf } from './label-encoder.js'
import { type OnnxGraph, type OnnxNode, type OnnxTensor, writeOnnx } from './onnx.js'
import { predictorOf } from './predictor.js'
import type { Model } from './safetensors.js'

/**
 * An ONNX view of a model, made of its checked weights: input `rows` [n, d] as models see rows (numbers scaled to [0, 1] by
 * their bounds, categories one-hot, in the policy's order), outputs `label` [n], the position of the class or the number in
 * the label's unit, and `scores` where the family has them. ONNX computes in 32 bits: rows on a boundary may end on its other
 * side. `notes` name columns and classes, or the bounds of a number label. Throws ModelMismatchError unless the model fits the table, BAD_LABEL for centroids without classes.
 */
export function onnxOf(model: Model, table: Table): Uint8Array {
  // Refuses what no predictor of the table could read.
  if (predictorOf(model, table).predicts === 'centroid') throw withoutLabels(model)
  const names = new Set(model.tensors.map(({ name }) => name))
  const parts = names.has('w1')
    ? network(model, 'w', table)
    : names.has('centroids')
      ? centroids(model)
      : names.has('leaf')
        ? trees(model, table)
        : network(model, 'coef', table)
  return writeOnnx({
    ...parts,
    inputs: [{ name: 'rows', type: 'float', dims: ['n', dimensionsOf(table)] }],
    notes: {
      'gristmill.features': JSON.stringify(table.features),
      ...(isNumberLabel(table.label)
        ? { 'gristmill.label': JSON.stringify(table.label) }
        : { 'gristmill.classes': JSON.stringify(table.label.classes) }),
    },
  })
}

type Parts = Pick<OnnxGraph, 'nodes' | 'tensors' | 'outputs'>

const tensorOf = ({ tensors }: Model, name: string) => {
  const found = tensors.find((tensor) => tensor.name === name)
  if (found === undefined) throw new ModelFormatError(`there is no tensor "${name}"`)
  return found
}

const floats = (model: Model, name: string): OnnxTensor => {
  const { shape, values } = tensorOf(model, name)
  return { name, dims: shape, type: 'float', values }
}

/** Layers of weights and biases, ReLU between them; a linear model is one layer. */
function network(model: Model, kind: 'w' | 'coef', table: Table): Parts {
  const count = model.tensors.filter(({ name }) => /^w\d$/.test(name)).length
  const layers =
    kind === 'coef'
      ? [['coef', 'intercept'] as const]
      : Array.from({ length: count }, (_, index) => [`w${index + 1}`, `b${index + 1}`] as const)
  const nodes: OnnxNode[] = []
  let from = 'rows'
  for (const [index, [weights, bias]] of layers.entries()) {
    const isLast = index === layers.length - 1
    const to = isLast ? 'scores' : `sum${index + 1}`
    nodes.push({ operator: 'Gemm', inputs: [from, weights, bias], outputs: [to], attributes: { transB: { int: 1 } } })
    if (!isLast) nodes.push({ operator: 'Relu', inputs: [to], outputs: [`hidden${index + 1}`] })
    from = `hidden${index + 1}`
  }
  return labelled(table, { nodes, tensors: layers.flat().map((name) => floats(model, name)) })
}

/** Complete trees, as lists of nodes: where a value is at most the threshold, the way goes on at the first child. */
function trees(model: Model, table: Table): Parts {
  const feature = tensorOf(model, 'feature')
  const threshold = tensorOf(model, 'threshold')
  const leaf = tensorOf(model, 'leaf')
  const [count = 0, inner = 0] = feature.shape
  const outputs = scoresOf(table)
  const all = 2 * inner + 1
  const places = Array.from({ length: count * all }, (_, index) => ({
    tree: Math.floor(index / all),
    node: index % all,
  }))
  const isLeaf = (node: number) => node >= inner
  const at = (values: ArrayLike<number>, tree: number, node: number) =>
    isLeaf(node) ? 0 : values[tree * inner + node]!
  const ends = places
    .filter(({ node }) => isLeaf(node))
    .flatMap((place) => Array.from({ length: outputs }, (_, target) => ({ ...place, target })))
  const ints = (of: (place: { tree: number; node: number }) => number) => ({ ints: places.map(of) })
  const nodes: OnnxNode[] = [
    {
      operator: 'TreeEnsembleRegressor',
      isMl: true,
      inputs: ['rows'],
      outputs: ['scores'],
      attributes: {
        aggregate_function: { text: 'SUM' },
        n_targets: { int: outputs },
        nodes_treeids: ints(({ tree }) => tree),
        nodes_nodeids: ints(({ node }) => node),
        nodes_featureids: ints(({ tree, node }) => at(feature.values, tree, node)),
        nodes_values: { floats: places.map(({ tree, node }) => at(threshold.values, tree, node)) },
        nodes_modes: { texts: places.map(({ node }) => (isLeaf(node) ? 'LEAF' : 'BRANCH_LEQ')) },
        nodes_truenodeids: ints(({ node }) => (isLeaf(node) ? 0 : 2 * node + 1)),
        nodes_falsenodeids: ints(({ node }) => (isLeaf(node) ? 0 : 2 * node + 2)),
        target_treeids: { ints: ends.map(({ tree }) => tree) },
        target_nodeids: { ints: ends.map(({ node }) => node) },
        target_ids: { ints: ends.map(({ target }) => target) },
        target_weights: {
          floats: ends.map(
            ({ tree, node, target }) => leaf.values[(tree * (inner + 1) + node - inner) * outputs + target]!,
          ),
        },
      },
    },
  ]
  return labelled(table, { nodes, tensors: [] })
}

/** The label of the nearest centroid c, the one with the largest 2 c·x - |c|²; in order of their labels, for of equals the first counts. */
function centroids(model: Model): Parts {
  const { shape, values } = tensorOf(model, 'centroids')
  const [count = 0, dimensions = 0] = shape
  const given = tensorOf(model, 'labels').values
  const order = Array.from(given.keys()).sort((a, b) => given[a]! - given[b]!)
  const labels = order.map((row) => given[row]!)
  const sorted = order.flatMap((row) => [...values.subarray(row * dimensions, (row + 1) * dimensions)])
  const squares = Array.from({ length: count }, (_, row) => {
    let sum = 0
    for (let index = 0; index < dimensions; index++) sum += sorted[row * dimensions + index]! ** 2
    return -sum
  })
  return {
    nodes: [
      {
        operator: 'Gemm',
        inputs: ['rows', 'twice', 'squares'],
        outputs: ['nearness'],
        attributes: { transB: { int: 1 } },
      },
      {
        operator: 'ArgMax',
        inputs: ['nearness'],
        outputs: ['nearest'],
        attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
      },
      { operator: 'Gather', inputs: ['labels', 'nearest'], outputs: ['label'] },
    ],
    tensors: [
      { name: 'twice', dims: shape, type: 'float', values: sorted.map((value) => 2 * value) },
      { name: 'squares', dims: [count], type: 'float', values: squares },
      { name: 'labels', dims: [count], type: 'int64', values: labels },
    ],
    outputs: [{ name: 'label', type: 'int64', dims: ['n'] }],
  }
}

/** Of a number label the score, kept within the bounds, in the label's unit; of one score the second class where it is above 0, of several the highest. */
function labelled(table: Table, { nodes, tensors }: Pick<Parts, 'nodes' | 'tensors'>): Parts {
  const outputs = scoresOf(table)
  const shape: OnnxTensor = { name: 'flat', dims: [1], type: 'int64', values: [-1] }
  if (isNumberLabel(table.label)) {
    const constant = (name: string, value: number): OnnxTensor => ({ name, dims: [1], type: 'float', values: [value] })
    return {
      nodes: [
        ...nodes,
        { operator: 'Max', inputs: ['scores', 'least'], outputs: ['from_least'] },
        { operator: 'Min', inputs: ['from_least', 'most'], outputs: ['within'] },
        { operator: 'Mul', inputs: ['within', 'half_range'], outputs: ['distance'] },
        { operator: 'Add', inputs: ['distance', 'middle'], outputs: ['column'] },
        { operator: 'Reshape', inputs: ['column', 'flat'], outputs: ['label'] },
      ],
      tensors: [
        ...tensors,
        constant('least', -1),
        constant('most', 1),
        constant('half_range', halfRangeOf(table.label)),
        constant('middle', middleOf(table.label)),
        shape,
      ],
      outputs: [
        { name: 'label', type: 'float', dims: ['n'] },
        { name: 'scores', type: 'float', dims: ['n', outputs] },
      ],
    }
  }
  const zero: OnnxTensor = { name: 'zero', dims: [1], type: 'float', values: [0] }
  const decide: OnnxNode[] =
    outputs === 1
      ? [
          { operator: 'Greater', inputs: ['scores', 'zero'], outputs: ['above'] },
          { operator: 'Cast', inputs: ['above'], outputs: ['column'], attributes: { to: { int: 7 } } },
          { operator: 'Reshape', inputs: ['column', 'flat'], outputs: ['label'] },
        ]
      : [
          {
            operator: 'ArgMax',
            inputs: ['scores'],
            outputs: ['label'],
            attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
          },
        ]
  return {
    nodes: [...nodes, ...decide],
    tensors: [...tensors, ...(outputs === 1 ? [zero, shape] : [])],
    outputs: [
      { name: 'label', type: 'int64', dims: ['n'] },
      { name: 'scores', type: 'float', dims: ['n', outputs] },
    ],
  }
}
