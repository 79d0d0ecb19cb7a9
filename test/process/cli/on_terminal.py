#!/usr/bin/env -S python3 -IS
"""Runs a command on a pseudo terminal and prints what appears there.

usage: on_terminal.py COLUMNS [WAIT ANSWER ...] -- COMMAND ...

Each time the text WAIT has appeared, ANSWER is typed; \\n, \\x03 (Ctrl-C) and the
like are written as here.  The last line is "exit" and the exit code.  Ends the
command after 60 seconds.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

LINES = 24


def main():
    dashes = sys.argv.index("--")
    columns = int(sys.argv[1])
    steps = sys.argv[2:dashes]
    command = sys.argv[dashes + 1:]
    # the size is set before the command starts to read it
    control, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
    pid = os.fork()
    if pid == 0:
        os.close(control)
        os.login_tty(terminal) if hasattr(os, "login_tty") else adopt(terminal)
        os.environ.setdefault("TERM", "xterm")
        os.environ.pop("COLUMNS", None)
        os.execvp(command[0], command)
    os.close(terminal)
    shown = b""
    seen = 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([control], [], [], 0.2)[0]:
            try:
                data = os.read(control, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        if steps and steps[0].encode() in shown[seen:]:
            seen = len(shown)
            os.write(control, steps[1].encode().decode("unicode_escape").encode("latin-1"))
            steps = steps[2:]
    else:
        os.kill(pid, 9)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def adopt(terminal):
    """Makes a terminal that of this process, a new session."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(terminal, fd)
    os.close(terminal)


main()
