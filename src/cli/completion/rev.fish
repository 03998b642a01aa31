# Completion of @program@ for fish: asks the program itself what could stand at the cursor.

function __@identifier@_complete
    set -l words (string replace -r -- '^~/' "$HOME/" (commandline -opc))
    set -l typed (commandline -ct)
    set -l attached (string match -r -- '^--[^=]*=' $typed)
    for answer in (command $words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
        switch $answer
            case \tfile
                printf '%s\n' "$attached"(__fish_complete_path (string replace -r -- '^--[^=]*=' '' $typed))
            case \tfolder
                printf '%s\n' "$attached"(__fish_complete_directories (string replace -r -- '^--[^=]*=' '' $typed) '')
            case '*'
                printf '%s\n' $answer
        end
    end
end
complete -c @program@ -f -k -a '(__@identifier@_complete)'
