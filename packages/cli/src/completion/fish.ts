import { valueCases } from './bash.js'
import type { Branch, Values } from './tree.js'

/** A completion script for fish. */
export function fishScript(branches: readonly Branch[]): string {
  return `# gristmill completion fish > ~/.config/fish/completions/gristmill.fish
function __gristmill_commands
  switch "$argv[1]"
${branches.map(({ path, commands }) => `    case ${fishQuoted(path)}\n      printf '%s\\n' ${commands.map(({ name }) => name).join(' ')}`).join('\n')}
  end
end

function __gristmill_takes_value
  contains -- "$argv[1]" ${valueCases(branches)
    .filter(([pattern]) => pattern.includes('--'))
    .map(([pattern]) => fishQuoted(pattern))
    .join(' ')}
end

# The command so far, and how many arguments it has.
function __gristmill_state
  set -l path ''
  set -l position 0
  set -l skip 0
  for word in (commandline -opc)[2..]
    if test $skip = 1
      set skip 0
    else if string match -q -- '-*' $word
      __gristmill_takes_value "$path $word"; and set skip 1
    else if contains -- $word (__gristmill_commands "$path")
      set path (string trim "$path $word")
    else
      set position (math $position + 1)
    end
  end
  echo "$path $position"
end

function __gristmill_at
  test (__gristmill_state) = "$argv[1]"
end

function __gristmill_in
  string match -q -r -- "^$argv[1] [0-9]+\\$" (__gristmill_state)
end

complete -c gristmill -f
${branches.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, flags, args }: Branch): string[] {
  const at = (position: number) => `-n ${fishQuoted(`__gristmill_at ${fishQuoted(`${path} ${position}`)}`)}`
  return [
    ...commands.map(
      ({ name, description }) => `complete -c gristmill ${at(0)} -a ${name} -d ${fishQuoted(description)}`,
    ),
    ...flags.map(
      ({ name, description, values }) =>
        `complete -c gristmill -n ${fishQuoted(`__gristmill_in ${fishQuoted(path)}`)} -l ${name.slice(2)} -d ${fishQuoted(description)}${values === undefined ? '' : ` ${values === 'file' ? '-r' : '-x'}${choose(values)}`}`,
    ),
    ...args.map((values, position) => `complete -c gristmill ${at(position)}${choose(values)}`),
  ]
}

function choose(values: Values): string {
  if (values === 'file') return ' -F'
  if (values === 'key') return ` -a '(gristmill completion keys 2> /dev/null)'`
  return values === 'nothing' ? '' : ` -a ${fishQuoted(values.join(' '))}`
}

/** In fish a backslash escapes within single quotes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
