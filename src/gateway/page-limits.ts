// Every limit of the pages' server in one place: what one connection may send, how long it may take, how many there may
// be. What exceeds them is answered with its status, or closed. docs/limits.md lists them.

export interface PageLimits {
  /** Connections of all kinds at once, WebSockets among them; more are closed at once. */
  readonly connectionsMax: number
  /** How long the head of a request may take; then 408. */
  readonly headerTimeoutMs: number
  /** How long a whole request may take, its body included; then 408. */
  readonly requestTimeoutMs: number
  /** How often those two are looked at. */
  readonly timeoutCheckMs: number
  /** How long nothing may move on a connection whose answer is not read. */
  readonly stallMs: number
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number
  /** Longest head of a request, bytes; then 431. */
  readonly headerBytesMax: number
  /** Longest body of a request and longest message of a WebSocket, bytes; then 413, or the close code 1009. */
  readonly messageBytesMax: number
  /** Bytes that wait for a page which does not read; then its WebSocket is cut. */
  readonly backlogBytesMax: number
  /** A WebSocket that does not answer a ping within this time is cut. */
  readonly pingMs: number
  /** How long a refused body is read and thrown away, so that its sender reads the answer. */
  readonly lingerMs: number
}

export const defaultPageLimits: PageLimits = {
  connectionsMax: 64,
  headerTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  timeoutCheckMs: 500,
  stallMs: 30_000,
  keepAliveMs: 5_000,
  headerBytesMax: 16_384,
  messageBytesMax: 1_048_576,
  backlogBytesMax: 8_388_608,
  pingMs: 20_000,
  lingerMs: 500,
}
