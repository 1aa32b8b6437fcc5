// Asks a person at a terminal for the name to log in with, before any face is there.

import { createInterface } from 'node:readline'

export type NameAnswer = { readonly name: string } | 'ended' | 'interrupted'

/** Asks until `problem` has nothing against the answer; says what it has. */
export async function askName(problem: (name: string) => string | undefined): Promise<NameAnswer> {
  const { stdin: input, stdout: output } = process
  const lines = createInterface({ input, output, terminal: true })
  try {
    return await new Promise<NameAnswer>((resolve) => {
      const ask = (): void =>
        lines.question('Your name: ', (line) => {
          const name = line.trim()
          const text = name === '' ? 'a name, please' : problem(name)
          if (text === undefined) return resolve({ name })
          output.write(`${text}\n`)
          ask()
        })
      lines.on('SIGINT', () => resolve('interrupted'))
      lines.on('close', () => resolve('ended'))
      ask()
    })
  } finally {
    lines.close()
  }
}
