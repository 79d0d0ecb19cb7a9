#!/usr/bin/python3
"""Lists the links of HTML pages in a directory to files and anchors that are not there, and
what pages load from elsewhere.

usage: test/site_links.py DIRECTORY
"""
import html.parser
import pathlib
import re
import sys

directory = pathlib.Path(sys.argv[1])
anchors = {}
links = []


class Page(html.parser.HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.name = name
        anchors[name] = {""}
        self.feed((directory / name).read_text())

    def handle_starttag(self, tag, attrs):
        for attribute, value in attrs:
            if attribute in ("id", "name"):
                anchors[self.name].add(value)
            elif attribute in ("href", "src"):
                links.append((self.name, tag, value))


# that of mkdocs for pages that do not exist has absolute links
for path in sorted(directory.glob("*.html")):
    if path.name != "404.html":
        Page(path.name)
for page, tag, link in links:
    if re.match("([a-z]+:)?//|mailto:", link):
        if tag != "a":
            print(f"{page}: {link} is loaded from elsewhere")
        continue
    file, _, anchor = link.partition("#")
    file = re.sub(r"^\./", "", file) or page
    if not (directory / file).exists():
        print(f"{page}: {link} does not exist")
    elif anchor not in anchors.get(file, {anchor}):
        print(f"{page}: {link} has no such anchor")
