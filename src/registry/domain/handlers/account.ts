// Login, logout, life signs and prekeys. Invariants: a name belongs to the first identity that claimed it; a device acts
// for an account only while the account's newest signed device list names its link key.
// docs/protocol/registry.md, "Login", "Device list", "Prekeys".

import { equalBytes, type MonotonicMs, toHex } from '../../../base/index.ts'
import {
  type AccountName,
  decodeDeviceList,
  decodePrekey,
  type DeviceList,
  deviceListStatement,
  foldName,
  isAccountName,
  prekeyStatement,
  type RegistryErrorName,
  registryProtocolVersion,
  type RegistryRequest,
} from '../../../protocol/index.ts'
import type { Admission } from '../admission.ts'
import type { Session } from '../session.ts'
import type { ClaimOutcome, NewPrekey } from '../store.ts'
import type { AccountHandler, Handler, HandlerContext } from './handler-context.ts'
import { readAdmission } from './password.ts'

type Login = Extract<RegistryRequest, { t: 'login' }>
type Claimed = Extract<ClaimOutcome, { kind: 'claimed' }>

export const login: Handler<'login'> = (context, now, session, request) => {
  if (request.version !== registryProtocolVersion) return context.refuse(now, session, request, 'versionUnsupported')
  if (!isAccountName(request.name)) return context.refuse(now, session, request, 'nameRefused')
  // Changing the account of a session takes a logout: an answer must not depend on which of two logins won.
  if (session.isEntering || (session.account && session.account.key !== foldName(request.name))) {
    return context.refuse(now, session, request, 'badRequest')
  }
  const hostWaitMs = context.takeHostLogin(now, session.address)
  if (hostWaitMs > 0) return context.refuse(now, session, request, 'rateLimited', { retryMs: hostWaitMs })
  const list = readDeviceList(context, session, request)
  if (typeof list === 'string') return context.refuse(now, session, request, list)
  session.shownIdentity = toHex(list.identity)
  const admission = readAdmission(context, now, session, request)
  if (typeof admission === 'string') return context.refuse(now, session, request, admission)
  claimName(context, session, { ...request, name: request.name }, list, admission)
}

function claimName(
  context: HandlerContext,
  session: Session,
  request: Login & { name: AccountName },
  list: DeviceList,
  admission: Admission,
): void {
  const loginNumber = context.nextLoginNumber()
  session.isEntering = true
  context.store.claimName(
    {
      name: request.name,
      identity: list.identity,
      device: session.device,
      devices: request.devices,
      version: list.version,
      deviceKeys: list.devices.map((device) => device.key),
      at: context.wallMs(),
      accountsMax: context.limits.accountsMax,
      namesPerIdentityMax: context.limits.namesPerIdentityMax,
      admission,
    },
    (later, outcome) => {
      session.isEntering = false
      context.afterCommit<ClaimOutcome>(session, request, (committed, claimed) => {
        switch (claimed.kind) {
          case 'claimed':
            return welcome(context, committed, session, request, list, claimed, loginNumber)
          case 'taken':
            return context.refuse(committed, session, request, 'nameTaken', { holder: claimed.holder })
          case 'full':
            return context.refuse(committed, session, request, 'registryFull')
          case 'staleDeviceList':
          case 'passwordNeeded':
          case 'passwordWrong':
          case 'inviteNeeded':
          case 'inviteWrong':
          case 'suspended':
            return context.refuse(committed, session, request, claimed.kind)
        }
      })(later, outcome)
    },
  )
}

/** The list, or why it does not let this session's link key speak for its identity. */
function readDeviceList(context: HandlerContext, session: Session, { devices }: Login): DeviceList | RegistryErrorName {
  const list = decodeDeviceList(devices.body)
  if (!list.ok) return 'badRequest'
  const { identity } = list.value
  if (!context.verifier.verifySignature(identity, deviceListStatement(devices.body), devices.signature)) {
    return 'badSignature'
  }
  return list.value.devices.some((device) => equalBytes(device.key, session.device)) ? list.value : 'deviceNotListed'
}

function welcome(
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  request: Login,
  list: DeviceList,
  claim: Claimed,
  loginNumber: number,
): void {
  const { name } = claim
  if (claim.isNew) context.events.add({ type: 'claimed', name, identity: list.identity })
  session.ownAddresses = request.addresses
  const entered = context.enter(now, session, {
    name,
    key: foldName(name),
    identity: list.identity,
    identityText: toHex(list.identity),
    devices: request.devices,
    deviceKeys: new Set(list.devices.map((device) => toHex(device.key))),
    loginNumber,
  })
  const { directBudgetMs, helloMs, expiryMs, mailboxKeepMs } = context.policy
  context.answer(now, session, {
    t: 'welcome',
    r: request.q,
    name,
    registry: context.registryName,
    observed: session.address,
    now: context.wallMs(),
    prekeys: claim.prekeys,
    lastResortPrekey: claim.lastResortPrekey,
    mail: claim.mail,
    notices: claim.notices,
    accounts: context.accounts,
    channel: claim.channel,
    rooms: claim.rooms,
    policy: { directBudgetMs, helloMs, expiryMs, mailboxKeepMs },
  })
  if (!entered) return
  context.events.add({ type: 'loggedIn', session: session.id, name, agent: request.agent })
  for (const page of context.presence.snapshot()) context.sendBytes(now, session, page)
}

export const logout: AccountHandler<'logout'> = (context, now, session, request) => {
  if (session.isEntering) return context.refuse(now, session, request, 'badRequest')
  const { key } = session.account
  context.leave(now, session, 'logout')
  if (!request.forget) return context.answer(now, session, { t: 'done', r: request.q })
  context.store.forgetDevice(
    key,
    session.device,
    context.afterCommit(session, request, (committed) =>
      context.answer(committed, session, { t: 'done', r: request.q }),
    ),
  )
}

/** That it came renewed the lease already. */
export const hello: AccountHandler<'hello'> = (context, now, session, request) => {
  context.events.add({ type: 'hello', session: session.id, name: session.account.name })
  context.answer(now, session, { t: 'done', r: request.q })
}

/** Tells nothing of anybody but the asker, so it needs no account. */
export const probe: Handler<'probe'> = (context, now, session, request) => {
  context.answer(now, session, {
    t: 'probed',
    r: request.q,
    registry: context.registryName,
    version: registryProtocolVersion,
    observed: session.address,
    now: context.wallMs(),
    accounts: context.accounts,
  })
}

export const addPrekeys: AccountHandler<'addPrekeys'> = (context, now, session, request) => {
  const { identity } = session.account
  const prekeys: NewPrekey[] = []
  for (const { body, signature } of request.prekeys) {
    const prekey = decodePrekey(body)
    if (!prekey.ok || !equalBytes(prekey.value.device, session.device)) {
      return context.refuse(now, session, request, 'badRequest')
    }
    if (!context.verifier.verifySignature(identity, prekeyStatement(body), signature)) {
      return context.refuse(now, session, request, 'badSignature')
    }
    prekeys.push({ id: prekey.value.id, kind: prekey.value.kind, body, signature })
  }
  context.store.addPrekeys(
    { identity, device: session.device, prekeys, onceMax: context.limits.prekeysPerDeviceMax },
    context.afterCommit(session, request, (committed, outcome) => {
      if (outcome === 'full') context.refuse(committed, session, request, 'registryFull')
      else context.answer(committed, session, { t: 'done', r: request.q })
    }),
  )
}
