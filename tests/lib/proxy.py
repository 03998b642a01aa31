"""TCP proxies in front of PostgreSQL: one that cuts a connection at a message, as a broken network would, and one that
counts how often a client waits for the server."""

import socket
import threading


class Proxy:
    """Hands on what passes through it; `hands_on` looks at it first, and ends the connection with False."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = []

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(timeout=10)

    def hands_on(self, data, from_client, state):
        raise NotImplementedError

    def _start(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            state = {}  # of this connection
            self._start(self._forward, client, server, True, state)
            self._start(self._forward, server, client, False, state)

    def _forward(self, source, sink, from_client, state):
        try:
            while data := source.recv(65536):
                if not self.hands_on(data, from_client, state):
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class CuttingProxy(Proxy):
    """Cuts the first connection that sends `needle`: before it is handed on, or once the server has answered it."""

    def __init__(self, port, needle, after):
        super().__init__(port)
        self.needle = needle
        self.after = after
        self.cuts = 0

    def hands_on(self, data, from_client, state):
        if from_client and self.needle in data and self.cuts == 0:
            self.cuts += 1
            state["cut"] = self.after
            return self.after
        return from_client or not state.get("cut")  # else the server has acted, and nobody hears of it


class CountingProxy(Proxy):
    """Counts the round trips of all connections after each is ready for its first query."""

    READY = b"Z\0\0\0\5I"

    def __init__(self, port):
        super().__init__(port)
        self.trips = 0

    def hands_on(self, data, from_client, state):
        if from_client:
            state["waits"] = True
        elif state.get("waits"):
            self.trips += state.get("is_ready", False)
            state["waits"] = False
        if not from_client and data.endswith(self.READY):
            state["is_ready"] = True
        return True
