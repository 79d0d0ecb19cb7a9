#!/bin/bash
# The files of the folder decide: what each verb says and does after a file was edited,
# renamed, deleted or added, on both engines and over the wire.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. test/process/cli/roads.bash

for road in sqlite postgresql wire; do
	# ---- an empty folder, and one that is not there ----
	new_database none
	says 'no migrations.*no findings.exit 0' 'lint of an empty folder' lint
	says 'no migrations.exit 0' 'status of an empty folder' status
	if [ "$road" = sqlite ]; then
		# a file that is not there yet
		db=$tmp/absent.db
		file 1_a.sql 'create table a (id integer primary key);' 'drop table a;'
		says 'absent.db does not exist: as in an empty database.*1 +a +pending.*exit 0' 'status before there is a database' status
		says 'create table a.*1 statement.exit 0' 'plan before it' plan
		says 'no findings.exit 0' 'lint before it' lint
		says '1 migration tested, 0 failed.exit 0' 'test before it' test
		says 'cannot open.*exit 2' 'verify needs one' verify
		is "$(ls "$tmp"/absent.db* 2>/dev/null || true)" '' "$road: none is made"
	fi

	# ---- options that say how files are read ----
	new_database named
	for name in 1_a 1_b 2_c; do
		printf 'create table t%s (id integer primary key);\n' "$name" >"$migrations/$name.up.sql"
	done
	says 'have the same version.*make their names the versions with -o version=file\..exit 2' 'two files with one number' migrate
	says '3 migrations: 3 pending.exit 0' 'names are versions for status' status -o version=file
	says '3 statements.exit 0' 'for plan' plan -o version=file
	says "(no findings|3 infos).exit 0" "for lint" lint -o version=file
	says '3 migrations tested' 'for test' test -o version=file
	says '2 migrations applied.*version 1_b.exit 0' 'for migrate, with options of both functions' migrate -o version=file -o skip_lint=true --to 1_b
	says '1 migration applied.*version 2_c.exit 0' 'for deploy' deploy -o version=file
	says '3 migrations, no differences.exit 0' 'for verify' verify -o version=file
	says 'there is no option "no_such"|no_such.*exit 2' 'others are refused' migrate -o version=file -o no_such=1

	# ---- nothing is registered by looking ----
	new_database looks
	file 1_a.sql 'create table a (id integer primary key);' 'drop table a;'
	says '1 +a +pending.*1 migration: 1 pending.exit 0' 'status reads the folder' status
	says 'no migrations.exit 0' 'it registers nothing' status --no-load
	says '1 statement.exit 0' 'plan counts' plan
	says 'no differences.exit 0' 'verify before the first migration' verify
	says 'applied 1.1 migration applied in [0-9.]+ s, version 1.exit 0' 'migrate' migrate
	says 'no migration applied, version 1.exit 0' 'migrate again' migrate
	says '1 migration: 1 applied.exit 0' 'status after it' status
	says 'no differences.exit 0' 'verify after it' verify
	says 'no drift.exit 0' 'drift after it' drift

	# ---- a pending file is deleted ----
	new_database deleted
	file 1_a.sql 'create table a (id integer primary key);'
	file 2_b.sql 'create table b (id integer primary key);'
	run load >"$tmp/out"
	rm "$migrations/2_b.sql"
	says '1 migration: 1 pending.exit 0' 'a deleted file is not pending' status
	says 'applied 1.1 migration applied' 'it is not applied' migrate
	is "$(exists b)" 0 "$road: its table is not there"

	# ---- an applied one is deleted ----
	file 2_b.sql 'create table b (id integer primary key);'
	says 'applied 2' 'a second migration' migrate
	rm "$migrations/2_b.sql"
	says '2 +b +missing.*applied but no longer registered.*1 missing.exit 0' 'a deleted applied file is missing' status
	says '2 +missing.*exit 1' 'verify finds it' verify
	file 2_b.sql 'create table b (id integer primary key);'
	says '2 migrations: 2 applied.exit 0' 'it comes back' status

	# ---- an applied one is edited ----
	file 1_a.sql 'create table a (id integer primary key, note text);'
	says '1 +a +modified.*- create table a .id integer primary key.;.*\+ create table a .id integer primary key, note text.;.*1 modified.exit 1' 'an edited file is modified' status
	says 'modified.*\+ create table a .*note text.*exit 1' 'verify shows the difference' verify
	says 'have been modified: 1.*verify.*exit 2' 'plan is refused as migrate is' plan
	says 'have been modified: 1.*Restore the text that was applied.*dbcare repair-migrations --accept 1\. dbcare verify shows.*exit 2' 'migrate is refused, and the hint can be typed' migrate
	says 'modified.*exit 1' 'a refused migrate does not change that' status
	says '1 accepted.*exit 0' 'the new text is accepted' repair-migrations --accept 1
	says '2 applied.exit 0' 'and no longer modified' status

	# ---- without the extension, too, every function can be called ----
	says '"version": "99".*exit 0' 'call with arguments by name' call dbmigrate_add version=99 name=mine 'up_sql=select 1' description=none --json
	says 'mine.*exit 0' 'call of a function that returns rows' call dbmigrate_pending --csv
	says '"action": "removed".*exit 0' 'call of another one' call dbmigrate_remove version=99 --json

	# ---- an older one is added ----
	file 0_late.sql 'create table late (id integer primary key);'
	says '0 +late +pending.*older than "2".*exit 1' 'status says that it is late' status
	says 'older than "2".*Give the migration a higher version, or pass --allow-out-of-order\.*.exit 2' 'migrate refuses it' migrate
	says 'older than "2".*or pass --allow-out-of-order\.*.exit 2' 'plan refuses it as migrate does' plan
	says '0 +create table late.*exit 0' 'and lists it with that flag' plan --allow-out-of-order
	says 'applied 0' 'unless it may' migrate --allow-out-of-order
	rm "$migrations"/*

	# ---- a renamed file ----
	new_database renamed
	file 1_a.sql 'create table a (id integer primary key);' 'drop table a;'
	file 2_b.sql 'create table b (id integer primary key);' 'drop table b;'
	run migrate >"$tmp/out"
	mv "$migrations/2_b.sql" "$migrations/3_b.sql"
	PGOPTIONS='' says '^NOTICE: +migration "2" is "3" now: its file was renamed, and is not run again.version.*3 +b +applied.*2 migrations: 2 applied.exit 0' 'status knows a renamed file' status
	says 'no migration applied, version 3.exit 0' 'it does not run again' migrate
	says '2 migrations: 2 applied.exit 0' 'and not later' status
	says 'no differences.exit 0' 'the log knows it' verify
	mv "$migrations/1_a.sql" "$migrations/1_first.sql"
	says '1 +first +applied.*2 applied.exit 0' 'the same version with another name' status
	says 'rolled back 3.*1 migration rolled back.*version 1.exit 0' 'rollback knows the new version' rollback --yes
	is "$(exists b)" 0 "$road: its down script has run"

	# ---- a migration that fails ----
	new_database failed
	file 1_a.sql 'create table a (id integer primary key);'
	file 2_b.sql $'create table b (id integer primary key);\ninsert into nowhere values (1);'
	says '2_b.sql.*exit 1' 'deploy fails' deploy
	says '2 +b +failed.*nowhere.*2_b.sql.*exit 0' 'status has the error and its place' status
	file 2_b.sql 'create table b (id integer primary key);'
	says '2 +b +pending.*exit 0' 'a file that was fixed is pending' status
	says 'applied 2.*exit 0' 'and is applied' deploy
	file 3_c.sql 'insert into nowhere values (1);'
	says 'nowhere.*exit 1' 'another one fails' deploy
	rm "$migrations/3_c.sql"
	file 4_c.sql 'create table c (id integer primary key);'
	says 'applied 4.*exit 0' 'renamed and fixed' deploy
	says '3 migrations: 3 applied.exit 0' 'the old version is forgotten' status
	file 5_d.sql 'insert into nowhere values (1);'
	says 'CONTEXT|In migration 5 up, statement 1, line 2 of 5_d.sql' 'migrate names migration, statement, line and file' migrate
	says 'In migration 5 up, statement 1, line 2 of 5_d.sql.*exit 1' 'deploy does' deploy
	says 'no migration applied.*nowhere.*In migration 5 up, statement 1, line 2 of 5_d.sql.*exit 1' 'a reported failure of the first migration' migrate -o on_error=report
	says 'no migration applied.*nowhere.*exit 1' 'the same of deploy' deploy -o on_error=report
	says '^migration 5 failed:.*nowhere.*In migration 5 up, statement 1, line 2 of 5_d.sql.*1 migration tested, 1 failed.exit 1' 'test begins with what failed' test
	[ "$road" = wire ] || {
		file 5_d.sql 'drop table c;'
		says '^db/migrations/5_d.sql:2: info: drop-table.    table .*1 finding: 1 info.exit 0' 'lint has file and line in front, and a sum' lint
	}
	rm "$migrations/5_d.sql"
	says 'destroys data.*exit 2' 'deploy rolls nothing back unasked' deploy -o rollback=true
	says 'destroys data.*exit 2' 'nor by its flag' deploy --rollback
	file 4_c.sql 'create table c (id integer primary key);' 'drop table c;'
	run migrate >"$tmp/out"
	says 'rolled back 4.1 migration rolled back.*exit 0' 'and says what it rolled back' deploy --rollback --yes

	# ---- dependencies that many paths lead to ----
	new_database paths
	mkdir "$migrations/deploy"
	{
		printf '%%syntax-version=1.0.0\n%%project=paths\n\n'
		for i in {1..60}; do
			needed=
			[ "$i" -lt 3 ] || needed="[c$((i - 1)) c$((i - 2))] "
			echo "c$i ${needed}2024-01-01T00:00:00Z Ann <ann@example.com> # change $i"
			echo 'select 1;' >"$migrations/deploy/c$i.sql"
		done
	} >"$migrations/sqitch.plan"
	is "$(cd "$work" && timeout 20 "$dbcare" --db "$db" plan | tail -1)" '60 statements' "$road: each migration depends on the two before it"

	# ---- placeholders ----
	new_database vars
	echo "create table \${name}_b (a text default '\${name}');" >"$migrations/V1__a.sql"
	says "without a value.*--var name=\.\.\..*exit 2" 'a placeholder without a value' migrate
	says 'applied 1.*exit 0' 'and with one' migrate --var name=x,y --var name=z --var other=o=1
	is "$(exists z_b)" 1 "$road: its value is in the script"
	says '1 migration, no differences.exit 0' 'which verify knows' verify --var name=z
	says '1 modified.exit 1' 'and status, too' status --var name=w
	says '"name" has no value.*exit 2' 'a value that is none' status --var name

	new_database empty

	# ---- an empty folder, and none ----
	says 'has no migrations: what is registered is used.*no migrations' 'an empty folder' status
	rmdir "$migrations"
	says 'no migrations.*exit 0' 'no folder' status
	says 'could not .*nowhere.*exit 2' 'a folder that is not there' status --dir nowhere
done

# ---- where nothing can be written ----
road=sqlite
new_database fixed
file 1_a.sql 'create table a (id integer primary key);'
run migrate >"$tmp/out"
file 2_b.sql 'create table b (id integer primary key);'
chmod 555 "$tmp"
chmod 444 "$tmp/fixed.db"
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
cp "$dbcare" "$tmp/../dbcare.$$" && chmod 755 "$tmp/../dbcare.$$"
like "$(cd "$work" && "${as[@]}" "$tmp/../dbcare.$$" --db "$tmp/fixed.db" status 2>&1; echo "exit $?")" \
	'folder is not compared.*1 migration: 1 applied.exit 1' 'status of a file that cannot be written'
rm "$tmp/../dbcare.$$"
chmod 755 "$tmp"
road=postgresql
new_database standby
file 1_a.sql 'create table a (id integer primary key);'
run migrate >"$tmp/out"
export PGOPTIONS='-c default_transaction_read_only=on'
says 'folder is not compared.*read-only.*1 migration: 1 applied.exit 1' 'status where transactions only read' status
unset PGOPTIONS

# ---- a busy server ----
for road in postgresql wire; do
	new_database busy
	name=${road/postgresql/}
	name=${name:+${name}_}busy
	sql 'create table busy (id integer primary key);'
	file 1_a.sql 'alter table busy add column note text;'
	hold "reader_$road" "$name" 'select * from busy;'
	says 'lock timeout.*exit [12]' 'a test waits for no lock' test
	says 'lock timeout.*exit 1' 'nor does deploy, for ever' deploy --lock-timeout 100 --lock-retries 0
	run deploy --lock-timeout 60000 >"$tmp/first.$road" &
	first=$!
	until_true "$name" "select exists (select from pg_locks where relation = 'busy'::regclass and not granted)"
	run deploy --lock-timeout 60000 >"$tmp/second.$road" &
	second=$!
	until grep -qs 'Waiting' "$tmp/second.$road"; do sleep 0.02; done
	release "reader_$road"
	wait "$first" "$second"
	like "$(cat "$tmp/first.$road")" 'applied 1.*exit 0' "$road: the first deploy"
	like "$(cat "$tmp/second.$road")" 'Waiting: .*no migration applied, version 1.exit 0' "$road: a second one waits for it"
done

# ---- new writes the format of the folder ----
road=none db=none work=$tmp/new
# kind NAME FILE TEXT PATTERN: in a folder with this file.
kind()
{
	rm -rf "$work"
	mkdir -p "$(dirname "$work/db/migrations/$2")"
	printf '%b' "$3" >"$work/db/migrations/$2"
	like "$(run new 'Add it')" "$4" "new in a folder of $1"
}
kind dbmate 20200101000000_a.sql '-- migrate:up\n-- migrate:down\n' '^db/migrations/2[0-9]{13}_Add_it\.sql.exit 0$'
kind goose 00041_a.sql '-- +goose Up\nselect 1;\n' '^db/migrations/00042_Add_it\.sql.exit 0$'
like "$(cat "$work/db/migrations/00042_Add_it.sql")" '-- \+goose Up.*-- \+goose Down' 'with its marks'
kind golang-migrate 000009_a.up.sql 'select 1' '^db/migrations/000010_Add_it\.up\.sql.db/migrations/000010_Add_it\.down\.sql.exit 0$'
kind flyway V7__a.sql 'select 1' '^db/migrations/V8__Add_it\.sql.exit 0$'
kind diesel 2020-01-01-000000_a/up.sql 'select 1' '^db/migrations/2[0-9]{3}-[0-9]{2}-[0-9]{2}-[0-9]{6}_Add_it/up\.sql.db/.*/down\.sql.exit 0$'
kind prisma 20200101000000_a/migration.sql 'select 1' '^db/migrations/2[0-9]{13}_Add_it/migration\.sql.exit 0$'
kind node-pg-migrate 1600000000000_a.sql '-- Up Migration\n' '^db/migrations/[0-9]{13}_Add_it\.sql.exit 0$'
kind sqlx 1600000000_a.sql '-- no-transaction\nselect 1' '^db/migrations/[0-9]{10}_Add_it\.sql.exit 0$'
kind sqitch sqitch.plan '%syntax-version=1.0.0\n%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # a\n' 'a.sql.*exit 2$'
mkdir "$work/db/migrations/deploy" && echo 'select 1;' >"$work/db/migrations/deploy/a.sql"
like "$(run new b)" 'writes its migrations itself.*sqitch.*exit 2' 'new in a folder of sqitch'
rm -rf "$work/db"
for i in {1..4}; do run new "twin $i"; done >"$tmp/twins"
is "$(grep -oE '[0-9]{14}' "$tmp/twins" | sort -u | wc -l)" 4 'never one version twice'

# ---- the place of an error whose table is rolled back, too ----
for road in sqlite postgresql wire; do
	new_database place
	file 1_a.sql 'create table made (id integer primary key, n integer not null);
insert into made values (1, null);'
	says 'made.*In migration 1 up, statement 2, line 3 of 1_a.sql' 'migrate says where a row was refused' migrate
	says 'made.*In migration 1 up, statement 2, line 3 of 1_a.sql' 'so does deploy' deploy
done

# ---- in SQL ----
for engine in sqlite postgresql; do
	"${engine}_new" loads
	is "$("$engine" loads <<-'END'
		select dbmigrate_load('{"1_a.up.sql": "select 1", "2_b.up.sql": "select 2"}') ->> 'added';
		select dbmigrate_add('9', 'mine', 'select 9') ->> 'action';
		select dbmigrate_load('{"3_c.up.sql": "select 3"}', '{"partial": true}') ->> 'removed';
		select dbmigrate_load('{"1_a.up.sql": "select 1"}') ->> 'removed';
		select version from dbmigrate_status() order by version;
	END
	)" $'2\nadded\n0\n2\n1\n9' "$engine: a JSON object is complete unless it is partial"
done

finish
