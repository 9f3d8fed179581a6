import type { HardhatPlugin } from 'hardhat/types/plugins'

/** Hardhat prints compiler warnings and goes on; with this plugin they fail the build. */
export const warningsAsErrors: HardhatPlugin = {
  id: 'warnings-as-errors',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, compiler, input, config, next) => {
          const output = await next(context, compiler, input, config)
          for (const error of output.errors ?? []) {
            if (error.severity !== 'warning' || isExcused(error)) continue
            error.severity = 'error'
            error.type = 'WarningAsError'
          }
          return output
        },
      }),
    }),
  },
}

const CODE_SIZE = '5574'
const INITCODE_SIZE = '3860'

/** Solidity tests may be larger than what a public chain accepts; nothing else is excused. */
function isExcused(error: { errorCode?: string; formattedMessage?: string }): boolean {
  const isAboutSize = error.errorCode === CODE_SIZE || error.errorCode === INITCODE_SIZE
  return isAboutSize && /--> \S+\.t\.sol:/.test(error.formattedMessage ?? '')
}
