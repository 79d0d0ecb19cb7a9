"""A headless Chromium that is driven through the DevTools protocol, and TAP.
"""
import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.request

import websocket

PATIENCE = 60  # seconds


class Browser:
    """A Chromium with one page, and what has happened to that page."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", "--no-first-run", "--remote-debugging-port=0",
             "--remote-allow-origins=*", "--user-data-dir=" + directory,
             "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.events = []
        self.number = 0
        self.socket = websocket.create_connection(
            self.page_of(directory), timeout=PATIENCE)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def page_of(self, directory):
        """The address of the page, once there is one."""
        file = os.path.join(directory, "DevToolsActivePort")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with open(file, encoding="ascii") as lines:
                    port = int(lines.readline())
                url = "http://127.0.0.1:%d/json/list" % port
                with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                    for target in json.load(answer):
                        if target["type"] == "page":
                            return target["webSocketDebuggerUrl"]
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        raise SystemExit("Chromium has not started")

    def receive(self):
        """The next message; an event is kept."""
        message = json.loads(self.socket.recv())
        if "method" in message:
            self.events.append(message)
        return message

    def call(self, method, **params):
        """Calls a method and returns its result."""
        self.number += 1
        self.socket.send(json.dumps(
            {"id": self.number, "method": method, "params": params}))
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit("%s: %s" % (method, message["error"]))
                return message["result"]

    def open(self, url):
        """Goes to a page and waits until it is loaded; the status of HTTP."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        return self.wait_for_load()

    def wait_for_load(self):
        """Waits for a page that is on its way; the status of HTTP."""
        while not self.seen("Page.loadEventFired"):
            self.receive()
        answers = [event["response"]
                   for event in self.seen("Network.responseReceived")
                   if event["type"] == "Document"]
        return answers[-1]["status"] if answers else None

    def seen(self, *methods):
        """The events of some kinds."""
        return [event["params"] for event in self.events
                if event["method"] in methods]

    def value(self, expression):
        """What an expression of the page's script is."""
        result = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True)
        return result["result"].get("value")

    def press(self, key, code, text=""):
        """Presses a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code,
                      text=text if kind == "keyDown" else "")

    def click(self, element):
        """Clicks on the middle of an element, and waits a little."""
        middle = self.value(
            "(function (element) {"
            "element.scrollIntoView();"
            "var box = element.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2];"
            "})(%s)" % element)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=middle[0],
                      y=middle[1], button="left", clickCount=1)
        time.sleep(0.5)

    def shoot(self, path, width, scheme="light", media="screen"):
        """Takes a picture of the whole page; returns its width."""
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=900, deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        picture = self.call("Page.captureScreenshot", format="png",
                            captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))
        return self.value("document.documentElement.scrollWidth")

    def find_barriers(self, axe):
        """What keeps people out, by the rules of axe-core; its script."""
        self.value(axe + "; 0")
        result = self.call(
            "Runtime.evaluate", awaitPromise=True, returnByValue=True,
            expression="axe.run(document, {resultTypes: ['violations']})"
            ".then(found => found.violations.map(rule => rule.id + ': ' + "
            "rule.nodes.map(node => node.target.join(' ') + ' ' + "
            "node.failureSummary).slice(0, 3).join(', ')))")
        return result["result"].get("value", [str(result)])

    def close(self):
        """Ends it."""
        self.socket.close()
        self.process.terminate()
        self.process.wait()


class Tap:
    """Results of tests."""

    number = 0
    failed = False

    def result(self, passed, name, why=""):
        """One test."""
        self.number += 1
        print("%s %d - %s" % ("ok" if passed else "not ok", self.number, name))
        if not passed:
            self.failed = True
            print("# %s" % (why,))


def run(look):
    """Calls look(browser, tap) with a new browser; the exit code."""
    tap = Tap()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        browser = Browser(directory)
        try:
            look(browser, tap)
        finally:
            browser.close()
    print("1..%d" % tap.number)
    return tap.failed
