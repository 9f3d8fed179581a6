/** Exports of the instrumented module that the runner uses; the original must not have them. */
export const HOST_EXPORTS = { fuel: '$fuel', denied: '$denied', start: '$start' } as const
