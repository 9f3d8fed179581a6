import { valueCases, wordsOf } from './bash.js'
import { quoted } from './shell-word.js'
import type { Branch } from './tree.js'

/** A completion script for zsh. */
export function zshScript(branches: readonly Branch[]): string {
  return `#compdef gristmill
# gristmill completion zsh > ~/.zfunc/_gristmill, with fpath+=(~/.zfunc) before compinit in ~/.zshrc
_gristmill_commands() {
  case "$1" in
${branches.map(({ path, commands }) => `    ${quoted(path)}) reply=(${commands.map(described).join(' ')}) ;;`).join('\n')}
    *) reply=() ;;
  esac
}

_gristmill_flags() {
  case "$1" in
${branches.map(({ path, flags }) => `    ${quoted(path)}) reply=(${flags.map(described).join(' ')}) ;;`).join('\n')}
    *) reply=() ;;
  esac
}

# What stands for the value of an option, or for an argument by its position.
_gristmill_values() {
  case "$1" in
${valueCases(branches)
  .map(([pattern, values]) => `    ${quoted(pattern)}) REPLY=${quoted(wordsOf(values))} ;;`)
  .join('\n')}
    *) REPLY='' ;;
  esac
}

_gristmill() {
  local cur="\${words[CURRENT]}" path_='' position=0 option='' word i
  local -a reply names
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    _gristmill_commands "$path_"
    names=("\${(@)reply%%:*}")
    if [[ -n $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      _gristmill_values "$path_ $word"
      [[ -n $REPLY ]] && option=$word
    elif (( \${names[(Ie)$word]} )); then
      path_="\${path_:+$path_ }$word"
    else
      position=$((position + 1))
    fi
  done
  if [[ -z $option && $cur == -* ]]; then
    _gristmill_flags "$path_"
    _describe -o option reply
    return
  fi
  _gristmill_values "$path_ \${option:-$position}"
  case "$REPLY" in
    @file) _files ;;
    @key) compadd -- \${(f)"$("\${words[1]}" completion keys 2> /dev/null)"} ;;
    @nothing) ;;
    '') _gristmill_commands "$path_"; _describe command reply ;;
    *) compadd -- \${(z)REPLY} ;;
  esac
}
if [[ $funcstack[1] == _gristmill ]]; then _gristmill "$@"; else compdef _gristmill gristmill; fi
`
}

/** Of `_describe`: name and description with a colon between them. */
function described({ name, description }: { name: string; description: string }): string {
  return quoted(`${name}:${description.replaceAll(':', '\\:')}`)
}
