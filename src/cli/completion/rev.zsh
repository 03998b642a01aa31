#compdef @program@
# Completion of @program@ for zsh: asks the program itself what could stand at the cursor.

local -a answers values typed
local answer program=${(Q)words[1]/#\~\//$HOME/}
typed=("${(@Q)words[2,CURRENT-1]/#\~\//$HOME/}" "${(Q)PREFIX}")
answers=("${(@f)$("$program" __complete "${typed[@]}" 2>/dev/null)}")

for answer in $answers; do
    case $answer in
    $'\t'file) [[ $PREFIX == --*=* ]] && compset -P '*='; _files ;;
    $'\t'folder) [[ $PREFIX == --*=* ]] && compset -P '*='; _files -/ ;;
    *$'\t'*) values+=("${${answer%%$'\t'*}//:/\\:}:${answer#*$'\t'}") ;;
    ?*) values+=("${answer//:/\\:}") ;;
    esac
done
(( ! $#values )) || _describe -V 'what could stand here' values
