#!/bin/bash
# Migrations are not read from files that anybody can have written, whoever reads them:
# the functions on both engines; the command is in cli/target.sh.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if [ "$(id -u)" != 0 ]; then
	skip 'files of another user' 'only root can make them'
	finish
fi
start_server server
folder=$tmp/migrations
mkdir -m 755 "$folder"
echo 'create table planted (a integer);' >"$folder/1.sql"
chown -R nobody "$folder"
for engine in postgresql sqlite; do
	"${engine}_new" shop
	chmod 777 "$folder"
	like "$("$engine" shop <<<"select dbmigrate_load('$folder');")" \
		"directory \"$folder\" belongs to another user, and every user of this machine can write to it.*chmod -R o-w" \
		"$engine: a folder of another user that is open to all"
	chmod 755 "$folder"
	chmod 646 "$folder/1.sql"
	like "$("$engine" shop <<<"select dbmigrate_load('$folder');")" \
		"file \"$folder/1.sql\" belongs to another user, and every user of this machine can write to it" "$engine: such a file"
	chmod 664 "$folder/1.sql"
	like "$("$engine" shop <<<"select dbmigrate_load('$folder');")" '"added": ?1' "$engine: a group alone may write"
done
finish
