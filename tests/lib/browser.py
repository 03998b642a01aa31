"""A headless Chromium that is told what to do over its DevTools protocol, by a pipe: no port, no driver, no package."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile

PROGRAM = "chromium"
PATIENCE = 60  # seconds without any word


def installed():
    return shutil.which(PROGRAM) is not None


class Browser:
    """One page at a time. Whatever the page logs as an error, throws, or asks of a network is kept in `complaints`."""

    def __init__(self, width=1280, height=800, dark=False):
        self.size = (width, height)
        self.dark = dark
        self.complaints = []
        self.requests = []

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="rev-browser-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        # The browser reads from its descriptor 3 and writes to 4; a shell puts them there.
        script = f'exec "$@" 3<&{commands} 4>&{answers}'
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        flags += ["--remote-debugging-pipe", "--disable-breakpad", "--disable-crash-reporter", "--no-first-run"]
        flags += ["--disable-background-networking", "--lang=en"]
        flags += [f"--user-data-dir={self.profile}", f"--window-size={self.size[0]},{self.size[1]}", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", script, "bash", PROGRAM, *flags],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile},
        )
        os.close(commands)
        os.close(answers)
        self.buffer = b""
        self.number = 0
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        width, height = self.size
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if self.dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(20)
        except (OSError, EOFError, AssertionError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.answers)
        os.close(self.commands)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], PATIENCE)
            assert ready, "chromium is silent"
            part = os.read(self.answers, 1 << 16)
            if not part:
                raise EOFError("chromium ended")
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def note(self, event):
        method, given = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(str(given["exceptionDetails"]))
        elif method == "Log.entryAdded" and given["entry"]["level"] == "error":
            self.complaints.append(given["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])

    def call(self, method, **given):
        self.number += 1
        message = {"id": self.number, "method": method, "params": given}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.note(answer)

    def wait_for(self, method):
        while True:
            event = self.receive()
            self.note(event)
            if event.get("method") == method:
                return event

    def open(self, path, fragment=""):
        answer = self.call("Page.navigate", url=path.resolve().as_uri() + fragment)
        if "loaderId" in answer:  # otherwise only the fragment is another one
            self.wait_for("Page.loadEventFired")
        self.settle()
        return self

    def settle(self):
        """Until what was asked for is drawn."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, f"{script}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def text(self, selector="body"):
        return self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)
        self.settle()

    def drag(self, x, y, to_x, to_y):
        self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
        for step in (1, 2, 3, 4):
            at = (x + (to_x - x) * step / 4, y + (to_y - y) * step / 4)
            self.mouse("mouseMoved", *at, button="left", buttons=1)
        self.mouse("mouseReleased", to_x, to_y, button="left", clickCount=1)
        self.settle()

    def wheel(self, x, y, down, control=False):
        self.mouse("mouseWheel", x, y, deltaX=0, deltaY=down, modifiers=2 if control else 0)
        self.settle()

    def type(self, text):
        self.call("Input.insertText", text=text)
        self.settle()

    def key(self, name, code=0, text=""):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, **more)
        self.settle()

    def screenshot(self):
        """A PNG's bytes."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
