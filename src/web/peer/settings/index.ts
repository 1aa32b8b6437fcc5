// What the user set for this browser.

export type { Settings } from './settings.ts'
export { applyLook, changeSettings, currentSettings, useSettings } from './settings-store.ts'
