import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { hash } from './hash.ts'
import { keyWords } from './key-words.ts'

test('a key has twelve words that stand for the first bits of its hash, and another key has others', () => {
  const [key, other] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)]
  const words = keyWords(key)
  assert.equal(words.length, 12)
  assert.deepEqual(mnemonicToEntropy(words.join(' '), wordlist), new Uint8Array(hash(key).subarray(0, 16)))
  assert.notDeepEqual(keyWords(other), words)
})
