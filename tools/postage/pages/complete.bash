# Completion of postage for bash. The tables in it are the tool's own, written when it was built.

_postage_command() { # COMMAND: what it takes
    flags='' valued='' operands=() repeat=''
    case $1 in
@COMMANDS@
    esac
}

_postage_value() { # OPTION: what comes after it, words or a -kind
    kind=-
    case $1 in
@VALUES@
    esac
}

@SCHEMES@

_postage_words() { # WORDS: those that begin with what is typed
    local typed=$current cut
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$typed")
    # readline replaces only what comes after the last : or =
    cut=${typed%"${typed##*[:=]}"}
    [[ -z $cut ]] || COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

_postage_targets() {
    [[ $current == *:* ]] || _postage_words "$_postage_schemes"
    ((${#COMPREPLY[@]} == 0)) || compopt -o nospace
}

_postage_kind() { # KIND
    case $1 in
    -) ;;
    -file) compopt -o default ;; # readline's own names of files, as nothing else is offered
    -directory) compopt -o dirnames ;;
    -target) _postage_targets ;;
    -file-or-target)
        [[ $current == *:* ]] && return
        _postage_targets
        if ((${#COMPREPLY[@]} == 0)); then
            compopt -o default
        else
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
            compopt -o filenames
        fi
        ;;
    *) _postage_words "$1" ;;
    esac
}

# The words so far: readline has cut them at = and :, which are put together again here.
_postage_split() {
    local i
    words=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        if ((i > 1)) && [[ ${COMP_WORDS[i]} == [=:]* || ${COMP_WORDS[i - 1]} == *[=:] ]]; then
            words[${#words[@]} - 1]+=${COMP_WORDS[i]}
        else
            words+=("${COMP_WORDS[i]}")
        fi
    done
    current=${words[${#words[@]} - 1]}
}

_postage_rest() { # after a subcommand
    local flags valued operands repeat kind word option='' ended='' n=0
    _postage_command "${words[0]}"
    for word in "${words[@]:1:${#words[@]}-2}"; do
        if [[ -n $option ]]; then
            option=''
        elif [[ -z $ended && $word == -- ]]; then
            ended=yes
        elif [[ -z $ended && $word == -?* ]]; then
            [[ $valued != *" $word "* ]] || option=$word
        else
            ((n += 1))
        fi
    done
    if [[ -n $option ]]; then
        _postage_value "$option"
        _postage_kind "$kind"
    elif [[ -z $ended && $current == --*=* ]]; then
        _postage_value "${current%%=*}"
        current=${current#*=}
        _postage_kind "$kind"
    elif [[ -z $ended && $current == -* ]]; then
        _postage_words "$flags$valued"
    else
        [[ -z $repeat ]] || n=0
        _postage_kind "${operands[n]:--}"
    fi
}

_postage() {
    local words current commands topics
@NAMES@
    COMPREPLY=()
    _postage_split
    if ((${#words[@]} == 1)); then
        _postage_words "$commands help -h --help --version"
    elif [[ ${words[0]} == help ]]; then
        ((${#words[@]} > 2)) || _postage_words "$commands$topics"
    else
        _postage_rest
    fi
}

complete -F _postage postage
