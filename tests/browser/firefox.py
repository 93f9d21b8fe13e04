"""Drive an installed Firefox over WebDriver BiDi, which Playwright cannot: open pages and ask them."""

import contextlib
import json
import re
import subprocess
import threading
import time
from pathlib import Path

import websocket

__all__ = ["Firefox", "firefox"]

# No page may reach another host; nothing may be fetched by the browser itself.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "app.update.auto": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "remote.prefs.recommended": True,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """A Firefox that runs, and a tab in it."""

    def __init__(self, address: str):
        self._socket = websocket.create_connection(f"{address}/session", timeout=30, suppress_origin=True)
        self._last = 0
        self.complaints: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self._tab = self.send("browsingContext.create", type="tab")["context"]

    def send(self, method: str, seconds: float = 30, **parameters):
        """Send a command and return what it gives; TimeoutError if that takes longer than `seconds`."""
        self._last += 1
        number = self._last
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                told = json.loads(self._socket.recv())
            except websocket.WebSocketTimeoutException:
                break
            if told.get("method") == "log.entryAdded" and told["params"]["level"] == "error":
                self.complaints.append(str(told["params"]["text"]))
            if told.get("id") == number:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['message']}")
                return told["result"]
        raise TimeoutError(f"Firefox did not answer within {seconds:g} s: {method} {str(parameters)[:300]}")

    def open(self, address: str, seconds: float = 60):
        """Open a page and wait until it has loaded."""
        self.send("browsingContext.navigate", seconds, context=self._tab, url=address, wait="complete")

    def ask(self, expression: str, seconds: float = 30):
        """Evaluate an expression in the page, wait for the promise that it may give, and return its value by JSON."""
        found = self.send(
            "script.evaluate",
            seconds,
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"]["value"])

    def close(self):
        """Leave the browser."""
        with contextlib.suppress(OSError, TimeoutError, RuntimeError, websocket.WebSocketException):
            self.send("browser.close", 10)
        self._socket.close()


@contextlib.contextmanager
def firefox(folder: Path, program: str, seconds: float = 60):
    """Start a Firefox with a profile in an empty folder; end it whatever happens."""
    lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            told = (re.search(r"ws://127\.0\.0\.1:\d+", line) for line in process.stderr)
            address = next(filter(None, told), None)
            timer.cancel()
            if address is None:
                raise TimeoutError(f"Firefox did not start within {seconds:g} s.")
            # What is not read would block it in the end.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            made = Firefox(address[0])
            try:
                yield made
            finally:
                made.close()
        finally:
            timer.cancel()
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
