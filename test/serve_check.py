#!/usr/bin/python3
"""Walks through the pages of dbcare serve in a browser and prints TAP.

usage: test/serve_check.py ADDRESS DIRECTORY AXE DATABASE ...

ADDRESS is where it listens, and the databases are those it has been given.  Pictures
of the first page of each kind go to the directory; AXE is the script of axe-core.
"""
import os
import sys

from browser import run

LOOKS = {"light": (1100, "light"), "dark": (1100, "dark"),
         "phone": (360, "light")}
# Pages that say why there is nothing: a database that is down, and statements that
# no connection to the file has measured.
EMPTY = {"/db/gone": 503, "/db/file/slow": 503}
LINKS = ("Array.from(document.links, link => link.href.split('#')[0])")


def judge(browser, tap, url, name, axe, picture):
    """What holds for each page, whatever it shows."""
    found = []
    for look, (width, scheme) in LOOKS.items():
        got = browser.shoot("%s-%s.png" % (picture, look), width, scheme)
        if got > width:
            found.append("%s: %d of %d pixels" % (look, got, width))
        found += ["%s: %s" % (look, barrier)
                  for barrier in browser.find_barriers(axe)]
    tap.result(not found, name + ": fits each screen, and axe-core finds "
               "no barrier", found)
    problems = browser.seen("Runtime.consoleAPICalled", "Log.entryAdded",
                            "Runtime.exceptionThrown",
                            "Page.javascriptDialogOpening")
    if name in EMPTY:  # the browser tells of the status, too
        problems = [problem for problem in problems
                    if problem.get("entry", {}).get("source") != "network"]
    asked = [event["request"]["url"]
             for event in browser.seen("Network.requestWillBeSent")]
    tap.result(not problems and all(other == url or other.startswith("data:")
                                    for other in asked),
               name + ": loads nothing else, and has nothing to complain of",
               (problems, asked))


def walk(browser, tap, address, pictures, axe):
    """Follows each link from the first page on; the pages."""
    pages = [address]
    for url in pages:
        status = browser.open(url)
        name = url[len(address) - 1:]
        tap.result(status == EMPTY.get(name, 200), name + ": is there", status)
        judge(browser, tap, url, name, axe, os.path.join(
            pictures, "serve" + name.rstrip("/").replace("/", "-")))
        pages += [link for link in dict.fromkeys(browser.value(LINKS))
                  if link.startswith(address) and link not in pages]
    return pages


def use(browser, tap, table):
    """A table: sorted by keyboard, searched, and loaded again."""
    browser.open(table)
    rows = "document.querySelector('tbody').rows"
    heading = "document.querySelector('th[data-sort=number]')"
    browser.value(heading + ".querySelector('button').focus()")
    for order in ("descending", "ascending"):
        browser.press("Enter", 13, "\r")
        got = browser.value(
            "Array.from(%s, row => row.cells[%s.cellIndex].dataset.value)"
            ".filter(value => value !== undefined).map(Number)"
            % (rows, heading))
        tap.result(len(set(got)) > 1 and
                   got == sorted(got, reverse=order == "descending"),
                   "Enter on a heading sorts, " + order, got)

    all_rows = browser.value(rows + ".length")
    browser.value("document.querySelector('input[type=search]').focus()")
    browser.call("Input.insertText", text="visit")
    browser.events.clear()
    browser.press("Enter", 13, "\r")
    browser.wait_for_load()
    found = browser.value("Array.from(%s, row => row.textContent)" % rows)
    tap.result(0 < len(found) < all_rows and
               all("visit" in row for row in found),
               "a search shows the rows with a text", found)
    browser.events.clear()
    browser.value("document.querySelector('input[type=checkbox]').click();"
                  "document.querySelector('form').requestSubmit()")
    browser.wait_for_load()
    browser.events.clear()
    browser.wait_for_load()
    tap.result(browser.value("document.querySelector('input[type=search]')"
                             ".value") == "visit",
               "a page that refreshes is loaded again, with its search",
               browser.value("location.href"))

    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(table + "?q=visit")
    without = browser.call("DOM.getDocument", depth=-1)
    texts = str(without).count("'nodeName': 'TR'")
    tap.result(texts == 1 + len(found), "without scripts it is the same page",
               texts)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main():
    """Walks through the server of the command line."""
    address, pictures, axe = sys.argv[1:4]
    databases = sys.argv[4:]
    with open(axe, encoding="utf-8") as script:
        axe = script.read()

    def look(browser, tap):
        pages = walk(browser, tap, address, pictures, axe)
        for database in databases:
            views = [page for page in pages
                     if page.startswith("%sdb/%s/" % (address, database))]
            tap.result(len(views) > 9, "%s has its views" % database, views)
            use(browser, tap, "%sdb/%s/tables" % (address, database))
    sys.exit(run(look))


main()
