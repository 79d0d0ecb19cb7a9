#!/bin/bash
# The programs of doc/applications.md, with the libraries that are installed here: each
# changes a row of a new file, and prints what the page shows.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

page=doc/applications.md
node=${NODE-node}

# The blocks of the page as files NAME.LANGUAGE, their output as NAME.LANGUAGE.shown, where
# NAME is the heading, and how many blocks it has had before.
perl -ne '
	if (/^## (.*)/) { ($name, $n) = ($1 =~ s/\W+/_/gr, 0) }
	if (/^```(\w*)$/) {
		close $out if $out;
		($out, my $word) = (undef, $1);
		$file = "'"$tmp"'/$name" . ($n++ || "") . ".$word" if $word =~ /^(sql|python|js|ruby|go)$/;
		open $out, ">", $word eq "text" ? "$file.shown" : $file if $word;
		next;
	}
	print $out $_ if $out' "$page"
sqlite_new app
{
	echo '.load ./sqlite_ext/dbcare'
	cat "$tmp/.sql"
} | sqlite app >"$tmp/made"
cp "$tmp/app.db" "$tmp/first.db"

# What of a program is missing here, or nothing.
missing()
{
	case $1 in
		*.python)
			sed -nE 's/^(from|import) (\w+).*/\2/p' "$1" | sort -u | while read -r module; do
				/usr/bin/python3 -c "import $module, sqlite3; sqlite3.Connection.enable_load_extension" 2>/dev/null || echo "python3-$module"
			done
			! grep -q psycopg2 "$1" || /usr/bin/python3 -c 'import psycopg2' 2>/dev/null || echo python3-psycopg2
			! grep -q testclient "$1" || /usr/bin/python3 -c 'import httpx' 2>/dev/null || echo python3-httpx
			;;
		*.js)
			[ -f build/npm/dbcare.so ] || echo 'the package of make npm'
			sed -nE "s/.*require\('((node:)?[a-z0-9-]*sqlite[0-9]?)'\).*/\1/p" "$1" | while read -r module; do
				"$node" -e "new (require('$module').DatabaseSync || require('$module'))(':memory:')" 2>/dev/null || echo "$module"
			done
			;;
		*.ruby) ruby -e 'require "active_record"; require "sqlite3"' 2>/dev/null || echo 'ruby-activerecord, ruby-sqlite3' ;;
		*.go)
			if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/github.com/mattn/go-sqlite3 ]; then
				echo 'golang-go, golang-github-mattn-go-sqlite3-dev'
			fi
			;;
	esac
}

run()
{
	case $1 in
		*.python) timeout 60 /usr/bin/python3 "$1" ;;
		*.js) NODE_PATH=$tmp/modules${NODE_PATH+:$NODE_PATH} timeout 60 "$node" --no-warnings "$1" ;;
		*.ruby) timeout 60 ruby "$1" ;;
		*.go)
			cp "$1" "$tmp/main.go"
			HOME=$tmp GO111MODULE=off GOPATH=$tmp/go:/usr/share/gocode timeout 300 go run "$tmp/main.go"
			;;
	esac
}

mkdir -p "$tmp/modules/dbcare"
echo "exports.getLoadablePath = () => '$PWD/build/npm/dbcare.so';" >"$tmp/modules/dbcare/index.js"
if grep -q postgresql "$tmp"/*.python && [ -z "$(missing "$tmp/SQLAlchemy1.python")" ]; then
	start_server server
	postgresql_new app
	postgresql app <"$tmp/.sql" >"$tmp/made"
fi
sed -i "s|/usr/local/lib/sqlite3/dbcare|$PWD/sqlite_ext/dbcare|" "$tmp"/*.{python,ruby,go}
for program in "$tmp"/*.{python,js,ruby,go}; do
	name=${program##*/}
	absent=$(missing "$program" | paste -sd, -)
	if [ -n "$absent" ]; then
		skip "$name" "not installed: $absent"
		continue
	fi
	cp "$tmp/first.db" "$tmp/app.db"
	is "$(cd "$tmp" && run "$program" 2>&1)" "$(cat "$program.shown")" "$page: $name"
done
finish
