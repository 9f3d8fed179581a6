import { z } from 'zod'

/** Kinds of models whose tensors have a fixed number of values, whatever the number of rows. */
export const FAMILIES = ['linear', 'mlp', 'tree-ensemble', 'centroids', 'histogram'] as const
/** One of `FAMILIES`. */
export type Family = (typeof FAMILIES)[number]

/** Kinds of models that are rows of the data, and why none may leave. */
const INSTANCE_FAMILIES = {
  knn: 'nearest neighbours are the rows themselves',
  'svm-rbf': 'support vectors are rows',
  'gaussian-process': 'a Gaussian process predicts from the rows it keeps',
  'rbf-network': 'the centres of radial basis functions are rows',
} as const

const instanceFamilies = Object.keys(INSTANCE_FAMILIES) as (keyof typeof INSTANCE_FAMILIES)[]

/** True for the name of a family whose models may leave. */
export function isFamily(family: string): family is Family {
  return (FAMILIES as readonly string[]).includes(family)
}

/** The kind of model that may leave; one that stores rows is refused by its name. */
export const familySchema = z.enum([...FAMILIES, ...instanceFamilies]).refine(isFamily, {
  error: ({ input }) =>
    `"${String(input)}" stores rows: ${INSTANCE_FAMILIES[input as keyof typeof INSTANCE_FAMILIES]}; use ${FAMILIES.join(', ')}`,
  params: { unsupported: true },
})
