/** On a terminal Hardhat would ask about telemetry, send it, and keep the answer in the home directory. */
export function disableTelemetry(): void {
  process.env.HARDHAT_DISABLE_TELEMETRY = 'true'
}
