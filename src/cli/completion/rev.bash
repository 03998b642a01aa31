# Completion of @program@ for bash: asks the program itself what could stand at the cursor.
# shellcheck shell=bash

_@identifier@_complete() {
    # readline cuts words at = and : too. What stands together without a blank is one word to the program.
    local line=${COMP_LINE:0:COMP_POINT} rest word i
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        rest=${line#"${line%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        ((i < COMP_CWORD)) || word=$rest
        if ((i == 0)) || [[ $rest != "$line" ]]; then
            words+=("$word")
        else
            words[-1]+=$word
        fi
        line=${rest#"$word"}
    done
    local typed=${words[-1]} cut=''
    case $COMP_WORDBREAKS in *:*) [[ $typed != *:* ]] || cut=${typed%:*}: ;; esac
    case $COMP_WORDBREAKS in *=*) [[ ${typed#"$cut"} != *=* ]] || cut=${typed%=*}= ;; esac

    # Quotes are the shell's, and so is the home folder's short name.
    words=("${words[@]//[\"\'\\]/}")
    local home=${HOME-}
    words=("${words[@]/#'~/'/$home/}")

    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        word=${answer%%$'\t'*}
        if [[ -n $word ]]; then
            printf -v word %q "${word#"$cut"}"
            COMPREPLY+=("$word")
        else
            compopt -o filenames 2>/dev/null
            local option=-f
            [[ $answer == *file ]] || option=-d
            while IFS= read -r word; do
                COMPREPLY+=("$word")
            done < <(compgen "$option" -- "${typed#"$cut"}")
        fi
    done < <("${words[@]:0:1}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -o nosort -F _@identifier@_complete @program@
