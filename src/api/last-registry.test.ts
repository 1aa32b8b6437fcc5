// The registry of last time, from files as a peer writes them and as they should not be.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatInvite } from '../protocol/invite.ts'
import { lastRegistry } from './last-registry.ts'

test('the registry of last time is an address without its key, or nothing', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'parley-last-'))
  t.after(() => rmSync(home, { recursive: true }))
  mkdirSync(join(home, 'alice'))
  const after = (text: string): string | undefined => {
    writeFileSync(join(home, 'alice', 'registries.json'), text)
    return lastRegistry('Alice', home)
  }
  assert.equal(lastRegistry('alice', home), undefined)
  assert.equal(after('{"last":"192.0.2.1:4748","keys":{}}'), '192.0.2.1:4748')
  const invite = formatInvite({ host: '2001:db8::1', port: 4747, key: new Uint8Array(32) })
  assert.equal(after(JSON.stringify({ last: invite, keys: {} })), '[2001:db8::1]:4747')
  for (const damaged of ['', '{', 'null', '[]', '{"keys":{}}', '{"last":7}', '{"last":"two words"}']) {
    assert.equal(after(damaged), undefined, damaged)
  }
})
