import type { HardhatPlugin } from 'hardhat/types/plugins'

/** Hardhat prints compiler warnings and goes on; with this plugin they fail the build. */
export const warningsAsErrors: HardhatPlugin = {
  id: 'warnings-as-errors',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, compiler, input, config, next) => {
          const output = await next(context, compiler, input, config)
          const messages = (output.errors ?? []).filter((message) => !isExcused(message))
          for (const message of messages) {
            if (message.severity !== 'warning') continue
            message.severity = 'error'
            message.type = 'WarningAsError'
          }
          return { ...output, errors: messages }
        },
      }),
    }),
  },
}

const CODE_SIZE = '5574'
const INITCODE_SIZE = '3860'

interface CompilerMessage {
  severity: string
  errorCode?: string
  formattedMessage?: string
}

/** Warnings about packages of others, and about the size of Solidity tests, which no public chain will hold. */
function isExcused({ severity, errorCode, formattedMessage = '' }: CompilerMessage): boolean {
  if (severity !== 'warning') return false
  const source = /--> (\S+\.sol):/.exec(formattedMessage)?.[1] ?? ''
  const isAboutSize = errorCode === CODE_SIZE || errorCode === INITCODE_SIZE
  return source.startsWith('npm/') || (isAboutSize && source.startsWith('project/test/'))
}
