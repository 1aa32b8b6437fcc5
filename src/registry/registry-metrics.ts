// The registry's figures in the Prometheus text form (version 0.0.4), for `/metrics`. Invariants: a figure that is not
// known is left out and never told as 0; no name of a person and no address is in any label; labels have few values.
// docs/operating.md, "Figures".

import { performance } from 'node:perf_hooks'
import { Counter, Gauge, Registry as Collection } from 'prom-client'
import type { CounterName } from './domain/index.ts'
import type { MeteredFigures, MeteredStore, RegistryMeter } from './registry-meter.ts'

const prefix = 'parley_registry_'

const counterRows: Readonly<Record<CounterName, readonly [name: string, help: string]>> = {
  requests: ['requests_total', 'Requests of peers, whatever the answer.'],
  logins: ['logins_total', 'Logins that were let in.'],
  names: ['names_given_total', 'New names that were given.'],
  deposited: ['mail_deposited_total', 'Messages that were left in mailboxes.'],
  collected: ['mail_collected_total', 'Messages that were collected from mailboxes.'],
  expired: ['mail_expired_total', 'Messages whose time was over before they were collected.'],
  channelMessages: ['channel_messages_total', 'Messages said to everybody.'],
  roomMessages: ['room_messages_total', 'Messages that were numbered for rooms.'],
  introductions: ['introductions_total', 'Pairs of peers that were introduced.'],
  sessionsOpened: ['sessions_opened_total', 'Links that came up.'],
  sessionsEnded: ['sessions_ended_total', 'Links that ended.'],
  storeFailures: ['store_failures_total', 'Calls of the store that failed.'],
}

const gaugeRows: Readonly<Record<string, readonly [help: string, value: (figures: MeteredFigures) => number]>> = {
  sessions: ['Links that are up.', (figures) => figures.sessions],
  accounts_online: ['Accounts that are on line.', (figures) => figures.online],
  requests_in_work: ['Requests without an answer yet.', (figures) => figures.requestsInWork],
  uptime_seconds: ['Time since the start.', (figures) => figures.uptimeMs / 1_000],
  resident_memory_bytes: ['Resident memory of the process.', (figures) => figures.memoryBytes],
}

const storeRows: Readonly<
  Record<string, readonly [help: string, value: (store: MeteredStore, at: number) => number | undefined]>
> = {
  accounts: ['Accounts.', (store) => store.accounts],
  accounts_suspended: ['Accounts that nobody may log in to.', (store) => store.suspended],
  mailbox_messages: ['Messages that wait in mailboxes.', (store) => store.mailRows],
  mailbox_bytes: ['Bytes of the messages that wait in mailboxes.', (store) => store.mailBytes],
  mailbox_oldest_age_seconds: [
    'Age of the oldest message that waits; left out where none waits.',
    ({ oldestMailAt }, at) => (oldestMailAt === undefined ? undefined : Math.max(0, at - oldestMailAt) / 1_000),
  ],
  notices: ['Notices to senders that wait.', (store) => store.notices],
  rooms: ['Rooms.', (store) => store.rooms],
  store_bytes: ['Size of the files of the store.', (store) => store.bytes],
}

export interface MetricsOptions {
  readonly meter: Pick<RegistryMeter, 'figures' | 'store'>
  readonly version: string
  readonly accounts: string
}

/** The whole text and its content type. Never rejects: where the store is silent, its figures are left out. */
export async function metricsText(options: MetricsOptions): Promise<{ readonly type: string; readonly body: string }> {
  const collection = new Collection()
  const lagMs = await loopLagMs()
  const figures = options.meter.figures()
  const gauge = (name: string, help: string, value: number, labels: Readonly<Record<string, string>> = {}): void => {
    const labelNames = Object.keys(labels)
    new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: [collection] }).set(labels, value)
  }
  gauge('info', 'Always 1; what runs.', 1, { version: options.version, accounts: options.accounts })
  for (const [name, [help, value]] of Object.entries(gaugeRows)) gauge(name, help, value(figures))
  gauge('event_loop_lag_seconds', 'How late the loop was for this scrape.', lagMs / 1_000)
  addCounters(collection, figures)
  const store = await options.meter.store().catch(() => undefined)
  gauge('store_up', '1 where the store answered this scrape, else 0.', store ? 1 : 0)
  for (const [name, [help, value]] of Object.entries(storeRows)) {
    const known = store && value(store, figures.at)
    if (known !== undefined) gauge(name, help, known)
  }
  return { type: collection.contentType, body: await collection.metrics() }
}

function addCounters(collection: Collection, figures: MeteredFigures): void {
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name: `${prefix}${name}`, help, labelNames, registers: [collection] })
  for (const [key, [name, help]] of Object.entries(counterRows)) {
    counter(name, help).inc(figures.counters[key as CounterName])
  }
  const refusals = counter('refusals_total', 'Requests that were refused, by error.', ['error'])
  for (const [error, count] of Object.entries(figures.refusals)) refusals.inc({ error }, count)
  const limits = counter('limits_hit_total', 'How often a limit was hit, by limit (docs/limits.md).', ['limit'])
  for (const [limit, count] of Object.entries(figures.limits)) limits.inc({ limit }, count)
  const { user, system } = process.cpuUsage()
  counter('cpu_seconds_total', 'Processor time of the process.').inc((user + system) / 1e6)
  const { active } = performance.eventLoopUtilization()
  counter('event_loop_busy_seconds_total', 'Time that the loop was busy.').inc(active / 1_000)
}

function loopLagMs(): Promise<number> {
  const asked = performance.now()
  return new Promise((resolve) => setImmediate(() => resolve(performance.now() - asked)))
}
