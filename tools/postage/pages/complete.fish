# Completion of postage for fish. The tables in it are the tool's own, written when it was built.

function __postage_has_no_command
    test (count (commandline -opc)) -eq 1
end

function __postage_command_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __postage_wants_topic
    set -l words (commandline -opc)
    test (count $words) -eq 2; and test $words[2] = help
end

complete -c postage -f
complete -c postage -n __postage_has_no_command -a help -d 'how to use it'
complete -c postage -n __postage_has_no_command -s h -l help -d 'what there is'
complete -c postage -n __postage_has_no_command -l version -d 'this tool and its libraries'
@ALL@
