#!/bin/bash
# Every verb of the command on both engines, without a terminal: what it prints, its
# exit code and what it has done.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir -m 777 "$tmp/backups"
start_server server "dbcare.backup_roots='$tmp/backups'"
dbcare=${DBCARE:-$PWD/build/dbcare}
export TMPDIR=$tmp
work=$tmp/work
mkdir "$work"
migrations=$work/db/migrations

# run VERB ...: the output on $db, a line with the exit code last.
run()
{
	local code=0

	(cd "$work" && "$dbcare" --db "$db" "$@" </dev/null 2>&1) || code=$?
	echo "exit $code"
}

# sql TEXT: runs SQL on the same database.
sql() { "$engine" shop <<<"$1"; }

# says WANTED VERB ...: the whole output of a verb.
says()
{
	local wanted=$1

	shift
	is "$(run "$@")" "$wanted" "$engine: $*, all of it"
}

# says_like PATTERN VERB ...
says_like()
{
	local wanted=$1

	shift
	like "$(run "$@")" "$wanted" "$engine: $*"
}

tried=' '
for engine in postgresql sqlite; do
	"${engine}_new" shop
	db=$(at "$engine" shop)
	rm -rf "${work:?}"/*

	# ---- migrations ----
	path=$(run new 'Add customers')
	like "$path" '^db/migrations/[0-9]{14}_Add_customers\.sql' "$engine: new names the file"
	rm "$migrations"/*
	cat >"$migrations"/1_shop.sql <<-END
		-- migrate:up
		create table customer (id integer primary key, name text not null);
		create table purchase (id integer primary key, customer_id integer references customer (id));
		create index purchase_customer on purchase (customer_id);
		-- migrate:down
		drop table purchase;
		drop table customer;
	END
	cat >"$migrations"/2_note.sql <<-END
		-- migrate:up
		alter table customer add column note text;
		-- migrate:down
		alter table customer drop column note;
	END
	says_like 'create table customer.*alter table customer' plan
	says $'no migrations\nexit 0' status --no-load
	says $'version  up  down  reup\n1        ok  ok    ok\n2        ok  ok    ok\n2 migrations tested, 0 failed\nexit 0' test
	says_like '1\.\.2.ok 1 - 1 up ok, down ok.ok 2 - 2 up ok.*exit 0' test --tap
	says_like $'would apply 1\nwould apply 2\n2 migrations would be applied in [0-9.]+ s\nexit 0' migrate --dry-run
	is "$(run status --no-load)" $'no migrations\nexit 0' "$engine: a dry run registers nothing"
	says_like '"added": 2.*exit 0' load --json
	says $'2 migrations in 2 files (dbmate), 2 unchanged\nexit 0' load
	says_like $'applied 1\n1 migration applied in [0-9.]+ s, version 1\nexit 0' migrate --to 1
	says_like $'version,name,state.*\n1,shop,applied.*\n2,note,pending.*exit 0' status --csv
	says_like $'applied 2\n1 migration applied in [0-9.]+ s, version 2\nexit 0' deploy
	says $'no migration applied, version 2\nexit 0' migrate
	says $'2 migrations, no differences\nexit 0' verify
	says $'no drift\nexit 0' drift
	sql 'create table stray (id integer primary key);'
	says_like 'stray.*added.*exit 1' drift
	sql 'drop table stray;'
	says_like 'destroys data.*--yes.*exit 2' rollback
	says_like '"2".*exit 0' rollback --json --dry-run
	says_like '"rolled_back": \["2"\].*exit 0' rollback --json --yes
	is "$(sql "select count(*) from dbmigrate_pending();")" 1 "$engine: rollback is done"
	says_like 'exit 0' migrate
	sql "insert into customer (id, name) values (1, 'Ann'), (2, 'Bob');"
	printf -- '-- migrate:up\ndrop table purchase;\ndrop table customer;\n-- migrate:down\n' >"$migrations"/3_drop.sql
	says_like 'warning|error.*exit 1' lint
	says_like '::warning file=db/migrations/3_drop.sql,line=[0-9]+,title=.*exit 1' lint --format github
	says_like '"ruleId": .*"uri": "db/migrations/3_drop.sql".*exit 1' lint --format sarif
	says_like '<testcase classname="db/migrations/3_drop.sql".*exit 1' lint --format junit
	result "$(run lint --format sarif | sed '$d' | python3 -c 'import json, sys; json.load(sys.stdin)' >/dev/null 2>&1; echo $?)" "$engine: SARIF is JSON"
	result "$(run lint --format junit | sed '$d' | python3 -c 'import sys, xml.etree.ElementTree as tree; tree.parse(sys.stdin)' >/dev/null 2>&1; echo $?)" "$engine: JUnit is XML"
	says_like '"check_name": .*"path": "db/migrations/3_drop.sql".*exit 1' lint --format gitlab
	says_like 'no such format.*exit 2' lint --format csv
	printf -- '-- migrate:up\ndrop table nowhere;\n-- migrate:down\n' >"$migrations"/3_drop.sql
	says_like 'nowhere.*line 2 of.*3_drop.sql.*exit 1' test
	says_like 'not ok 1 - 3 up failed.*# .*nowhere.*# In migration 3 up.*exit 1' test --tap
	says 'exit 0' status --quiet
	rm "$migrations"/3_drop.sql
	says $'no findings\nexit 0' lint
	echo 'create table more (id bigint primary key);' >"$work/script.sql"
	says $'no findings\nexit 0' lint script.sql
	says_like 'CREATE TABLE (public.)?customer.*exit 0' schema
	says_like 'no ledger.*exit 2' adopt --dry-run
	says_like '"9" does not exist.*exit 2' baseline 9
	says_like '0 cleared, 0 accepted, 0 forgotten.exit 0' repair-migrations
	says_like 'is applied, not modified.*exit 2' repair-migrations --accept 1
	says_like '"9" does not exist.*exit 2' remove 9
	says_like 'backfill notes is complete: 2 rows of 2 changed in 1 batch in [0-9.]+ s, verified.exit 0' backfill notes "update customer set note = 'old' where note is null"
	is "$(sql "select count(*) from customer where note = 'old';")" 2 "$engine: backfill has run"

	# ---- another database ----
	"${engine}_new" other
	other=$(at "$engine" other)
	"$engine" other <<<'create table extra (id integer primary key);'
	is "$("$dbcare" diff "$db" "$db"; echo "exit $?")" 'exit 0' "$engine: diff of equal schemas"
	like "$("$dbcare" diff "$other" "$db" || echo "exit $?")" '(create table|CREATE TABLE) .*customer.*exit 1' "$engine: diff"
	is "$(run new --from-diff "$other" extra | tail -1)" 'exit 0' "$engine: new --from-diff"
	like "$(cat "$migrations"/*_extra.sql)" 'migrate:up.*(create table|CREATE TABLE) .*extra' "$engine: new --from-diff has the SQL"
	rm "$migrations"/*_extra.sql
	says_like 'customer +2.*exit 1' sync "$other"
	says $'no differences\nexit 0' sync "$db"

	# ---- health ----
	says_like 'Health: 100 of 100 \(healthy\).*exit 0' health --checks missing_primary_key
	says_like '"status": "healthy".*exit 0' health --json --checks missing_primary_key
	sql 'create table keyless (a integer);'
	says_like 'keyless' health --full
	sql 'drop table keyless;'
	says_like 'Health: .*exit 0' report
	says 'exit 0' report --html page.html
	like "$(head -c 20 "$work/page.html")" '<!DOCTYPE html>' "$engine: report --html writes the page"
	echo old >"$work/page.html"
	says 'exit 0' report --html page.html
	is "$(head -c 15 "$work/page.html"; ls "$work" | grep -c '^page')" '<!DOCTYPE html>1' "$engine: report --html replaces an old page"
	says_like 'exit 0' check
	sql "create table rated (id integer primary key, stars integer); insert into rated values (1, 9);
		select dbcheck_rule_add('stars', 'rated', 'stars <= 5', '{\"repair_sql\": \"stars = 5\"}');" >/dev/null
	says_like 'stars.*exit 1' check
	says_like 'destroys data.*exit 2' repair --rules stars
	says_like '1 row to be repaired..*exit 0' repair --rules stars --dry-run
	says_like '1 row repaired; dbcare undo 1 takes it back.exit 0' repair --rules stars --yes
	is "$(sql 'select stars from rated;')" 5 "$engine: repair is done"
	says_like 'stars.*exit 0' rules
	says_like 'rule few of .*rated added.exit 0' add-rule few rated 'stars <= 3' --severity info
	says_like 'rule few dropped.exit 0' drop-rule few
	says_like '1 row restored.exit 0' undo 1 --yes
	is "$(sql 'select stars from rated;')" 9 "$engine: undo is done"
	sql "select dbcheck_rule_drop('stars'); drop table rated;" >/dev/null
	says_like 'missing_primary_key: no steps would be done, 0 failed, 0 skipped.exit 0' fix missing_primary_key --dry-run
	says_like 'none, locks, rewrites, destroys.*exit 2' fix missing_primary_key --risk high --dry-run
	says_like 'destroys data.*exit 2' fix missing_primary_key
	says_like 'findings of missing_primary_key about old_\* are suppressed until [-0-9]+.*.exit 0' suppress missing_primary_key 'old_*' 'read only'
	says_like 'analyze.*steps? would be done, 0 failed, [0-9]+ skipped.exit 0' optimize --dry-run
	says_like 'analyze.*steps? done, 0 failed, [0-9]+ skipped.exit 0' optimize
	says_like 'database +[0-9]+.* parts.exit 0' size
	says_like 'a forecast needs at least 8 samples over 3 days: .* samples?.*.exit 0' growth
	says_like '# EOF.exit 0' metrics

	# ---- monitoring ----
	says_like 'exit [02]' slow
	says $'no alerts\nexit 0' alerts
	says_like 'cache hit ratio [0-9unkow.]+.exit 0' stats
	says_like 'dbhealth_suppress.*exit 0' events --function dbhealth_suppress
	if [ "$engine" = postgresql ]; then
		says $'no waiting sessions\nexit 0' locks
		says_like 'exit [02]' waits --limit 5
	else
		says_like 'exit 2' locks
		says_like 'exit 2' waits
	fi
	says_like '"running": false.*exit 0' monitor status --json
	if [ "$engine" = sqlite ]; then
		like "$(timeout -s INT 4 "$dbcare" --db "$db" monitor start --interval 1 2>&1; echo "exit $?")" \
			'monitoring is on, every 1 s.*until this command is interrupted.*exit 124' "$engine: monitor start samples until it is interrupted"
	else
		says_like 'monitoring is on, every 1 s..*exit 0' monitor start --interval 1
		until_true shop "select (dbmonitor_status() ->> 'samples')::int > 0"
	fi
	says_like '"samples": [1-9].*exit 0' monitor status --json
	says_like 'monitoring is off, [0-9]+ samples? stored.exit 0' monitor stop
	says_like 'needs a terminal.*exit 2' monitor top
	says_like 'takes start, stop.*exit 2' monitor pause
	says_like 'takes its databases from a file.*exit 2' run
	says_like '--listen is not ADDRESS:PORT.*exit 2' serve --listen nowhere
	says_like '--db and --all exclude each other.*exit 2' health --all
	says_like 'deleted: [0-9]+ samples?, .*, no entries of the log of slow statements.exit 0' reset --yes

	# ---- retention ----
	sql "select dbarchive_enable('customer');" >/dev/null
	says_like 'row of .*customer deleted, 1 row with those of its cascades, batch [0-9]+.exit 0' soft-delete customer 2 --reason 'left the shop'
	says_like 'customer.*exit 0' list-deleted
	is "$(sql 'select count(*) from customer;')" 1 "$engine: soft-delete is done"
	says_like 'row 2 of .*customer is held, and was deleted: court case.exit 0' hold customer 2 'court case'
	says_like 'court case.*exit 0' holds
	says_like 'destroys data.*exit 2' purge customer --older-than-days 0
	says_like 'no rows of .*customer would be deleted for good, 1 held.exit 0' purge customer --older-than-days 0 --dry-run
	says_like 'row 2 of .*customer is no longer held.exit 0' release customer 2
	says_like '1 row restored.exit 0' restore customer 2
	is "$(sql 'select count(*) from customer;')" 2 "$engine: restore is done"
	says_like 'policies would be run, 0 failed.exit 0' archive --archive-days 30 --delete-days 60 --no-vacuum --dry-run
	says_like 'no policies run, 0 failed.exit 0' apply-policies --yes
	sql "create table visit (id integer primary key, at timestamp);
		select dbarchive_policy('visit', '{\"timestamp_column\": \"at\", \"delete_after_days\": 30}');
		alter table visit rename column at to happened;" >/dev/null
	says_like '1 policy run, 1 failed.exit 1' apply-policies --yes
	says_like '"failed": 1.*exit 1' archive --yes --json
	says_like 'visit.*exit 0' policies
	says_like 'policy default of .*visit removed.exit 0' set-policy visit '{"remove": true}'
	sql "drop table visit;" >/dev/null
	sql 'create table passing (id integer primary key);'
	says_like 'deleted rows of .*passing are kept, mode trash.exit 0' enable-trash passing --mode trash
	says_like 'deleted rows of .*passing are no longer kept.exit 0' disable-trash passing
	says_like 'the policies have no schedule.exit 0' schedule
	says_like 'steps? would be done, 0 failed, [0-9]+ skipped.exit 0' vacuum --dry-run
	says_like 'steps? done, 0 failed, [0-9]+ skipped.exit 0' vacuum
	sql "select dbaudit_enable('customer');" >/dev/null
	sql "update customer set note = 'new' where id = 1;"
	says_like 'customer.*update.*exit 0' audit --table customer --limit 5
	says_like 'update.*exit 0' row-history customer 1
	id=$(sql 'select max(id) from dbaudit_log();')
	says_like 'destroys data.*exit 2' undo-changes "$id"
	says_like '1 entry undone: 1 row of 1 table changed.exit 0' undo-changes "$id" --yes
	is "$(sql "select note <> 'new' from customer where id = 1;" | tr t 1)" 1 "$engine: undo-changes is done"
	says_like 'entries sealed, the root is [0-9a-f]{64}.exit 0' seal
	says_like 'destroys data.*exit 2' erase customer 1 '["note"]' 'asked to'
	says_like '2 values of 2 entries erased.exit 0' erase customer 1 '["note"]' 'asked to' --yes
	says_like 'changes of .*passing are logged, [0-9] columns?.exit 0' enable-audit passing
	says_like 'changes of .*passing are no longer logged.exit 0' disable-audit passing
	sql 'drop table passing;'

	# ---- backups ----
	backups=()
	[ "$engine" = postgresql ] || backups=(--directory "$tmp/backups")
	says_like 'first.*exit 0' backup "first_$engine" "${backups[@]}"
	says_like 'first.*exit 0' list-backups "${backups[@]}"
	says_like "backup first_$engine is sound, level 2, in [0-9.]+ s.exit 0" verify-backup "first_$engine" "${backups[@]}"
	like "$("$dbcare" --db "$db" backup --stdout | tar -tf - | sort | tail -1)" 'verified.json' "$engine: backup --stdout"
	is "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'dbcare-*')" '' "$engine: backup --stdout leaves nothing behind"
	restored=(restored --as-superuser)
	[ "$engine" = postgresql ] || restored=("$tmp/restored.db")
	says_like "backup first_$engine restored to .*restored(.db)? in [0-9.]+ s.*exit 0" restore-backup "first_$engine" "${restored[@]}" "${backups[@]}"
	is "$("$dbcare" --db "$(at "$engine" restored)" sync "$db"; echo "exit $?")" $'no differences\nexit 0' "$engine: the restored database is equal"
	if [ "$engine" = sqlite ]; then
		(umask 077 && head -c 32 /dev/urandom >"$tmp/key")
		key="{\"key_file\": \"$tmp/key\"}"
		says_like 'secret.*exit 0' backup secret --encrypt "$key" "${backups[@]}"
		says_like 'backup secret is sound, level 2, in [0-9.]+ s.exit 0' verify-backup secret --decrypt "$key" "${backups[@]}"
		says_like 'is not encrypted.*exit 2' verify-backup "first_$engine" --decrypt "$key" "${backups[@]}"
		says_like 'what was replaced is in backup .*.backup secret restored to .*shop.db in [0-9.]+ s, verified at level 3.exit 0' restore-backup secret --decrypt "$key" "${backups[@]}" --replace --confirm shop.db
		says_like 'is not one of this database.*exit 2' --db "$(at sqlite restored)" restore-backup secret --decrypt "$key" "${backups[@]}" --replace --confirm restored.db
		says_like 'exit 0' --db "$(at sqlite restored)" restore-backup secret --decrypt "$key" "${backups[@]}" --replace --confirm restored.db --another-database --encrypt "$key"
	fi
	says_like 'destroys data.*exit 2' cleanup-backups "${backups[@]}"
	says_like 'no backups removed, [0-9]+ kept.*.exit 0' cleanup-backups --yes --keep-days 30 "${backups[@]}"

	# ---- data ----
	# as it is from PostgreSQL 15 on
	[ "$engine" = sqlite ] || sql 'revoke create on schema public from public' >"$tmp/out"
	says_like 'no pack was named.*init --list.*exit 2' init
	says_like 'tenancy +Tenants.*exit 0' init --list
	says_like '"success": true.*exit 0' init --pack tenancy --json
	says $'no differences\nexit 0' validate tenancy
	says_like '3 seeds applied in development.exit 0' seed
	says_like '.*/rows: [0-9.]+ kB.2 rows of 2 tables written in [0-9.]+ s.exit 0' export "$tmp/backups/rows" --tables customer,purchase
	says_like 'customer +0 +0 +0.*exit 0' compare "$tmp/backups/rows"
	sql "update customer set note = 'newer' where id = 1;"
	says_like 'customer.*exit 1' compare "$tmp/backups/rows"
	says_like 'destroys data.*exit 2' import "$tmp/backups/rows" --on-conflict overwrite
	says_like '2 rows of 2 tables read, [0-9] rows? written in [0-9.]+ s.exit 0' import "$tmp/backups/rows" --on-conflict overwrite --yes
	says_like 'customer +0 +0 +0.*exit 0' compare "$tmp/backups/rows"
	rm -f "$tmp/backups/rows"

	# ---- any function ----
	says_like '"database": .*exit 0' call dbhealth_ping --json
	says_like 'no such function.*doc/functions.md.*exit 2' call dbhealth_pong
	says_like 'needs the argument "name".*usage: dbcare call dbmigrate_add .version=VALUE. name=VALUE up_sql=VALUE .down_sql=VALUE. .options=JSON..*exit 2' call dbmigrate_add version=9
	says_like 'no argument of this name: "size=1".*exit 2' call dbmigrate_remove version=9 size=1
	says_like 'there is no = in "9".*exit 2' call dbmigrate_remove 9
	echo 'select 9' >"$work/nine.sql"
	says_like 'action +added.*exit 0' call dbmigrate_add version=99 name=nine up_sql=@nine.sql transactional=false
	says_like 'nine.*exit 0' call dbmigrate_pending --csv
	says_like 'action +removed.*exit 0' call dbmigrate_remove version=99

	# ---- the command ----
	says $'development\nexit 0' settings environment
	says_like 'environment is testing.exit 0' settings environment testing
	says $'testing\nexit 0' settings environment
	says_like 'environment is development.exit 0' settings environment ''
	says_like 'environment +development.*exit 0' settings
	says_like '"nonsense" does not exist.*exit 2' settings nonsense
	# whatever the disk of this machine has
	sql "select dbcare_set('check_disk_free_critical', 100), dbcare_set('check_disk_free_warning', 100);" >/dev/null
	says_like 'connection +ok.*exit 0' doctor
	says_like 'connection +ok.*exit 0' setup --test-only
	says_like 'Health: .*dbcare new NAME.*exit 0' setup --quick --environment testing

	# ---- production ----
	run settings environment production >/dev/null
	says_like 'its name was not typed.*--confirm NAME.*exit 2' reset --yes
	like "$(run reset --confirm wrong)" 'shop.*exit 2' "$engine: a wrong name is refused"
	says_like 'deleted: .*.exit 0' reset --confirm "$([ "$engine" = sqlite ] && echo shop.db || echo shop)"
