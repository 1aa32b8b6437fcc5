// What bin uses of the configuration: TOML files read with their faults, edited as text, and who wins.

export { type ConfigEntry, type ConfigFile, type ConfigFinding, readConfigFile } from './config-file.ts'
export { configTemplate, type EditProblem, setInText, unsetInText } from './config-text.ts'
export { settle, type SettingOrigin, type SettledSetting, type VariableProblem } from './precedence.ts'
export {
  type ConfigKind,
  readValue,
  type Setting,
  type SettingForm,
  type SettingValue,
  valueProblem,
} from './setting.ts'
