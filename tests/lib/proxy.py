"""A TCP proxy in front of PostgreSQL that cuts one connection at a message, as a broken network would."""

import socket
import threading


class CuttingProxy:
    """Cuts the first connection that sends `needle`: before it is handed on, or once the server has answered it."""

    def __init__(self, port, needle, after):
        self.target = ("127.0.0.1", port)
        self.needle = needle
        self.after = after
        self.cuts = 0
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
            state = {"cut": False}
            self._start(self._forward, client, server, True, state)
            self._start(self._forward, server, client, False, state)

    def _forward(self, source, sink, from_client, state):
        try:
            while data := source.recv(65536):
                if from_client and self.needle in data and self.cuts == 0:
                    self.cuts += 1
                    if not self.after:
                        break
                    state["cut"] = True
                elif not from_client and state["cut"]:
                    break  # the server has acted, and nobody hears of it
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
