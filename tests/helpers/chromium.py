"""Drive a headless Chromium through its DevTools protocol."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websocket import WebSocket, WebSocketTimeoutException, create_connection

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
QUIET_SECONDS = 0.4
LOAD_SECONDS = 30.0


def find_chromium() -> str | None:
    """Find the browser's program, if the machine has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One tab of the browser, with a record of what it requested."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.last_id = 0
        self.requested: list[str] = []
        self.failed: list[str] = []
        self.urls: dict[str, str] = {}
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events on the way are recorded."""
        self.last_id += 1
        self.socket.send(json.dumps({"id": self.last_id, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.last_id:
                assert "error" not in message, f"{method}: {message['error']}"
                return dict(message["result"])
            self.record(message)

    def record(self, message: dict[str, Any]) -> None:
        """Note requests, and those that failed."""
        params = message.get("params", {})
        if message["method"] == "Network.requestWillBeSent":
            self.urls[params["requestId"]] = params["request"]["url"]
            self.requested.append(params["request"]["url"])
        elif message["method"] == "Network.responseReceived":
            if params["response"]["status"] >= 400:
                self.failed.append(f"{params['response']['status']} {params['response']['url']}")
        elif message["method"] == "Network.loadingFailed" and not params.get("canceled"):
            url = self.urls.get(params["requestId"], "?")
            self.failed.append(f"{params['errorText']} {url}")

    def listen(self, seconds: float = QUIET_SECONDS) -> None:
        """Record events until none has come for this long."""
        self.socket.settimeout(seconds)
        try:
            while True:
                self.record(json.loads(self.socket.recv()))
        except WebSocketTimeoutException:
            pass
        finally:
            self.socket.settimeout(LOAD_SECONDS)

    def open(self, url: str) -> None:
        """Load a page and wait until it is complete and quiet."""
        self.requested.clear()
        self.failed.clear()
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")
        self.listen()

    def evaluate(self, expression: str) -> Any:
        """Evaluate a JavaScript expression, awaiting a promise."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, f"{expression}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def wait_for(self, condition: str, seconds: float = LOAD_SECONDS) -> None:
        """Wait until a JavaScript condition is true."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(condition):
            assert time.monotonic() < deadline, f"waited {seconds} s in vain for: {condition}"
            time.sleep(0.05)

    def resize(self, width: int, height: int = 900) -> None:
        """Give the window a size; narrow ones are phones."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def prefer(self, scheme: str) -> None:
        """Let the system prefer ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)


def wait_for_port(folder: Path) -> int:
    """Read the port that the browser writes into its folder when it is ready."""
    file = folder / "DevToolsActivePort"
    deadline = time.monotonic() + LOAD_SECONDS
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.05)
    return int(file.read_text().split()[0])


@contextmanager
def open_browser(program: str, folder: Path) -> Iterator[Page]:
    """Start the browser with an empty profile in ``folder`` and hand out its first tab."""
    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with urlopen(f"http://127.0.0.1:{wait_for_port(folder)}/json/list") as answer:
            tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
        socket = create_connection(tabs[0]["webSocketDebuggerUrl"], timeout=LOAD_SECONDS)
        try:
            yield Page(socket)
        finally:
            socket.close()
    finally:
        process.terminate()
        process.wait(timeout=10)
