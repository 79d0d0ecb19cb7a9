#!/bin/bash
# The option backup of dbmigrate_apply, _deploy and _rollback, and of
# dbcare_uninstall: a verified backup of the state before, or nothing happens.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 5000')

# say SQL: its result, or its error.
say()
{
	"$engine" shop <<<"$1" 2>&1 || true
}

# deploy OPTIONS: dbmigrate_deploy, a procedure in PostgreSQL.
deploy()
{
	if [ "$engine" = postgresql ]; then
		say "call dbmigrate_deploy(null, '$1')"
	else
		say "select dbmigrate_deploy(null, '$1')"
	fi
}

# break_backups, repair_backups: no backup can be made.
break_backups()
{
	mv "$directory" "$tmp/away"
	touch "$directory"
}
repair_backups()
{
	rm "$directory"
	mv "$tmp/away" "$directory"
}

mkdir "$tmp/backups"
chmod 777 "$tmp" "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp'"
postgresql_new shop
postgresql shop <<<"select dbcare_set('backup_directory', '$tmp/backups') is null" >"$tmp/out"
sqlite_new shop
for engine in postgresql sqlite; do
	directory=$tmp/backups
	[ "$engine" = postgresql ] || directory=$tmp/shop.db-backups
	backups='select count(*) from dbbackup_list()'
	applied="select count(*) from dbmigrate_status() where state = 'applied'"
	say "select dbmigrate_add('1', 'first', 'create table thing (id integer primary key); insert into thing values (1), (2);', 'drop table thing;') is null;
	    select dbmigrate_add('2', 'second', 'delete from thing where id = 2;', 'insert into thing values (2);') is null;" >"$tmp/out"

	like "$(say "select dbmigrate_apply('1', '{\"backup\": true, \"dry_run\": true}')")" '"backup": null' "$engine: a dry run makes none"
	like "$(say "select dbmigrate_apply('1', '{\"backup\": true}')")" '"backup": "shop' "$engine: the result has its name"
	is "$(say "$applied")" 1 "$engine: the migration is applied"
	break_backups
	like "$(say "select dbmigrate_apply(null, '{\"backup\": true}')")" 'Not a directory|is not a directory' "$engine: a backup that fails"
	is "$(say "$applied; select count(*) from thing" | xargs)" '1 2' "$engine: ... applies nothing"
	like "$(deploy '{"backup": true}')" 'Not a directory|is not a directory' "$engine: ... nor does dbmigrate_deploy"
	is "$(say "$applied; select count(*) from thing" | xargs)" '1 2' "$engine: ... which leaves all as it was"
	like "$(say "select dbcare_uninstall('{\"confirm\": \"$([ "$engine" = sqlite ] && echo shop.db || echo shop)\", \"backup\": true}')")" \
		'Not a directory|is not a directory' "$engine: ... nor dbcare_uninstall"
	is "$(say "$applied")" 1 "$engine: ... which drops nothing"
	repair_backups

	# the shell of SQLite 3.53 continues a line after an error
	like "$(say $'begin; insert into thing values (9);\nselect dbmigrate_apply(null, \'{"backup": true}\');\ncommit;')" \
		'transaction' "$engine: refused in a transaction that has written"
	is "$(say "$applied; select count(*) from thing" | xargs)" '1 2' "$engine: ... and nothing is applied"
	is "$(say "$backups")" 1 "$engine: what fails leaves no backup"

	like "$(deploy '{"backup": true}')" '"backup": "shop' "$engine: dbmigrate_deploy makes one"
	is "$(say "$applied; select count(*) from thing" | xargs)" '2 1' "$engine: ... and applies"
	like "$(deploy '{"backup": true}')" '"backup": null' "$engine: nothing pending, no backup"
	is "$(say "$backups")" 2 "$engine: there are two now"

	# it has the state before the migration
	last=$(say "select name from dbbackup_list() order by started_at desc, name limit 1")
	if [ "$engine" = postgresql ]; then
		say "select dbbackup_restore('$last', 'before', '{\"as_superuser\": true}') is null" >"$tmp/out"
		is "$(postgresql before <<<'select count(*) from thing')" 2 "$engine: the backup has what was there before"
	else
		say "select dbbackup_restore('$last', '$tmp/before.db') is null" >"$tmp/out"
		is "$(sqlite3 "$tmp/before.db" 'select count(*) from thing')" 2 "$engine: the backup file has what was there before"
	fi
	is "$(say "select dbbackup_verify('$last', '{\"level\": 3}') ->> 'ok'" | tr 1 t | cut -c1)" t "$engine: ... and passes the best verification"

	like "$(say "select dbmigrate_rollback(null, '{\"backup\": true}')")" '"backup": "shop' "$engine: dbmigrate_rollback makes one"

	# a migration that fails after others
	say "select dbmigrate_add('3', 'third', 'insert into nowhere values (1);', null) is null" >"$tmp/out"
	like "$(deploy '{"backup": true}')" 'Migrations applied before the failure.*Backup "shop[^"]*" is of the time before' "$engine: the failure of a deployment names it"
	like "$(say "select dbcare_uninstall('{\"confirm\": \"$([ "$engine" = sqlite ] && echo shop.db || echo shop)\", \"backup\": true}')")" \
		'"backup": "shop' "$engine: dbcare_uninstall makes one"
