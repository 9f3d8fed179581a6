export { nodeSha256 } from '@gristmill/envelope/node'
