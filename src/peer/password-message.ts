// What travels between the peer's thread and the password worker. A password passes once each way of a half exchange and
// is kept on neither side.

/** One half of an exchange; bytes that the registry sent are copied into the worker. */
export type PasswordWork =
  | { readonly kind: 'startLogin' | 'startRecord'; readonly password: string }
  | {
      readonly kind: 'finishLogin' | 'finishRecord'
      readonly password: string
      readonly state: string
      readonly answer: Uint8Array
    }

export interface PasswordCall {
  readonly id: number
  readonly work: PasswordWork
}

/** `message` is undefined where a password is wrong; `failure` is what the library said, never the password. */
export interface PasswordReply {
  readonly id: number
  readonly state?: string | undefined
  readonly message?: Uint8Array | undefined
  readonly failure?: string
}