done

engine=postgresql
postgresql shop <<<"select dbcare_set('backup_directory', '$tmp/backups') is null;
    select dbmigrate_add('1', 'index', '-- dbcare:no-transaction
create index concurrently thing_id on thing (id);', 'drop index thing_id') is null" >"$tmp/out"
like "$(deploy '{"backup": true}')" '"backup": "shop.*"applied": \["1"\]' 'postgresql: statements outside a transaction do not wait for the backup'
postgresql shop >"$tmp/out" <<<"create role deployer login; select dbcare_grant('deployer', 'migrate') is null;
    select dbmigrate_add('2', 'two', 'create table two (id int);', 'drop table two;') is null"
like "$(PGUSER=deployer say "select dbmigrate_apply(null, '{\"backup\": true}')")" 'permission denied to write backups' 'postgresql: a role without the rights of a backup applies nothing'
engine=sqlite
like "$(sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' :memory: "select dbmigrate_add('1', 'a', 'create table t (a);', 'drop table t;') is null;
    select dbcare_set('backup_directory', '$tmp/memory') is null; select dbmigrate_apply(null, '{\"backup\": true}')" 2>&1 || true)" \
	'a database in memory, .*cannot be backed up by a call that writes' 'sqlite: a database in memory is refused'
# beside encrypted backups it is encrypted, too, or there is none
head -c 32 /dev/urandom >"$tmp/key"
chmod 600 "$tmp/key"
engine=sqlite
rm -rf "$tmp"/shop.db*
sqlite_new shop
say "create table thing (id integer primary key);
	select dbmigrate_add('1', 'first', 'insert into thing values (1);') is null;
	select dbbackup_create('first', '{\"encrypt\": {\"key_file\": \"$tmp/key\"}}') is null;" >"$tmp/out"
like "$(say "select dbmigrate_apply(null, '{\"backup\": true}')")" \
	'backup before this call would not be encrypted.*no key is known.*option encrypt' 'sqlite: no plain backup is made beside encrypted ones'
is "$(say 'select count(*) from thing; select count(*) from dbbackup_list()' | xargs)" '0 1' 'sqlite: ... and nothing is applied'
# a time that has not just passed
say "select dbmonitor_start() is null; select dbbackup_schedule('$(date -u -d '12 hours' +%H:%M)', '{\"encrypt\": {\"key_file\": \"$tmp/key\"}}') is null;" >"$tmp/out"
like "$(say "select dbmigrate_apply(null, '{\"backup\": true}')")" '"backup": "shop' 'sqlite: the daily backup has a key for it'
is "$(say 'select count(*) from dbbackup_list() where encrypted')" 2 'sqlite: ... with which it is encrypted'

finish
