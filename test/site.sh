#!/bin/bash
# Builds the manual as a site, as make site does: in mkdocs' strict mode, every page in the
# navigation, every link and anchor of the pages made, nothing loaded from elsewhere.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

if ! command -v mkdocs >/dev/null || ! /usr/bin/python3 -c 'import pymdownx' 2>/dev/null; then
	skip 'the manual as a site' 'mkdocs and python3-pymdownx are not installed'
	finish
fi

# From a copy: make site may run at the same time.
mkdir -p "$tmp/build/site/pages"
cp -r README.md CHANGELOG.md SECURITY.md LICENSE META.json doc "$tmp/"
(cd "$tmp" && doc/site/pages.pl build/site/pages && mkdocs build --strict --quiet -f doc/site/mkdocs.yml) >"$tmp/built" 2>&1 || true
is "$(cat "$tmp/built")" '' 'mkdocs builds the manual in strict mode'
is "$(sed -nE 's/^ +- .*: (.*\.md)$/\1/p' doc/site/mkdocs.yml | sort)" "$(ls "$tmp/build/site/pages" | grep '\.md$' | sort)" \
	'every page is once in the navigation'
is "$(test/site_links.py "$tmp/build/site/html")" '' 'links and anchors of the site hold, and nothing is loaded from elsewhere'
like "$(cat "$tmp/build/site/html/search/search_index.json")" '"location":"functions.html' 'the search has an index'
is "$(grep -rl '```' "$tmp/build/site/html" --include='*.html')" '' 'every block of code is one'
finish
