// What other folders may use of net: the only sockets, the only clock, and the loop that drives a program.

export { LinkDriver } from './link-driver.ts'
export { resolveHost } from './resolve-host.ts'
export { systemClock } from './system-clock.ts'
