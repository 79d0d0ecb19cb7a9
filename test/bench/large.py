#!/usr/bin/env python3
"""Runs SQL in a new session and tells how much processor time it took and how long, how
much private memory the session needed beyond what it had before, and how long it went on
after it was cancelled.

usage: large.py postgres|sqlite DATABASE [CANCEL_AFTER_MS] <SQL

The first line of SQL prepares the session (a transaction is begun there, and ended by the
end of the session); what follows is measured.  Prints "CPU_MS MS KIB" or, if it was cancelled,
"CPU_MS MS KIB CANCELLED_MS"; the answer of the session, if it failed otherwise, on standard error.
"""
import os
import signal
import subprocess
import sys
import threading
import time


def private_kib(pid):
    """Memory that only this process has; 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return sum(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def processor_ms(pid):
    """Processor time of the process, which does not depend on what else the machine does."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


class Peak(threading.Thread):
    """Looks for the most memory that a process has."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.before, self.most, self.ended = pid, private_kib(pid), 0, False
        self.start()

    def run(self):
        while not self.ended:
            self.most = max(self.most, private_kib(self.pid))
            time.sleep(0.01)

    def kib(self):
        self.ended = True
        return max(0, self.most - self.before)


def start(engine, database):
    """The shell, and the process that runs the SQL."""
    if engine == "postgres":
        command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database]
        identity = "select pg_backend_pid();\n"
    else:
        command = ["sqlite3", "-batch", "-bail", "-cmd", ".load ./sqlite_ext/dbcare", database]
        identity = ""
    shell = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if not identity:
        return shell, shell.pid
    shell.stdin.write(identity.encode())
    shell.stdin.flush()
    return shell, int(shell.stdout.readline())


def answers(shell, mark):
    """What the shell prints up to a line."""
    lines = []
    for line in iter(shell.stdout.readline, b""):
        if line.strip() == mark:
            return lines, True
        lines.append(line.decode(errors="replace"))
    return lines, False


def main():
    engine, database = sys.argv[1:3]
    cancel_after = float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else None
    first, measured = sys.stdin.read().split("\n", 1)
    shell, pid = start(engine, database)
    shell.stdin.write(f"{first}\nselect 'ready';\n".encode())
    shell.stdin.flush()
    answers(shell, b"ready")
    peak = Peak(pid)
    processor = processor_ms(pid)
    begun = time.monotonic()
    shell.stdin.write(f"{measured}\nselect 'completed';\n".encode())
    shell.stdin.flush()
    sent = []
    if cancel_after is not None:
        def cancel():
            sent.append(time.monotonic())
            os.kill(pid, signal.SIGINT)
        timer = threading.Timer(cancel_after, cancel)
        timer.start()
    lines, completed = answers(shell, b"completed")
    ended = time.monotonic()
    try:
        processor = processor_ms(pid) - processor
    except (FileNotFoundError, ProcessLookupError):
        processor = 0
    figures = f"{processor:.1f} {(ended - begun) * 1000:.1f} {peak.kib()}"
    if cancel_after is not None:
        timer.cancel()
        if not completed and sent:
            figures += f" {(ended - sent[0]) * 1000:.1f}"
    if not completed and not (sent and ("interrupted" in lines[-1] or "canceling" in "".join(lines))):
        sys.stderr.write("".join(lines[-5:]))
        print("failed")
        sys.exit(1)
    print(figures)
    shell.stdin.close()
    shell.wait()


main()
