#!/usr/bin/python3
"""Looks at a page of dbhealth_html() in a browser and prints TAP.

usage: test/html_check.py PAGE DIRECTORY AXE

Pictures go to the directory: light, dark, narrow (a phone) and print.  AXE is the
script of axe-core.
"""
import base64
import os
import re
import sys

from browser import run


def look(browser, tap, page, pictures, axe):
    """Looks at the page."""
    browser.open("file://" + os.path.abspath(page))

    sizes = {"light": (1100, "light", "screen"),
             "dark": (1100, "dark", "screen"),
             "narrow": (360, "light", "screen"),
             "print": (794, "dark", "print")}
    for name, (width, scheme, media) in sizes.items():
        got = browser.shoot(os.path.join(pictures, name + ".png"), width,
                            scheme, media)
        tap.result(got <= width, "%s: nothing is wider than the page" % name,
                   "%s of %s pixels" % (got, width))
        barriers = browser.find_barriers(axe)
        tap.result(not barriers, "%s: axe-core finds no barrier" % name,
                   barriers)
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
    page, pictures, axe = sys.argv[1:]
    with open(axe, encoding="utf-8") as script:
        axe = script.read()
    sys.exit(run(lambda browser, tap: look(browser, tap, page, pictures, axe)))


main()