done

# the tables of one engine are in the schema public
is "$("$dbcare" --db "$(at postgresql other)" sync "$(at sqlite other)"; echo "exit $?")" $'no differences\nexit 0' 'sync of two engines'

# ---- without a database ----
engine=none db=nothing
is "$(run completion bash | tail -1)" 'exit 0' 'completion for bash'
result "$(bash -n <("$dbcare" completion bash) && echo 0 || echo 1)" 'bash reads it'
says_like 'complete -c dbcare.*exit 0' completion fish
says_like '#compdef dbcare.*exit 0' completion zsh
says_like 'bash, zsh and fish.*exit 2' completion csh
says_like 'usage: dbcare .*migrate .*exit 0' help
says_like 'not a file of the log.*exit 2' archive-wal README.md "$tmp"
says_like 'argument DESTINATION is missing.*exit 2' salvage
says_like 'no such file.*exit 2' follow
says_like 'argument ADDRESS is missing.*exit 2' pools
for verb in $(sed -nE 's/^CLI_VERB\("([a-z-]+)".*/\1/p' cli/verbs.def); do
	like "$(run help "$verb")" "usage: dbcare $verb" "help $verb"
	grep -qE "(says|says_like|run|dbcare.) .*$verb( |\$|\))" test/process/cli/verbs.sh ||
		tried+="$verb "
done
is "$tried" ' ' 'every verb has a test'
# these have code for their last line, or print a report
is "$(sed -nE 's/^CLI_VERB\("([a-z-]+)", "[a-z]+", "([a-z_]+)".*/\2 \1/p' cli/verbs.def |
	grep -vwFf <(sed -nE 's/^CLI_[A-Z]+\(([a-z_]+),.*/\1/p' cli/conclusions.def) | cut -d ' ' -f 2 | tr '\n' ' ')" \
	'status plan lint migrate deploy rollback test verify drift health report metrics ' \
	'all other verbs end in a sentence'

finish
