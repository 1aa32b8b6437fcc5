// The rule of admission over every case there is, against a second, slower way to say it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Admission, admissionProblem, type HeldName } from './index.ts'

const bytes = fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2))
const held: fc.Arbitrary<HeldName | undefined> = fc.option(
  fc.record({ isOwn: fc.boolean(), record: fc.option(bytes, { nil: undefined }), remembersDevice: fc.boolean() }),
  { nil: undefined },
)
const admission: fc.Arbitrary<Admission> = fc.oneof(
  fc.constant({ kind: 'open' } as const),
  fc.record({ kind: fc.constant('password' as const) }),
  fc.record({ kind: fc.constant('password' as const), record: bytes }),
  fc.record({ kind: fc.constant('password' as const), provenRecord: bytes }),
  fc.record({ kind: fc.constant('invite' as const) }),
  fc.record({ kind: fc.constant('invite' as const), codeHash: bytes }),
)

test('no name is ever used by another identity', () => {
  fc.assert(
    fc.property(admission, held, fc.option(fc.nat(10), { nil: undefined }), (brought, name, expires) => {
      const problem = admissionProblem(brought, name, 5, expires)
      if (name && !name.isOwn) assert.notEqual(problem, undefined)
    }),
    { numRuns: 1_000 },
  )
})

test('by password: in without one is only who is remembered, who proved the present record, or who sets the first', () => {
  fc.assert(
    fc.property(admission, held, (brought, name) => {
      if (brought.kind !== 'password' || admissionProblem(brought, name, 5, undefined) !== undefined) return
      const { record, provenRecord } = brought
      const known = name?.record?.[0]
      const setsFirst = record !== undefined && known === undefined
      const repeats = record !== undefined && record[0] === known
      const proves = provenRecord !== undefined && provenRecord[0] === known
      const isRemembered = name !== undefined && name.remembersDevice && known !== undefined && !record && !provenRecord
      assert.ok(setsFirst || repeats || proves || isRemembered)
    }),
    { numRuns: 1_000 },
  )
})

test('without a record, a name that nobody has and one of another identity are refused alike', () => {
  fc.assert(
    fc.property(admission, held, (brought, name) => {
      if (brought.kind !== 'password' || brought.record || name?.isOwn) return
      assert.equal(admissionProblem(brought, name, 5, undefined), admissionProblem(brought, undefined, 5, undefined))
    }),
    { numRuns: 1_000 },
  )
})
