"""A PostgreSQL server that runs nothing: it says yes to every statement and keeps its text.

It speaks as much of protocol 3.0 as psql and libpq need, and listens on 127.0.0.1 only. What it knows of SQL is what
changes how psql reads on: COPY … FROM STDIN, whose data it swallows, and SET standard_conforming_strings, which it
reports as a server does. engines.py answers with more.
"""

import re
import socket
import struct
import threading

PARAMETERS = {
    "server_version": "15.0",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "integer_datetimes": "on",
    "is_superuser": "on",
    "session_authorization": "fake",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
}

PID = 1  # of every session, as it is told when connecting

BLANKS = rb"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
COPY_IN = re.compile(BLANKS + rb"copy\b.*?\bfrom\s+std(?:in|out)\b", re.I | re.S)
STRINGS = re.compile(
    BLANKS + rb"(?:(?:set\s+(?:session\s+|local\s+)?\"?standard_conforming_strings\"?\s*(?:=|to)\s*'?(\w+))"
    rb"|reset\s+standard_conforming_strings)",
    re.I | re.S,
)
ROWS = re.compile(BLANKS + rb"\(*(?:select|with|values|table|fetch|show)\b", re.I | re.S)


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


def parameter(name, value):
    return message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


READY = message(b"Z", b"I")
DONE = message(b"C", b"DO\0")
NO_ROWS = message(b"T", struct.pack("!h", 0)) + message(b"C", b"SELECT 0\0")

# \gdesc has a statement described.
EXTENDED = {
    b"P": message(b"1"),
    b"B": message(b"2"),
    b"D": message(b"t", b"\0\0") + message(b"n"),
    b"E": DONE,
    b"S": READY,
}


class Session(threading.Thread):
    def __init__(self, server, connection):
        super().__init__(daemon=True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server = server
        self.connection = connection
        self.stream = connection.makefile("rb")

    def run(self):
        try:
            with self.connection, self.stream:
                if self._start():
                    self._serve()
        except (OSError, EOFError):
            pass  # psql went away

    def _read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _start(self):
        while True:
            (size,) = struct.unpack("!i", self._read(4))
            body = self._read(size - 4)
            (code,) = struct.unpack("!i", body[:4])
            if code in (80877103, 80877104):  # SSL, GSSAPI: no
                self.connection.sendall(b"N")
            elif code == 80877102:  # a cancel request
                return False
            else:
                break
        answer = message(b"R", struct.pack("!i", 0))
        answer += b"".join(parameter(name, value) for name, value in self.server.parameters.items())
        self.connection.sendall(answer + message(b"K", struct.pack("!ii", PID, 1)) + READY)
        return True

    def _message(self):
        kind = self._read(1)
        (size,) = struct.unpack("!i", self._read(4))
        return kind, self._read(size - 4)

    def _serve(self):
        while True:
            kind, body = self._message()
            if kind == b"X":
                return
            if kind == b"Q":
                self._query(body[:-1])
            elif kind in EXTENDED:
                if kind == b"P":
                    self.server.statements.append(body.split(b"\0")[1])
                self.connection.sendall(EXTENDED[kind])

    def _query(self, text):
        self.server.statements.append(text)
        strings = STRINGS.match(text)
        if COPY_IN.match(text):
            self.connection.sendall(message(b"G", b"\0" + struct.pack("!h", 0)))
            data = b""
            while True:
                kind, body = self._message()
                if kind == b"d":
                    data += body
                elif kind in (b"c", b"f"):
                    break
            self.server.copied.append(data)
        answer = NO_ROWS if ROWS.match(text) else DONE
        if strings:
            is_off = (strings.group(1) or b"on").lower() in (b"off", b"false", b"no", b"0")
            answer += parameter("standard_conforming_strings", "off" if is_off else "on")
        self.connection.sendall(answer + READY)


class FakeServer:
    """As a context manager; `statements` and `copied` hold the bytes of what came, in its order."""

    session_class = Session
    parameters = PARAMETERS

    def __init__(self):
        self.statements = []
        self.copied = []

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()
        return self

    def __exit__(self, *_):
        # Closed only when nobody waits on it any more: its number may be the next server's.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.acceptor.join()
        self.socket.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.session_class(self, connection).start()

    def take(self):
        """What came since the last call."""
        taken = self.statements[:], self.copied[:]
        self.statements.clear()
        self.copied.clear()
        return taken
