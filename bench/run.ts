// `npm run bench -- NAME`: one question each, always beside a reference in the same run, given as ratios of medians,
// because absolute figures of a shared machine move by a factor of two within an hour.

const benches: Record<string, () => Promise<unknown>> = {
  burst: () => import('./burst/report.ts').then((bench) => bench.reportBurst()),
  chat: () => import('./chat/report.ts').then((bench) => bench.reportChat()),
  crowd: () => import('./crowd/report.ts').then((bench) => bench.reportCrowd()),
  history: () => import('./history/report.ts').then((bench) => bench.reportHistory()),
  link: () => import('./link/report.ts').then((bench) => bench.reportLink()),
  page: () => import('./page.ts').then((bench) => bench.reportPage()),
  seeds: () => import('./seeds/report.ts').then((bench) => bench.reportSeeds()),
  who: () => import('./who.ts').then((bench) => bench.reportWho()),
}

const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`)
  process.exitCode = 2
} else {
  await bench()
}
