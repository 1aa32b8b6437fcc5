// What bin uses to tell what the doctor found.

export { type Finding, type Level, redact, reportJson, reportText, type Secrets } from './finding.ts'
