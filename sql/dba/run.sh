#!/bin/sh
# Runs a script of this directory with psql or sqlite3.
#
# usage: run.sh daily|before_deployment|after_deployment|weekly_report DATABASE
#
# DATABASE is a SQLite file, or what psql takes after -d: a name, dbname=shop
# host=db, or a URL.  A password belongs in ~/.pgpass, since every user of the
# machine can read command lines.  DBCARE_SQLITE is the SQLite extension, if it is
# not the installed one.
#
# Exit status: 0 if the script found the database sound; anything else if a step
# failed or the last lines name what is wrong.
set -eu

if [ $# -ne 2 ]; then
	sed -n 's/^# \(usage: .*\)/\1/p' "$0" >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
script=$1
engine=postgresql
if [ -f "$2" ]; then
	engine=sqlite
else
	case $2 in
		*=* | *://*) ;;
		*/* | *.db | *.sqlite*)
			echo "run.sh: there is no file $2" >&2
			exit 2
			;;
	esac
fi
[ -f "$here/$script.sql" ] || script=$1.$engine
if [ ! -f "$here/$script.sql" ]; then
	echo "run.sh: there is no script $1" >&2
	exit 2
fi

refuse=$here/refuse.$engine.sql
grep -q 'temp table refusal' "$here/$script.sql" || refuse=/dev/null
if [ "$engine" = postgresql ]; then
	exec psql -qX -v ON_ERROR_STOP=1 -P footer=off -P null='' -d "$2" \
		-f "$here/place.$engine.sql" -f "$here/$script.sql" -f "$refuse"
fi
for library in /usr/lib/sqlite3/dbcare /usr/local/lib/sqlite3/dbcare; do
	[ ! -f "$library.so" ] || break
done
cat "$here/$script.sql" "$refuse" | sqlite3 -batch -bail -column -header -init /dev/null -cmd '.timeout 5000' -cmd 'pragma foreign_keys = on' \
	-cmd ".load ${DBCARE_SQLITE:-$library}" "$2"
