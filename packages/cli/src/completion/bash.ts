import { quoted } from './shell-word.js'
import type { Branch, Values } from './tree.js'

/** A completion script for bash. */
export function bashScript(branches: readonly Branch[]): string {
  return `# gristmill completion bash >> ~/.bashrc
_gristmill_commands() {
  case "$1" in
${branches.map(({ path, commands }) => `    ${quoted(path)}) echo ${quoted(commands.map(({ name }) => name).join(' '))} ;;`).join('\n')}
  esac
}

_gristmill_flags() {
  case "$1" in
${branches.map(({ path, flags }) => `    ${quoted(path)}) echo ${quoted(flags.map(({ name }) => name).join(' '))} ;;`).join('\n')}
  esac
}

# What stands for the value of an option, or for an argument by its position.
_gristmill_values() {
  case "$1" in
${valueCases(branches)
  .map(([pattern, values]) => `    ${quoted(pattern)}) echo ${quoted(wordsOf(values))} ;;`)
  .join('\n')}
  esac
}

_gristmill() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' position=0 option='' word values i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -n $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      [[ -n $(_gristmill_values "$path $word") ]] && option=$word
    elif [[ " $(_gristmill_commands "$path") " == *" $word "* ]]; then
      path="\${path:+$path }$word"
    else
      position=$((position + 1))
    fi
  done
  if [[ -z $option && $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_gristmill_flags "$path")" -- "$cur"))
    return
  fi
  values=$(_gristmill_values "$path \${option:-$position}")
  case "$values" in
    @file) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    @key) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion keys 2> /dev/null)" -- "$cur")) ;;
    @nothing) ;;
    '') COMPREPLY=($(compgen -W "$(_gristmill_commands "$path")" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$cur")) ;;
  esac
}
complete -F _gristmill gristmill
`
}

/** `vault deposit --token` or `vault allow 0`, and what can stand there. */
export function valueCases(branches: readonly Branch[]): [string, Values][] {
  return branches.flatMap(({ path, flags, args }) => [
    ...flags.flatMap(({ name, values }): [string, Values][] =>
      values === undefined ? [] : [[`${path} ${name}`, values]],
    ),
    ...args.map((values, index): [string, Values] => [`${path} ${index}`, values]),
  ])
}

/** Words to choose from, or `@` and the kind. */
export function wordsOf(values: Values): string {
  return typeof values === 'string' ? `@${values}` : values.join(' ')
}
