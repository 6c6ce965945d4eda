"""Firefox, spoken to by WebDriver BiDi over the web socket that it opens: just what a test of a page needs."""

import json
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import needs
import websocket

NOWHERE = """user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1"); user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1"); user_pref("network.proxy.ssl_port", 9);
user_pref("app.update.enabled", false); user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""  # every request goes to a port that nobody listens on


class Tab:
    """One tab: pages are opened, and expressions evaluated in them."""

    def __init__(self, socket):
        self.socket, self.count = socket, 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method, **params):
        """One command, and its result."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("id") == self.count:
                assert said["type"] == "success", said
                return said["result"]

    def open(self, address):
        """Load a page."""
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def value(self, expression):
        """What an expression, or the promise that it is, becomes; by way of JSON."""
        code = f"Promise.resolve({expression}).then((value) => JSON.stringify(value))"
        said = self.ask("script.evaluate", expression=code, target={"context": self.context}, awaitPromise=True)
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])


@contextmanager
def firefox():
    """A tab of a new Firefox, off the network but for itself."""
    program = needs.program("firefox-esr", "firefox")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(NOWHERE)
        command = [program, "--headless", "--remote-debugging-port=0", "--profile", profile, "about:blank"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        try:
            found = None
            while found is None:
                line = process.stderr.readline()
                assert line, "Firefox ended before it could be spoken to"
                found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
            socket = websocket.create_connection(f"{found.group(1)}/session", timeout=60, suppress_origin=True)
            yield Tab(socket)
            socket.close()
        finally:
            process.terminate()
            process.wait(10)
            process.stderr.close()
