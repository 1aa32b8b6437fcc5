import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserCommand } from './web-browser.ts'

test('a browser is opened by what the system has for it, and nowhere without a screen', () => {
  const address = 'http://127.0.0.1:4780/open/x'
  assert.deepEqual(browserCommand(address, 'linux', { DISPLAY: ':0' }), ['xdg-open', address])
  assert.deepEqual(browserCommand(address, 'linux', { WAYLAND_DISPLAY: 'wayland-0' }), ['xdg-open', address])
  assert.equal(browserCommand(address, 'linux', { DISPLAY: '' }), undefined)
  assert.equal(browserCommand(address, 'freebsd', {}), undefined)
  assert.deepEqual(browserCommand(address, 'darwin', {}), ['open', address])
  assert.deepEqual(browserCommand(address, 'win32', {}), ['cmd', '/c', 'start', '""', address])
})
