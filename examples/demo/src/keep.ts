import { DemoInterruptedError } from './errors.js'

/** Hands what was just started to the stack; ends it at once if the demo was interrupted while it started. */
export async function keep<T extends AsyncDisposable>(stack: AsyncDisposableStack, started: T): Promise<T> {
  if (!stack.disposed) return stack.use(started)
  await started[Symbol.asyncDispose]()
  throw new DemoInterruptedError('The demo was interrupted while it started.')
}
