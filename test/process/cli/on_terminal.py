#!/usr/bin/python3 -IS
"""Runs a command on a pseudo terminal and prints what appears there.

usage: on_terminal.py COLUMNS [WAIT ANSWER ...] -- COMMAND ...
       on_terminal.py --requests

Each time the text WAIT has appeared, ANSWER is typed; \\n, \\x03 (Ctrl-C) and the
like are written as here.  Other answers: "signal:NAME" is sent to the command,
"resize:COLUMNSxLINES" changes the terminal, "run:COMMAND" runs a shell, "screen:"
prints what the terminal shows when nothing has changed for a while (needs
python3-pyte), and what appeared elsewhere is not printed then.  The last line is
"exit" and the exit code; the line before says if the terminal is left in another
state than before.  Ends the command after 60 seconds.

With --requests it runs many commands, since to start Python takes longer than most
of them.  A request on standard input has words that end with a zero byte: how many
follow, the directory and the locale of the command, the file for what is printed,
and the arguments.  The answer is a line.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

LINES = 24


class Terminal:
    """A pseudo terminal, what was shown on it, and what it shows if that is asked for."""

    def __init__(self, columns, draws):
        self.control, self.terminal = pty.openpty()
        self.shown = b""
        self.screens = ""
        self.screen = None
        if draws:
            # not in the path of an isolated Python
            sys.path.append("/usr/lib/python3/dist-packages")
            import pyte
            self.screen = pyte.Screen(columns, LINES)
            self.stream = pyte.ByteStream(self.screen)
        self.resize(columns, LINES)
        self.mode = termios.tcgetattr(self.control)

    def resize(self, columns, lines):
        fcntl.ioctl(self.control, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        if self.screen:
            self.screen.resize(lines, columns)

    def read(self, seconds):
        """Whether there was anything within this time; None at the end."""
        if not select.select([self.control], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.control, 65536)
        except OSError:
            return None
        self.shown += data
        if self.screen:
            self.stream.feed(data)
        return True if data else None

    def act(self, answer, pid):
        word, _, rest = answer.partition(":")
        if word == "signal":
            os.kill(pid, getattr(signal, "SIG" + rest))
        elif word == "resize":
            self.resize(*map(int, rest.split("x")))
        elif word == "run":
            subprocess.run(rest, shell=True, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        elif word == "screen":
            while self.read(0.5):
                pass
            self.screens += "\n".join(line.rstrip() for line in self.screen.display).rstrip() + "\n"
        else:
            os.write(self.control, answer.encode().decode("unicode_escape").encode("latin-1"))

    def is_changed(self):
        """Whether its mode, the alternate screen or a hidden cursor were left behind."""
        return (termios.tcgetattr(self.control) != self.mode
                or self.shown.rfind(b"\x1b[?1049h") > self.shown.rfind(b"\x1b[?1049l")
                or self.shown.rfind(b"\x1b[?25l") > self.shown.rfind(b"\x1b[?25h"))


def run(words):
    dashes = words.index("--")
    steps = words[1:dashes]
    command = words[dashes + 1:]
    terminal = Terminal(int(words[0]), "screen:" in steps)
    pid = os.fork()
    if pid == 0:
        os.close(terminal.control)
        os.login_tty(terminal.terminal) if hasattr(os, "login_tty") else adopt(terminal.terminal)
        os.environ.setdefault("TERM", "xterm")
        os.environ.pop("COLUMNS", None)
        os.execvp(command[0], command)
    os.close(terminal.terminal)
    seen = 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if terminal.read(0.2) is None:
            break
        if steps and steps[0].encode() in terminal.shown[seen:]:
            seen = len(terminal.shown)
            terminal.act(steps[1], pid)
            steps = steps[2:]
    else:
        os.kill(pid, 9)
    if terminal.screen:
        sys.stdout.write(terminal.screens)
    else:
        sys.stdout.buffer.write(terminal.shown.replace(b"\r\n", b"\n"))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if terminal.is_changed():
        print("terminal changed")
    print("exit", code)
    sys.stdout.flush()


def adopt(terminal):
    """Makes a terminal that of this process, a new session."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    os.close(terminal)


def word():
    """A word of a request, none at the end."""
    return os.fsdecode(b"".join(iter(lambda: sys.stdin.buffer.read(1), b"\0")))


def run_requests():
    while count := word():
        directory, os.environ["LC_ALL"], output, *words = [word() for _ in range(int(count))]
        pid = os.fork()
        if pid == 0:
            os.chdir(directory)
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            run(words)
            os._exit(0)
        os.waitpid(pid, 0)
        print(flush=True)


if sys.argv[1:] == ["--requests"]:
    run_requests()
else:
    run(sys.argv[1:])
