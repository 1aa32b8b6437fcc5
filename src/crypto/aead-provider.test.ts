import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AeadKey, AeadProvider } from './index.ts'
import { PacketKey, aeadName, loadSodium, openBytes, sealBytes, useFasterAead } from './index.ts'
import { nodeAead } from './node-aead.ts'

function providerWith(changes: (key: AeadKey) => Partial<AeadKey>): AeadProvider {
  return {
    name: 'changed',
    importKey: (raw) => {
      const key = nodeAead.importKey(raw)
      const plain: AeadKey = {
        seal: (...args) => key.seal(...args),
        open: (...args) => key.open(...args),
        erase: () => key.erase(),
      }
      return { ...plain, ...changes(key) }
    },
  }
}

test('a provider that seals wrongly, opens anything, cannot open or throws is not taken', () => {
  const broken: AeadProvider[] = [
    providerWith(() => ({ seal: (_nonce, _header, plaintext) => plaintext.length + 16 })),
    providerWith((key) => ({ seal: (nonce, _header, text, out) => key.seal(nonce, new Uint8Array(0), text, out) })),
    providerWith(() => ({ open: (_nonce, _header, sealed) => sealed.slice(0, -16) })),
    providerWith(() => ({ open: () => undefined })),
    providerWith((key) => ({ open: (...args) => key.open(...args) ?? new Uint8Array(0) })),
    {
      name: 'throws',
      importKey: () => {
        throw new Error('no')
      },
    },
  ]
  for (const provider of broken) assert.equal(useFasterAead(provider), false)
  assert.equal(aeadName(), 'node')
})

test('a right provider serves the keys made from then on, and both understand each other', () => {
  let sealed = 0
  const before = new PacketKey(new Uint8Array(32))
  const counting = providerWith((key) => ({
    seal: (...args) => {
      sealed++
      return key.seal(...args)
    },
  }))
  assert(useFasterAead(counting))
  assert.equal(aeadName(), 'changed')
  sealed = 0
  const out = new Uint8Array(20)
  new PacketKey(new Uint8Array(32)).seal(3, out, new Uint8Array(4), out.subarray(0))
  assert.equal(sealed, 1)
  const header = new Uint8Array(2)
  new PacketKey(new Uint8Array(32)).seal(4, header, new Uint8Array(4), out)
  assert.deepEqual(before.open(4, header, out), new Uint8Array(4))
  assert(useFasterAead(nodeAead))
})

test('sodium is used where it is installed, and its absence is only an answer', async () => {
  const isUsed = await loadSodium()
  assert.equal(aeadName(), isUsed ? 'sodium-native' : 'node')
  const [key, nonce, header] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(0)]
  for (const length of [0, 1, 1000]) {
    const text = new Uint8Array(length).fill(1)
    const sealed = sealBytes(key, nonce, header, text)
    assert.deepEqual(nodeAead.importKey(key).open(nonce, header, sealed), text)
    assert.deepEqual(openBytes(key, nonce, header, sealed), text)
  }
  useFasterAead(nodeAead)
})
