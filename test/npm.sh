#!/bin/bash
# Installs the npm packages that make npm has made into an empty project, and runs the
# examples of their README on a file.  Prints TAP.
#
# usage: test/npm.sh [NODE_MODULES ...]
#
# NODE_MODULES are directories with better-sqlite3, or with the package node, whose
# newer Node.js then runs the example of node:sqlite.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

packages=$PWD/build/npm
readme=$PWD/sqlite_ext/npm/README.md
node=node
modules=
for directory in "$@"; do
	modules+=:$(realpath "$directory")
	[ ! -x "$directory/.bin/node" ] || node=$(realpath "$directory/.bin/node")
done

# example N: the Nth block of code in the README.
example()
{
	awk -v n="$1" '/^```js/ { code = ++i == n; next } /^```/ { code = 0 } code' "$readme"
}

mkdir "$tmp/app"
cd "$tmp/app"
npm init -y >"$tmp/npm" 2>&1
# the package for this machine satisfies the optional dependency of the other
is "$(npm install --offline --no-audit --no-fund "$packages"/dbcare-linux-*.tgz "$packages"/dbcare-[0-9]*.tgz >"$tmp/npm" 2>&1 || cat "$tmp/npm")" \
	'' 'npm installs the packages'
path=$(node -p 'require("dbcare").getLoadablePath()')
like "$path" "^$tmp/app/node_modules/dbcare-linux-[a-z0-9]+/dbcare\.so$" 'getLoadablePath() with require'
is "$(node --input-type=module -e 'import { getLoadablePath } from "dbcare"; console.log(getLoadablePath())')" "$path" \
	'and with import'
is "$(sqlite3 :memory: ".load $path" 'select dbcare_version()')" "$(node -p 'require("dbcare/package.json").version' 2>/dev/null ||
	sed -n 's/.*"version": "\(.*\)",/\1/p' node_modules/dbcare/package.json)" 'the library is that of this version'

if NODE_PATH=${modules#:} node -e 'new (require("better-sqlite3"))(":memory:")' 2>"$tmp/why"; then
	example 1 >better.cjs
	like "$(NODE_PATH=${modules#:} node better.cjs 2>&1)" 'Health: [0-9]+ of 100.*SQLite' 'the example of better-sqlite3'
else
	skip 'the example of better-sqlite3' 'better-sqlite3 is not installed'
fi
if "$node" -e 'require("node:sqlite")' 2>"$tmp/why"; then
	example 2 >node.mjs
	like "$("$node" node.mjs 2>&1)" 'Health: [0-9]+ of 100.*SQLite' "the example of node:sqlite, on $("$node" --version)"
else
	skip 'the example of node:sqlite' "$("$node" --version) has no node:sqlite"
fi
mv node_modules/dbcare-linux-* "$tmp/away"
like "$(node -e 'require("dbcare").getLoadablePath()' 2>&1 || true)" 'dbcare has no prebuilt library for linux-' \
	'without the library the error says so'
finish
