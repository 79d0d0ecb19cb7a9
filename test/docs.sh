#!/bin/bash
# Runs the code blocks of README.md and doc/*.md on the engine they name, and
# compares what they print with the output that the page shows.  Prints TAP.
#
# usage: test/docs.sh [PAGE ...]
#
# The word behind the fence decides how a block runs:
#
#	sql			runs on both engines, where t and f are 1 and 0
#	sql postgresql, sql sqlite	runs on one of them
#	sh			runs in a shell; psql and sqlite3 app.db open the same databases
#	text		directly below one of these: the output, compared line by line;
#				"..." alone on a line is any lines, "…" in a line any characters
#	another word	is not run
#
# The blocks of a page run in order, in one session per engine of a new database
# app, with dbcare in it; SQL that names /srv/ uses a directory of the test.  A block without output below it must not fail.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

# readers see notices
unset PGOPTIONS
mark='=== next block ==='
failure='^(ERROR|FATAL|PANIC|Error|Parse error|Runtime error|psql: error)[ :]'
root=$PWD
mkdir "$tmp/bin"
# build may have another sqlite3
ln -s "$root/build/dbcare" "$tmp/bin/"
export LD_LIBRARY_PATH=$root/sqlite_ext PATH=$tmp/bin:$PATH
export PGDATABASE=app

