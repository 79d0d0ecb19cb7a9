#!/usr/bin/python3
"""Looks at a page of dbhealth_html() in a headless Chromium, through the
DevTools protocol, and prints TAP.

usage: test/html_check.py PAGE DIRECTORY

Screenshots go to the directory: light, dark, narrow (a phone) and print.
"""
import base64
import json
import os
import re
import subprocess
import sys
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

    def wait_for(self, event):
        """Waits for an event."""
        while not any(seen["method"] == event for seen in self.events):
            self.receive()

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


def look(browser, tap, page, pictures):
    """Looks at the page."""
    browser.call("Page.navigate", url="file://" + os.path.abspath(page))
    browser.wait_for("Page.loadEventFired")

    sizes = {"light": (1100, "light", "screen"),
             "dark": (1100, "dark", "screen"),
             "narrow": (360, "light", "screen"),
             "print": (794, "dark", "print")}
    for name, (width, scheme, media) in sizes.items():
        got = browser.shoot(os.path.join(pictures, name + ".png"), width,
                            scheme, media)
        tap.result(got <= width, "%s: nothing is wider than the page" % name,
                   "%s of %s pixels" % (got, width))
    ground = "getComputedStyle(document.body).backgroundColor"
    tap.result(browser.value(ground) == "rgb(255, 255, 255)",
               "paper is white whatever the scheme", browser.value(ground))
    pdf = browser.call("Page.printToPDF", printBackground=True)
    with open(os.path.join(pictures, "print.pdf"), "wb") as file:
        file.write(base64.b64decode(pdf["data"]))
    tap.result(browser.value("document.querySelectorAll('details[open]').length") == 0,
               "what was unfolded for paper is folded again")
    browser.call("Emulation.setEmulatedMedia", media="screen", features=[])

    # copying from a page in a file, with the interface for it and without
    for way in ("clipboard", "selection"):
        if way == "selection":
            browser.value("Object.defineProperty(navigator, 'clipboard', {})")
        browser.click("document.querySelectorAll('.copy')[%d]" %
                      (way == "selection"))
        got = browser.value("document.getElementById('said').textContent")
        tap.result(got == "Copied", "SQL is copied by a button: " + way, got)
        browser.value("document.getElementById('said').textContent = ''")
    browser.value("window.getSelection().removeAllRanges()")
    browser.value("document.activeElement.blur()")

    # by keyboard alone
    browser.call("Emulation.setDeviceMetricsOverride", width=1100, height=900,
                 deviceScaleFactor=1, mobile=False)
    heading = "document.activeElement.closest('table.findings th')"
    for _ in range(200):
        browser.press("Tab", 9)
        if browser.value("%s?.closest('table').tBodies[0].rows.length > 1"
                         % heading):
            break
    tap.result(browser.value("document.activeElement.localName") == "button",
               "headings of tables are buttons the keyboard reaches")
    for order in ("descending", "ascending"):
        browser.press("Enter", 13, "\r")
        got = browser.value("%s.getAttribute('aria-sort')" % heading)
        tap.result(got == order, "Enter sorts, %s" % order, got)
        ranks = browser.value(
            "Array.from(%s.closest('table').tBodies[0].rows, row => "
            "Number(row.cells[0].dataset.value))" % heading)
        tap.result(len(ranks) > 1 and
                   ranks == sorted(ranks, reverse=order == "descending"),
                   "rows are in that order", ranks)
        said = browser.value("document.getElementById('said').textContent")
        tap.result(order in said, "and that is said", said)
    browser.press("Tab", 9)
    browser.press("Enter", 13, "\r")
    names = browser.value(
        "Array.from(%s.closest('table').tBodies[0].rows, row => "
        "row.cells[1].textContent)" % heading)
    tap.result(browser.value("%s.getAttribute('aria-sort')" % heading) ==
               "ascending" and len(set(names)) > 1, "text is sorted, too", names)

    # what must not have happened
    tap.result(browser.value("document.scripts.length") == 1,
               "the page has one script, its own")
    tap.result(not browser.seen("Page.javascriptDialogOpening"),
               "nothing planted has run")
    problems = browser.seen("Runtime.consoleAPICalled",
                            "Runtime.exceptionThrown", "Log.entryAdded")
    tap.result(not problems, "the console is clean", problems)
    urls = [event["request"]["url"]
            for event in browser.seen("Network.requestWillBeSent")]
    foreign = [url for url in urls if not re.match("(file|data):", url)]
    tap.result(not foreign and
               sum(url.startswith("file:") for url in urls) == 1,
               "nothing but the page was loaded", urls)


def main():
    """Looks at the page of the command line."""
    tap = Tap()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        browser = Browser(directory)
        try:
            look(browser, tap, sys.argv[1], sys.argv[2])
        finally:
            browser.close()
    print("1..%d" % tap.number)
    sys.exit(tap.failed)


main()
