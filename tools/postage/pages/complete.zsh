#compdef postage
# Completion of postage for zsh. The tables in it are the tool's own, written when it was built.

_postage_target() {
@SCHEMES@
}

_postage_file_or_target() {
    _alternative 'files:file:_files' 'targets:target:_postage_target'
}

_postage_rest() { # COMMAND
    case $1 in
@COMMANDS@
    esac
}

_postage() {
    local -a commands topics
@NAMES@
    if ((CURRENT == 2)); then
        _describe -t commands command commands -- "(help:'how to use it')"
        _arguments ':' '(- *)'{-h,--help}'[what there is]' '(- *)--version[this tool and its libraries]'
    elif [[ $words[2] == help ]]; then
        ((CURRENT > 3)) || _describe -t topics topic commands -- topics
    else
        local curcontext=${curcontext%:*}-$words[2]:
        shift words
        ((CURRENT--))
        _postage_rest $words[1]
    fi
}

_postage "$@"
