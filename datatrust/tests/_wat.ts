import binaryen from 'binaryen'

/** A module that keeps the runner's interface; `run` is the body of its one function, `$output` where values go. */
export function assemble(run: string): Uint8Array {
  const module = binaryen.parseText(`(module
    (memory (export "memory") 4)
    (global $top (mut i32) (i32.const 1024))
    (func (export "gristmill_abi") (result i32) (i32.const 1))
    (func (export "gristmill_alloc") (param $bytes i32) (result i32)
      (local $at i32)
      (local.set $at (global.get $top))
      (global.set $top
        (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
      (local.get $at))
    (func (export "gristmill_run")
      (param $input i32) (param $inputBytes i32) (param $output i32) (param $outputBytes i32) (result i32)
      ${run}))`)
  try {
    module.setFeatures(binaryen.Features.All)
    return module.emitBinary()
  } finally {
    module.dispose()
  }
}

const store = (index: number, value: string) =>
  `(f64.store offset=${8 * index} (local.get $output) (f64.const ${value}))`

/** "Learns" the weights 1, 0 and the intercept -0.5, whatever the data. */
export const constantModel = () => assemble(`${store(0, '1')} ${store(1, '0')} ${store(2, '-0.5')} (i32.const 24)`)

/** Writes something that is no number. */
export const nanModel = () => assemble(`${store(0, 'nan')} ${store(1, '0')} ${store(2, '0')} (i32.const 24)`)

/** Never ends by itself. */
export const endlessLoop = () => assemble('(loop $again (br $again)) (i32.const 0)')

/** Stops at once. */
export const trap = () => assemble('(unreachable)')
