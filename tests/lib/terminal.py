"""What a person sees: `rev` with stdout and stderr on one pseudo-terminal."""

import fcntl
import os
import pty
import struct
import termios


def on_terminal(rev, *arguments, columns=80, **environment):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = rev.start(*arguments, env={"TERM": "xterm-256color", **environment}, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    process.wait(timeout=60)
    return shown.decode("utf-8", "replace").replace("\r\n", "\n")
