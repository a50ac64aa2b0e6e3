"""Completions, as bash, zsh and fish themselves make them out of the files that are installed."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

import pages

SCHEMES = {name + "://" for name in pages.providers()}
FILES = ("my file.txt", "form.json")
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
WHAT_ARE_YOU = re.compile(r"\x1b\[0?c")  # fish 4 waits ten seconds for a terminal's answer


def setUpModule():
    global prefix, folder, home
    prefix = pages.installed()
    unittest.addModuleCleanup(prefix.cleanup)
    folder, home = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    unittest.addModuleCleanup(home.cleanup)
    for name in FILES:
        open(os.path.join(folder.name, name), "w", encoding="ascii").close()
    os.mkdir(os.path.join(folder.name, "dir"))


def shell_environment():
    """Where the shells find the installed files, and the tool: fish completes nothing that it cannot run."""
    share = os.path.join(prefix.name, "share")
    return pages.environment({"HOME": home.name, "ZDOTDIR": home.name, "XDG_CONFIG_HOME": home.name, "TERM": "vt100",
                              "XDG_DATA_HOME": home.name, "XDG_DATA_DIRS": share + ":/usr/share", "LC_ALL": "C.UTF-8", "PATH": os.path.dirname(pages.TOOL) + ":" + os.environ["PATH"]})


class Terminal:
    """A shell on a terminal, which is where keys mean something."""

    def __init__(self, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder.name)
            os.execvpe(command[0], command, shell_environment())
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 200, 0, 0))
        self.text = ""

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def wait_for(self, mark, seconds=60):
        end = time.monotonic() + seconds
        while mark not in self.text:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError(f"no {mark!r} in {self.text!r}")
            self.text, questions = WHAT_ARE_YOU.subn("", self.text + os.read(self.fd, 65536).decode("utf-8", "replace"))
            self.type(questions * "\x1b[?6c")
        seen, self.text = self.text.split(mark, 1)
        return seen

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Shell:
    """What every shell has to offer. `ask` returns the words offered for the last word of a line that is being typed."""

    def test_subcommands_are_those_of_the_help(self):
        offered = self.ask("postage ")
        self.assertEqual({word for word in offered if not word.startswith("-")}, {*pages.commands(), "help"})
        self.assertEqual(self.ask("postage up"), {"upload"})
        self.assertEqual({word for word in self.ask("postage help ") if not word.startswith("-")},
                         {*pages.commands(), "rules", "environment"})

    def test_options_are_those_of_the_subcommand_and_no_others(self):
        for command in pages.commands():
            names = set(pages.options_of(command))
            self.assertEqual(self.ask(f"postage {command} --"), names, command)
            self.assertGreater(len(names), 9)

    def test_letters_are_offered(self):
        self.assertLessEqual({"-o", "-q", "-v", "-h"}, self.ask("postage sign -"))
        self.assertNotIn("-o", self.ask("postage upload -"))

    def test_choices_are_offered(self):
        self.assertEqual(self.ask("postage upload --verify "), {"auto", "required", "none", "crc64", "crc32c", "md5", "required-crc64", "required-crc32c",
                                                                "required-md5"})
        self.assertEqual(self.ask("postage sign -o "), {"json", "html", "curl", "fields", "policy"})
        self.assertEqual(self.ask("postage sign s3://box/ --sse A"), {"AES256"})
        self.assertEqual(self.ask("postage check form.json --provider "), set(pages.providers()))

    def test_free_values_have_nothing_to_offer(self):
        self.assertEqual(self.ask("postage sign --region "), set())
        self.assertEqual(self.ask("postage upload --meta "), set())

    def test_operands_are_what_the_usage_says(self):
        self.assertEqual(self.ask("postage sign "), SCHEMES)
        self.assertEqual(self.ask("postage sign --region eu-west-1 m"), {"minio://"})
        self.assertEqual(self.ask("postage presign "), {"get", "head"})
        self.assertEqual(self.ask("postage presign get "), SCHEMES)
        self.assertLessEqual(SCHEMES | {"form.json"}, self.ask("postage upload "))
        self.assertLessEqual(SCHEMES, self.ask("postage upload form.json "))
        if "sandbox" in pages.commands():
            self.assertEqual({word for word in self.ask("postage sandbox ") if not word.startswith("-")}, set())
        self.assertEqual(self.ask("postage upload form.json m") & SCHEMES, {"minio://"})

    @classmethod
    def args_of(cls, keys):
        """What a function called postage is given when these keys are pressed, and return."""
        terminal = cls.terminal()
        try:
            terminal.type(keys + "\r")
            terminal.wait_for("got<")
            return terminal.wait_for(">end").split("><")
        finally:
            terminal.close()

    def typed(self, keys, expected):
        """A value may be completed behind the option or behind an equals sign: the tool takes both."""
        cut = lambda args: [part for arg in args for part in (arg.split("=", 1) if arg.startswith("--") else [arg])]
        self.assertEqual(cut(self.args_of(keys)), cut(expected))

    def test_files_complete_with_their_blanks(self):
        self.typed("postage po\t--verif\tmd\tmy\tfo\t", ["post", "--verify", "md5", "my file.txt", "form.json"])
        self.typed("postage upl\tmy\tmi\tbox/in/", ["upload", "my file.txt", "minio://box/in/"])
        if "sandbox" in pages.commands():
            self.typed("postage sandb\t--dir d\tnew --ledger f\t", ["sandbox", "--dir", "dir/new", "--ledger", "form.json"])
            self.typed("postage sandbox --dir f\t", ["sandbox", "--dir", "f"])
        self.typed("postage sign --policy fo\ts3\tbox/", ["sign", "--policy", "form.json", "s3://box/"])

    def test_values_behind_an_equals_sign_complete(self):
        self.typed("postage sign --sse=aws\t", ["sign", "--sse=aws:kms"])
        self.typed("postage sign --output=ht\t", ["sign", "--output=html"])
        self.typed("postage sign --policy=fo\t", ["sign", "--policy=form.json"])


SHOW = "postage() { local IFS=; printf 'got''<%s' \"$1\"; shift; printf '><%s' \"$@\"; printf '>''end'; }"


class Bash(Shell, unittest.TestCase):
    LOAD = f". {BASH_COMPLETION} && _completion_loader postage"

    def ask(self, line):
        """The function that `complete` names, called as readline does, with readline's way of cutting words."""
        script = self.LOAD + """
            compopt() { :; }
            set -- $(complete -p postage) && [[ $2 == -F && $4 == postage ]] && function=$3
            mapfile -t COMP_WORDS <<<"$WORDS"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$LINE COMP_POINT=${#LINE}
            "$function" postage "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}" """
        words = [part for word in line.split(" ") for part in (re.findall(r"[=:]+|[^=:]+", word) or [""])]
        done = subprocess.run(["bash", "--norc", "--noprofile", "-c", script], capture_output=True, cwd=folder.name, text=True,
                              env={**shell_environment(), "WORDS": "\n".join(words), "LINE": line}, check=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split("\n")) - {""}

    @staticmethod
    def terminal():
        terminal = Terminal("bash", "--norc", "--noprofile", "-i")
        terminal.type(f"{Bash.LOAD}; {SHOW}; bind 'set bell-style none'; printf 're''ady'\r")
        terminal.wait_for("ready")
        return terminal

    def test_a_prefix_before_a_colon_is_not_offered_again(self):
        self.assertEqual(self.ask("postage sign --sse aws:k"), {"kms"})
        self.assertEqual(self.ask("postage sign s3://"), set())
        self.assertEqual(self.ask("postage upload form.json s3://b"), set())
        self.assertEqual(self.ask("postage sign -- --"), set())