# Cuts a page into files of directory $2 and prints "number line word engine"
# for each block, or "fault line text" for errors in its fences.
blocks_of()
{
	awk -v dir="$2" '
		function fault(line, text) { print "fault", line, text }
		/^ *```/ {
			fences++
			word = $0
			sub(/^ *```/, "", word)
			if (block && word == "") {
				shown = code
				code = block = 0
				next
			}
			if (block)
				fault(FNR, "a block begins inside that of line " begun)
			if (word == "")
				fault(FNR, "a block without a word behind its fence")
			block = ++n
			begun = FNR
			code = word ~ /^(sh|sql( (postgresql|sqlite))?)$/ ? block : 0
			file = dir "/" (word == "text" && shown ? shown ".shown" : block)
			printf "" >file
			if (code)
				print block, FNR, word
			indent = match($0, /`/)
			next
		}
		block { print substr($0, indent) >file; next }
		NF { shown = 0 }
		END {
			if (block)
				fault(begun, "a block has no end")
			if (fences % 2)
				fault(FNR, "the page has " fences " fences, an odd number")
		}' "$1"
}

# Starts the shell of an engine on database app; in_ENGINE and out_ENGINE are
# its input and its output.
open_postgresql()
{
	PGOPTIONS='-c client_min_messages=warning' psql -qX -d postgres \
		-c 'drop database if exists app with (force)' -c 'create database app' \
		-c '\c app' -c 'create extension dbcare'
	start_session postgresql psql -qAtX
}
open_sqlite()
{
	start_session sqlite stdbuf -oL sqlite3 -init /dev/null -batch -list app.db
	echo '.load dbcare' >&"$in_sqlite"
}
start_session()
{
	local engine=$1

	shift
	mkfifo "$dir/$engine.in" "$dir/$engine.out"
	(cd "$dir/work" && exec "$@") <"$dir/$engine.in" >"$dir/$engine.out" 2>&1 &
	exec {fd}>"$dir/$engine.in"
	eval "in_$engine=\$fd"
	exec {fd}<"$dir/$engine.out"
	eval "out_$engine=\$fd"
}

# Ends the sessions of a page; they have each other's input open, too.
close_sessions()
{
	local fd

	for fd in $in_postgresql $in_sqlite; do
		exec {fd}>&-
	done
	for fd in $out_postgresql $out_sqlite; do
		cat <&"$fd" >"$dir/rest"
		exec {fd}<&-
	done
}

# Runs a file of SQL on an engine; where in its input a statement fails is left
# out, as sqlite3 leaves it out for a reader who types.
run_sql()
{
	local engine=$1 command='\echo' line in out

	[ "$engine" = postgresql ] || command=.print
	eval "in=\$in_$engine out=\$out_$engine"
	if ! grep -vE '^[[:space:]]*(--|$)' "$2" | tail -n 1 |
		grep -qE ';[[:space:]]*(--.*)?$|^[\\.]'; then
		echo 'ERROR: the last statement does not end with a semicolon'
		return
	fi
	{
		sed "s|/srv/|$tmp/srv/|g" "$2"
		echo "$command $mark"
	} >&"$in"
	while IFS= read -r -t 30 line <&"$out"; do
		[ "$line" != "$mark" ] || return 0
		echo "$line"
	done | sed -E "s|$tmp/srv/|/srv/|g; s/^((Runtime|Parse) error|Error)( near line [0-9]+)?:/\\1:/"
	[ "${PIPESTATUS[0]}" -eq 0 ] || echo 'ERROR: no answer for 30 seconds'
}

# Runs a file in a shell.
run_sh()
{
	(cd "$dir/work" && sh -e "$1" 2>&1 </dev/null) || echo "Error: status $?"
}

# Whether a text matches what file $1 shows.
matches_shown()
{
	perl -e '
		local $/;
		open my $shown, "<", $ARGV[0] or die;
		my $pattern = join "", map {
			$_ eq "..." ? "(?:.*\n)*?"
				: join(".*", map { quotemeta } split /…/, $_, -1) . "\n"
		} split /\n/, <$shown>;
		exit <STDIN> !~ /\A$pattern\z/' "$1"
}

# Booleans of psql as those of sqlite3.
same_booleans()
{
	sed -E -e ':again' -e 's/(^|\|)t(\||$)/\11\2/; t again' \
		-e 's/(^|\|)f(\||$)/\10\2/; t again'
}

# check_output NAME FILE: a test, passed if the output in $dir/got is the one that
# the page shows below block FILE, or, if it shows none, has no error.
check_output()
{
	local why

	if [ ! -f "$2.shown" ]; then
		why=
		! grep -qE "$failure" "$dir/got" || why=$(cat "$dir/got")
	elif matches_shown "$2.shown" <"$dir/got"; then
		why=
	else
		why=$(diff -u --label shown --label got "$2.shown" "$dir/got") || true
	fi
	result "$([ -z "$why" ]; echo $?)" "$1" "$why"
}

# Runs one block of a page.
run_block()
{
	local place=$1 file=$2 word=$3 engines=$4 engine

	if [ "$word" = sh ]; then
		run_sh "$file" >"$dir/got"
		check_output "$place sh" "$file"
		return
	fi
	if [ -z "$engines" ]; then
		engines='postgresql sqlite'
		if [ -f "$file.shown" ]; then
			same_booleans <"$file.shown" >"$file.same"
			mv "$file.same" "$file.shown"
		fi
	fi
	for engine in $engines; do
		run_sql "$engine" "$file" >"$dir/out"
		if [ "$engines" = "$engine" ]; then
			mv "$dir/out" "$dir/got"
		else
			same_booleans <"$dir/out" >"$dir/got"
		fi
		check_output "$place sql on $engine" "$file"
	done
}

# Runs the blocks of a page, unless its fences are broken.
run_page()
{
	local page=$1 block line word engine

	dir=$tmp/${page//\//_}
	mkdir -p "$dir/work"
	chmod 777 "$dir/work"
	blocks_of "$page" "$dir" >"$dir/blocks"
	if grep '^fault' "$dir/blocks" >"$dir/faults"; then
		while read -r _ line word; do
			result 1 "$page:$line $word"
		done <"$dir/faults"
		return
	fi
	[ -s "$dir/blocks" ] || return 0
	open_postgresql
	open_sqlite
	while read -r block line word engine <&3; do
		run_block "$page:$line" "$dir/$block" "$word" "$engine"
	done 3<"$dir/blocks"
	close_sessions
}

[ $# -gt 0 ] || set -- README.md doc/*.md
# the server has what doc/backup.md says
mkdir -p "$tmp/srv/backups" "$tmp/srv/restored" "$tmp/srv/wal"
chmod 777 "$tmp/srv"/*
install -m 755 build/dbcare "$tmp/srv/"
start_server server "dbcare.backup_roots = '$tmp/srv/backups, $tmp/srv/restored, $tmp/srv/wal'" 'archive_mode = on' \
	"archive_command = '$tmp/srv/dbcare archive-wal \"%p\" $tmp/srv/wal'"
for page in "$@"; do
	run_page "$page"
done
finish
