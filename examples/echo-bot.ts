// Answers everybody with their own words: node examples/echo-bot.ts NAME REGISTRY
import { openSharedPeer, type PeerEvent } from 'parley'

const [name = 'echo', registry = '127.0.0.1:4747'] = process.argv.slice(2)
const peer = await openSharedPeer({ name, registry, selfNotes: false, onRegistryKey: async () => true })
peer.subscribe((event: PeerEvent) => {
  if (event.type === 'message' && event.from !== peer.name) void peer.send(event.from, event.text)
})
process.once('SIGTERM', () => void peer.close())
console.log(`${peer.name} is there`)
