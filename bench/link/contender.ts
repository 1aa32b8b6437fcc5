// What the link is measured against, behind one interface: two processes, messages one way with the contender's own
// back-pressure, or one message to and fro.

export const jobs = ['small', 'roundTrip', 'bulk'] as const
export type Job = (typeof jobs)[number]

/** Bytes of one message of a job. The datagram reference sends bulk in what the link's datagrams carry on any path. */
export const messageBytes: Record<Job, number> = { small: 64, roundTrip: 64, bulk: 16_384 }
export const plainDatagramBytes = 1_200

export interface Target {
  readonly port: number
  /** Whatever else the sender must know: the link's key, in hexadecimal. */
  readonly key: string
}

export interface Receiver {
  readonly target: Target
  close(): Promise<void>
}

export interface Sender {
  /** Sends or queues one message; false when it took nothing and `onWritable` will be called. */
  send(message: Uint8Array): boolean
  /** Ends the turn: what is queued may leave. */
  flush(): void
  close(): Promise<void>
}

export interface Contender {
  /** Starts the receiving side; `onMessage` sees every message as it arrives, the answer goes back where it is given. */
  receive(job: Job, onMessage: (bytes: Uint8Array) => Uint8Array | undefined): Promise<Receiver>
  connect(target: Target, job: Job, on: { writable: () => void; message: (bytes: Uint8Array) => void }): Promise<Sender>
}
