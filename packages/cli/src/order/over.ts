/** Said when an order could not be settled or refunded once more. */
export const OVER = 'The order was settled or refunded before; nothing was moved.'
