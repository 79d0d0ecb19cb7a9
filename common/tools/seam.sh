#!/bin/bash
# Writes the table of the seam into a page, between the lines
#
#	<!-- seam: begin -->
#	<!-- seam: end -->
#
# A line per call that common/<room>/host.h declares, with the file of each
# binding that defines the function behind it.
#
# usage: common/tools/seam.sh PAGE
set -eu
page=$(realpath "$1")
cd "$(dirname "$0")/../.."

# "call room name" for each call of the seam, those of core first.
calls()
{
	local header

	for header in common/core/host.h common/*/host.h; do
		sed -nE "s#^\t[^(]*\(\*([a-z_]+)\)\(.*#call $(cut -d / -f 2 <<<"$header") \1#p" \
			"$header"
	done | awk '!seen[$0]++'
}

# "wing room name file" for each call that a binding fills.  A static function
# is in the file that fills it.
fillings()
{
	awk '
		/^[a-z_]+\(/ {
			name = substr($0, 1, index($0, "(") - 1)
			defined[name] = FILENAME
			here[FILENAME, name] = 1
		}
		match($0, /const dbc_[a-z]+_host dbc/) {
			room = substr($0, RSTART + 10, RLENGTH - 19)
		}
		/=$/ { held = $0; next }
		{
			split(FILENAME, path, "/")
			line = held $0
			held = ""
			gsub(/=[ \t]+/, "= ", line)
			while (match(line, /\.[a-z_]+ = [a-z_]+/)) {
				split(substr(line, RSTART + 1, RLENGTH - 1), words, " = ")
				line = substr(line, RSTART + RLENGTH)
				n++
				call[n] = path[1] " " (room ? room : $0 ~ /base\./ ? "core" : path[2]) " " words[1]
				by[n] = words[2]
				from[n] = FILENAME
			}
		}
		/^};/ { room = "" }
		END {
			for (i = 1; i <= n; i++) {
				file = (from[i], by[i]) in here ? from[i] : defined[by[i]]
				if (file)
					print call[i], file
			}
		}' "$1"/*/*.c
}

# The table.
seam()
{
	echo '| room | call | PostgreSQL | SQLite | connection |'
	echo '| --- | --- | --- | --- | --- |'
	{
		fillings pg_ext
		fillings sqlite_ext
		fillings wire
		calls
	} | awk '
		function cell(wing) {
			return (wing, $2, $3) in file ? "`" file[wing, $2, $3] "`" : ""
		}
		$1 != "call" { file[$1, $2, $3] = $4; next }
		{
			printf "| `%s` | `%s` | %s | %s | %s |\n", $2, $3, cell("pg_ext"),
				cell("sqlite_ext"), cell("wire")
		}'
}

table=$(seam)
awk -v table="$table" '
	/^<!-- seam: end -->/ { skip = 0 }
	!skip
	/^<!-- seam: begin -->/ { print "\n" table "\n"; skip = 1 }' "$page" >"$page.new"
mv "$page.new" "$page"
