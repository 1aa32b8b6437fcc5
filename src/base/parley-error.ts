// The one error class that applications see. The code is what a program branches on; the text for people is made in the
// faces, from the code and its details.

export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  /** A stable word, listed in docs/protocol/errors.md or in the API's documentation. */
  readonly code: string
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean
  /** What the text for people needs: names, limits, fingerprints. Never secrets. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    options: { message?: string; retryable?: boolean; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(options.message ?? code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}
