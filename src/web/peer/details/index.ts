// What there is to know about a conversation.

export { Details, type DetailsProps } from './details.tsx'
