// The open conversation.

export { Transcript, type TranscriptProps } from './transcript.tsx'
