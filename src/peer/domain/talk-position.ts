// Where an entry is in its transcript, as one number that stays the same. With a person: the row of the message. In a room
// and in the channel the order is not that of coming, so there the position is made of the place in the common order (a
// room's number, the channel's time: the slot) and, below it, the rank among those that claim the same slot. Own messages
// without a number yet stand above all.

/** Ranks in a slot: nobody honest claims a slot twice, but for a few that the channel heard in one millisecond. */
export const ranksPerSlot = 1_024
/** Higher slots are nonsense (a time after the year 2100) and count as this one: positions stay exact as numbers. */
export const slotMax = 2 ** 42 - 1
/** Positions of own messages without a number: this and their row. */
export const draftPositionMin = 2 ** 52

/** Those of a rank that is too high share the highest: pages step over them. */
export function positionOf(slot: number, rank: number): number {
  return Math.min(slot, slotMax) * ranksPerSlot + Math.min(rank, ranksPerSlot - 1)
}

export function placeOf(position: number): { readonly slot: number; readonly rank: number } {
  const slot = Math.floor(position / ranksPerSlot)
  return { slot, rank: position - slot * ranksPerSlot }
}
