// What has been read, drafts, the times of a message's states, and the index of words. The index holds no text: it is
// filled behind the messages, and `word_mark` says how far it is.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await addTimes(db)
  await makeTalks(db)
  await makeWords(db)
}

async function addTimes(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('message').addColumn('mailbox_at', 'integer').execute()
  await db.schema.alterTable('message').addColumn('settled_at', 'integer').execute()
  // The copies of a room's message by the id that they share.
  await db.schema
    .createIndex('message_shared')
    .on('message')
    .column('room_id')
    .where(sql<boolean>`room_id IS NOT NULL`)
    .execute()
  await db.schema
    .createIndex('room_entry_id')
    .on('room_entry')
    .column('id')
    .where(sql<boolean>`kind = 'message'`)
    .execute()
  await db.schema.createIndex('channel_row_id').on('channel_row').column('id').execute()
}

/** `key`: 'p' and a folded name, 'r' and a room's key in hexadecimal, or 'c'. What is here already counts as read. */
async function makeTalks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('talk')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('read_to', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('draft', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await sql`INSERT INTO talk (key, read_to)
    SELECT 'p' || folded, max(row) FROM message WHERE room IS NULL GROUP BY folded`.execute(db)
  // As talk-position.ts makes positions: the last of the slot of the latest entry.
  await sql`INSERT INTO talk (key, read_to)
    SELECT 'r' || lower(hex(room)), min(max(number), 4398046511103) * 1024 + 1023 FROM room_entry GROUP BY room`.execute(
    db,
  )
  await sql`INSERT INTO talk (key, read_to)
    SELECT 'c', min(max(at), 4398046511103) * 1024 + 1023 FROM channel_row HAVING max(at) IS NOT NULL`.execute(db)
}

async function makeWords(db: Kysely<unknown>): Promise<void> {
  // The texts come as folded words (search-words.ts) with spaces between; all that is not ASCII is part of a word here.
  for (const table of ['message_words', 'room_words', 'channel_words']) {
    await sql`CREATE VIRTUAL TABLE ${sql.table(table)}
      USING fts5(words, talk, who, content='', columnsize=0, tokenize='ascii', prefix='1 2 3')`.execute(db)
  }
  // Rows from `lowest` to `highest` are in the index.
  await db.schema
    .createTable('word_mark')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('lowest', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('highest', 'integer', (column) => column.notNull().defaultTo(-1))
    .execute()
  await sql`INSERT INTO word_mark (source) VALUES ('message'), ('room'), ('channel')`.execute(db)
}
