// The way in: what the request dialogue shows for each answer of the registry, and which question comes next.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Reason, RegistryState } from '../../../api/index.ts'
import { fieldOf, joinView } from './join-view.ts'
import { firstLoginStep, loginOptions, nextLoginStep, offersSignUp } from './login-step.ts'

function view(state: RegistryState, reason?: Reason) {
  const status = { name: 'alice', registry: '192.0.2.1:4747', state }
  return joinView(reason === undefined ? status : { ...status, reason })
}

describe('joining', () => {
  test('shows progress until there is an answer', () => {
    assert.equal(joinView(undefined).kind, 'waiting')
    const calling = view('connecting')
    assert.equal(calling.kind === 'waiting' && calling.isTrouble, false)
    assert.match(calling.kind === 'waiting' ? calling.text : '', /192\.0\.2\.1:4747/)
  })

  test('says that nothing answers, and that it goes on trying', () => {
    const down = view('unreachable')
    assert.ok(down.kind === 'waiting' && down.isTrouble)
    assert.match(down.text, /Nothing answers at 192\.0\.2\.1:4747\. Parley keeps trying/)
  })

  test('goes back to the field in which the fault is', () => {
    const taken = view('refused', { code: 'nameTaken', details: { name: 'alice' } })
    assert.ok(taken.kind === 'stopped' && taken.field === 'name')
    assert.match(taken.words.text, /alice belongs to somebody else/)
    const untrusted = view('refused', { code: 'registryNotTrusted', details: {} })
    assert.ok(untrusted.kind === 'stopped' && untrusted.field === 'registry')
    assert.equal(view('refused').kind, 'stopped')
  })

  test('shows both keys where the registry has another one', () => {
    const details = { expected: 'aaaa', offered: 'bbbb' }
    const wrong = view('wrongKey', { code: 'wrongRegistryKey', details })
    assert.deepEqual(wrong, { kind: 'wrongKey', ...details })
    assert.deepEqual(view('wrongKey'), { kind: 'wrongKey', expected: '', offered: '' })
  })

  test('asks what the registry asks', () => {
    assert.equal(view('loggedOut', { code: 'passwordNeeded', details: {} }).kind, 'login')
  })

  test('puts errors of the machine beside their fields', () => {
    assert.equal(fieldOf('portInUse'), 'port')
    assert.equal(fieldOf('badRegistry'), 'registry')
    assert.equal(fieldOf('folderLocked'), 'name')
    assert.equal(fieldOf('storeFull'), undefined)
  })
})

describe('logging in', () => {
  const fields = { name: 'alice', password: 'p', inviteCode: ' code ' }

  test('begins with what the registry asked', () => {
    const first = (code: string, details = {}) => firstLoginStep({ reason: { code, details } })
    assert.deepEqual(first('passwordNeeded', { known: true }), { kind: 'password', isKnown: true })
    assert.deepEqual(first('inviteNeeded'), { kind: 'invite', withPassword: false })
    assert.deepEqual(first('byRequest'), { kind: 'plain' })
    assert.deepEqual(firstLoginStep({}), { kind: 'plain' })
  })

  test('asks for a password, offers to sign up, and then for a code', () => {
    const password = nextLoginStep({ kind: 'plain' }, 'passwordNeeded', false)
    assert.ok(password !== undefined)
    assert.deepEqual(loginOptions(password, fields), { name: 'alice', password: 'p' })
    assert.equal(offersSignUp(password, 'passwordWrong', false), true)
    assert.equal(offersSignUp(password, 'passwordWrong', true), false, 'the name is ours: the password is wrong')
    const signUp = { kind: 'signUp' } as const
    assert.deepEqual(loginOptions(signUp, fields), { name: 'alice', password: 'p', signUp: true })
    const invite = nextLoginStep(signUp, 'inviteNeeded', false)
    assert.deepEqual(invite, { kind: 'invite', withPassword: true })
    const whole = { name: 'alice', password: 'p', signUp: true, inviteCode: 'code' }
    assert.deepEqual(loginOptions({ kind: 'invite', withPassword: true }, fields), whole)
  })

  test('stays where it is with what is merely wrong', () => {
    assert.equal(nextLoginStep({ kind: 'password', isKnown: true }, 'passwordWrong', true), undefined)
    assert.equal(nextLoginStep({ kind: 'invite', withPassword: false }, 'inviteWrong', false), undefined)
    assert.equal(nextLoginStep({ kind: 'plain' }, 'rateLimited', false), undefined)
  })

  test('sends no password with a code where none was asked for', () => {
    const options = loginOptions({ kind: 'invite', withPassword: false }, { ...fields, password: '' })
    assert.deepEqual(options, { name: 'alice', signUp: true, inviteCode: 'code' })
  })
})
