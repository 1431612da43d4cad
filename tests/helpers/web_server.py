"""A web server on this machine that can be as bad as real ones are."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Server:
    """What it serves, how it behaves, and what it was asked.

    Attributes:
        url: Ends with a slash.
        files: Content by name.
        ranges: Whether it knows how to send the rest of a file.
        breaks_after: It hangs up after so many bytes of a body, as often as ``breaks`` says.
        chunked: Whether it leaves the length out.
        headers: Sent besides, or instead: ``{"Content-Length": "abc"}``; ``None`` leaves one out.
        statuses: Of the next answers, before those that are due.
        endless: Whether it goes on after the end of a file until nobody listens.
        requests: The ``Range`` header of each request, ``""`` where there was none.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    breaks_after: int = 0
    breaks: int = 0
    chunked: bool = False
    headers: dict[str, str | None] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    endless: bool = False
    requests: list[str] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[Server]:
    """Serve until the block ends."""
    state = Server()

    class Handler(_Handler):
        server_state = state

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{web.server_address[1]}/"
    thread = threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        state = self.server_state
        asked = self.headers.get("Range", "")
        state.requests.append(asked)
        if state.statuses:
            self._refuse(state.statuses.pop(0))
            return
        content = state.files.get(self.path.lstrip("/"))
        if content is None:
            self.send_error(404)
            return
        start = int(re.findall(r"\d+", asked)[0]) if asked and state.ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        self._send(content[start:], 206 if start else 200)

    def _send(self, body: bytes, status: int) -> None:
        state = self.server_state
        self.send_response(status)
        if state.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            headers = {"Content-Length": str(len(body)), **state.headers}
            for name, value in headers.items():
                if value is not None:
                    self.send_header(name, value)
        self.end_headers()
        if state.breaks:
            state.breaks -= 1
            self._write(body[: state.breaks_after])
            self.close_connection = True
            return
        self._write(body)
        if state.endless:
            self._go_on()
        if state.chunked:
            self.wfile.write(b"0\r\n\r\n")
        if state.headers:
            self.close_connection = True

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        for name, value in self.server_state.headers.items():
            self.send_header(name, value or "")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _go_on(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            while True:
                self._write(b"x" * 10_000)

    def _write(self, body: bytes) -> None:
        if self.server_state.chunked:
            body = f"{len(body):x}\r\n".encode() + body + b"\r\n"
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
