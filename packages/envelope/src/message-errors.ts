import { ProtocolError } from '@gristmill/protocol/error'

/** Base of the errors for an OpenPGP message that cannot be opened or made. Whatever came out before is worthless. */
export abstract class MessageError extends ProtocolError {}

/** Thrown when bytes are not the OpenPGP message that was expected. */
export class MalformedMessageError extends MessageError {
  readonly code = 'MALFORMED_MESSAGE' as const

  constructor(reason: string) {
    super(`This is not a readable encrypted OpenPGP message: ${reason}. Fetch it again.`, { details: { reason } })
  }
}

/** Thrown when a message stops before its end. */
export class TruncatedMessageError extends MessageError {
  readonly code = 'TRUNCATED_MESSAGE' as const

  constructor(receivedBytes: number) {
    super(`The message stops after ${receivedBytes} bytes, before its end. Discard it and fetch it again.`, {
      details: { receivedBytes },
    })
  }
}

/** Thrown when a message was altered: a part of it fails authentication. */
export class TamperedMessageError extends MessageError {
  readonly code = 'TAMPERED_MESSAGE' as const

  constructor() {
    super('The message fails authentication: it was altered or damaged. Discard all of it and fetch it again.')
  }
}

/** Thrown when none of a message's key packets opens with the key at hand. */
export class WrongKeyError extends MessageError {
  readonly code = 'WRONG_KEY' as const

  constructor(fingerprint: string) {
    super(`The message does not open with key ${fingerprint}: it is for another key, or its key packets are damaged.`, {
      details: { fingerprint },
    })
  }
}

/** Thrown when a message uses a part of OpenPGP that is refused here (compression, passwords, ancient packets). */
export class UnsupportedMessageError extends MessageError {
  readonly code = 'UNSUPPORTED_MESSAGE' as const

  constructor(feature: string) {
    super(`The message uses ${feature}, which is refused here. Open it with gpg, or ask for a plain encrypted one.`, {
      details: { feature },
    })
  }
}

/** Thrown when a message holds more than the reader agreed to. */
export class MessageTooLargeError extends MessageError {
  readonly code = 'MESSAGE_TOO_LARGE' as const

  constructor(maxBytes: number) {
    super(`The message holds more than the ${maxBytes} bytes agreed to. Raise maxBytes if that much was expected.`, {
      details: { maxBytes },
    })
  }
}

/** Thrown for a SEIPDv1 message that is too large to hold in memory, which its single checksum at the end demands. */
export class UseGpgError extends MessageError {
  readonly code = 'USE_GPG' as const

  constructor(maxBytes: number) {
    super(
      `A message in the older OpenPGP format (SEIPDv1) is opened here up to ${maxBytes} bytes. ` +
        'Save it and run `gpg --decrypt`, or give a key that supports SEIPDv2 with the next order.',
      { details: { maxBytes } },
    )
  }
}

/** Thrown when something that needs SEIPDv2 is asked for a recipient whose key does not announce it. */
export class RecipientSealingError extends MessageError {
  readonly code = 'RECIPIENT_SEALING' as const

  constructor(fingerprint: string) {
    super(`Key ${fingerprint} does not announce SEIPDv2 with AES-256-GCM. Deliver to it with deliver() or recode().`, {
      details: { fingerprint },
    })
  }
}

/** Thrown when what the OpenPGP library produced is not what was asked for; nothing of it leaves. */
export class SealingMismatchError extends MessageError {
  readonly code = 'SEALING_MISMATCH' as const

  constructor(expected: string) {
    super(`Encryption did not produce ${expected}. Nothing was sent; report this with the versions in use.`, {
      details: { expected },
    })
  }
}
