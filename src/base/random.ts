// Randomness as a port: the system's generator in production, a seeded one in the simulator.

export interface Random {
  /** `length` fresh unpredictable bytes. */
  bytes(length: number): Uint8Array
  /** A number in [0, 1), for jitter and shuffling; never for keys. */
  fraction(): number
}
