import { fileURLToPath } from 'node:url'

/** An algorithm that comes with the command line. */
export interface Template {
  file: string
  /** Of its parameters, as `--parameters` has them. */
  ranges: string
}

const at = (path: string) => fileURLToPath(new URL(`../../templates/${path}`, import.meta.url))

/** What `compute init --js` writes, and what a policy allows unless its maker names something else. */
export const LOGISTIC_REGRESSION: Template = {
  file: at('js/train.js'),
  ranges: '{"epochs":[1,500],"l2Micros":[0,1000000]}',
}
