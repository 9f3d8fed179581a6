import binaryen from 'binaryen'

export interface WatParts {
  /** Body of gristmill_run($input, $inputBytes, $output, $outputBytes): i32. */
  run?: string
  /** Further definitions. */
  extra?: string
  memory?: string
  abi?: string
  alloc?: string
}

const BUMP_ALLOC = `
  (local $at i32)
  (local.set $at (global.get $top))
  (global.set $top (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
  (local.get $at)`

/** Text of a module that keeps the interface, except where a part breaks it. */
export function wat({
  run = '(local.get $outputBytes)',
  extra = '',
  memory = '(memory (export "memory") 16)',
  abi = '(i32.const 2)',
  alloc = BUMP_ALLOC,
}: WatParts = {}): string {
  return `(module
    ${memory}
    (global $top (mut i32) (i32.const 1024))
    ${extra}
    (func (export "gristmill_abi") (result i32) ${abi})
    (func (export "gristmill_alloc") (param $bytes i32) (result i32) ${alloc})
    (func (export "gristmill_run")
      (param $input i32) (param $inputBytes i32) (param $output i32) (param $outputBytes i32) (result i32)
      ${run}))`
}

/** Bytes of a module given as text. */
export function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text)
  module.setFeatures(binaryen.Features.All)
  const bytes = module.emitBinary()
  module.dispose()
  return bytes
}

/** Body of gristmill_run that writes `values` as f64 and claims their length plus `extraBytes`. */
export function writing(values: readonly number[], extraBytes = 0): string {
  const text = (value: number) => {
    if (Number.isNaN(value)) return 'nan'
    return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : 'inf'
  }
  const stores = values.map(
    (value, index) => `(f64.store offset=${8 * index} (local.get $output) (f64.const ${text(value)}))`,
  )
  return `${stores.join('\n')} (i32.const ${8 * values.length + extraBytes})`
}

/** Body of gristmill_run that does what the body at the index `selector` does; one module serves many tests. */
export function choosing(selector: string, bodies: readonly string[]): string {
  return bodies.reduceRight(
    (rest, body, index) => `(if (result i32) (i32.eq ${selector} (i32.const ${index})) (then ${body}) (else ${rest}))`,
    '(unreachable)',
  )
}
