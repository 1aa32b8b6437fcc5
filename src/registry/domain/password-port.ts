// The port to OPAQUE (RFC 9807), the server's side. The registry never sees a password, nor anything a password could be
// tried against without asking it. docs/protocol/registry.md, "Passwords".

/** A login that was begun: what to answer, and what ends it. */
export interface StartedLogin {
  readonly message: Uint8Array
  readonly state: Uint8Array
}

export interface PasswordPort {
  /**
   * Answers KE1 with KE2. Without a record the answer is a false one of the same form, which no password ends rightly
   * (RFC 9807 section 10.9). Undefined where the message is no KE1.
   */
  startLogin(name: string, record: Uint8Array | undefined, message: Uint8Array): StartedLogin | undefined
  /** Whether KE3 shows that the peer knows the password. */
  finishLogin(state: Uint8Array, proof: Uint8Array): boolean
  /** Answers a registration request; undefined where the message is none. */
  registrationResponse(name: string, message: Uint8Array): Uint8Array | undefined
  /** Whether a login can be made against this record at all. */
  isRecord(record: Uint8Array): boolean
}
