// `npm run bench -- NAME`: one question each, always beside a reference in the same run, given as ratios of medians,
// because absolute figures of a shared machine move by a factor of two within an hour.

const benches: Record<string, () => Promise<unknown>> = {
  chat: () => import('./chat/report.ts').then((bench) => bench.reportChat()),
  link: () => import('./link/report.ts').then((bench) => bench.reportLink()),
}

const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`)
  process.exitCode = 2
} else {
  await bench()
}