class Zsh(Shell, unittest.TestCase):
    # Each match is told before it is used: compadd itself says which fit.
    START = """
        fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D
        compadd() {
            [[ " ${(j: :)@[1,(i)--]} " == *' -'[OAD]' '* ]] && { builtin compadd "$@"; return }
            local -a hits; builtin compadd -O hits "$@"
            print -rl -- $hits >>$HOME/offered
            local at=${@[(i)-*d]}; ((at < $#)) && print -rl -- "${(P@)@[at+1]}" >>$HOME/described
            builtin compadd "$@"
        }
        asked() { BUFFER=; print done >>$HOME/offered }
        zle -N asked; bindkey '^G' asked; bindkey '^I' complete-word; setopt nobeep nolistbeep noautolist; PS1='%%%%'
        """

    @classmethod
    def terminal(cls):
        site = os.path.join(prefix.name, "share/zsh/site-functions")
        with open(os.path.join(home.name, ".zshrc"), "w", encoding="ascii") as start:
            start.write(cls.START % site + SHOW + "\nprint ready\n")
        terminal = Terminal("zsh", "-i")
        terminal.wait_for("ready")
        return terminal

    @classmethod
    def setUpClass(cls):
        cls.shell = cls.terminal()
        cls.addClassCleanup(cls.shell.close)

    def ask(self, line):
        offered = os.path.join(home.name, "offered")
        open(offered, "w", encoding="ascii").close()
        self.shell.type(line + "\t\x07")
        end = time.monotonic() + 60
        while True:
            with open(offered, encoding="utf-8") as file:
                words = file.read().split("\n")
            if "done" in words:
                return set(words) - {"done", ""}
            self.assertLess(time.monotonic(), end, line)
            time.sleep(0.01)


    def test_options_are_described_in_the_words_of_the_help(self):
        texts = pages.texts()
        described = os.path.join(home.name, "described")
        for command in pages.commands():
            open(described, "w", encoding="ascii").close()
            names = self.ask(f"postage {command} --") - {"--help"}
            with open(described, encoding="utf-8") as file:
                seen = {text.strip() for text in re.findall(r"^(?:\S+ +)*-- (.*)$", file.read(), re.M)}
            for option in names:
                self.assertTrue(seen & texts[option], (command, option))


class Fish(Shell, unittest.TestCase):
    def complete(self, line):
        done = subprocess.run(["fish", "-c", "complete -C $LINE"], env={**shell_environment(), "LINE": line}, cwd=folder.name,
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        return dict((line + "\t").split("\t")[:2] for line in done.stdout.splitlines())

    def ask(self, line):
        return set(self.complete(line))

    @staticmethod
    def terminal():
        terminal = Terminal("fish", "-C", "function postage; printf 'got''<%s' $argv[1]; printf '><%s' $argv[2..]; printf '>''end'; end"
                            "; function fish_prompt; printf 're''ady'; end")
        terminal.wait_for("ready")
        return terminal

    def test_options_are_described_in_the_words_of_the_help(self):
        texts = pages.texts()
        for command in pages.commands():
            for option, text in self.complete(f"postage {command} --").items():
                if option != "--help":
                    self.assertIn(text, texts[option])


if __name__ == "__main__":
    pages.need("bash", "zsh", "fish", BASH_COMPLETION)
    unittest.main()
