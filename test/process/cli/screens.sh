#!/bin/bash
# Every verb of the command on both engines on a pseudo terminal of 24 lines: the screen
# that is left is compared with screens.txt, and no line is wider than the terminal.
# Prints TAP.
#
# usage: screens.sh [--accept]
#
# --accept rewrites screens.txt; a screen that is the same on both engines is there once.
# What varies is replaced by a word in capitals.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir -m 777 "$tmp/backups"
start_server server "dbcare.backup_roots='$tmp/backups'"
dbcare=${DBCARE:-$PWD/build/dbcare}
screens=$PWD/test/process/cli/screens.txt
esc=$'\033'
work=$tmp/work
columns=80
# the locale of the command if it is another one, and what is typed: WAIT ANSWER ...
locale=
answers=()
unset NO_COLOR
# shellcheck source=test/process/cli/terminals.bash
. "$(dirname "$0")/terminals.bash"
declare -A seen wanted
titles=()

# Reads screens.txt: "==== TITLE" before each screen, ", ENGINE" behind the title of one
# that only this engine shows.
read_screens()
{
	local line title=

	while IFS= read -r line; do
		if [[ $line == "==== "* ]]; then
			title=${line#==== }
			wanted[$title]=
		else
			wanted[$title]+=$line$'\n'
		fi
	done <"$screens"
}

# Writes it.
write_screens()
{
	local title engine

	for title in "${titles[@]}"; do
		if [ "${seen["$title, postgresql"]-}" = "${seen["$title, sqlite"]-}" ]; then
			printf '==== %s\n%s' "$title" "${seen["$title, sqlite"]}"
			continue
		fi
		for engine in postgresql sqlite; do
			[ -z "${seen["$title, $engine"]-}" ] ||
				printf '==== %s, %s\n%s' "$title" "$engine" "${seen["$title, $engine"]}"
		done
	done >"$screens"
}

# Replaces what varies by a word in capitals; the lines with it lose the blanks that
# aligned them.
keys='(duration|longest)_ms|event_id|transaction_id|((size|database)_)?bytes|(stored_)?pages'
masks="s/$esc\[[0-9;]*[mK]//g; s/.*\r//; s#$tmp#TMP#g
	s#(dbname=|\.\./)other(\.db)?#OTHER#g; s#\.\./shop\.db|this database#DATABASE#g
	s/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+(\+[0-9:]+|Z)?/TIME/g
	s/cache hit ratio [0-9.]+/cache hit ratio N/; s/ in [0-9]+\.[0-9] s\b/ in N s/; s/\b[0-9]{5,}\.[0-9]+\.[0-9]+\b/SHAPE/g
	s/[0-9]{2}:[0-9]{2}:[0-9]{2}/CLOCK/; s/[0-9]{14}_/STAMP_/g; s/[0-9a-f]{64}/HASH/g; s/^ +[0-9a-z]{24}$/    PASSWORD/; s/ (postgres|$(id -un))$/ USER/
	s/^( *($keys)|database|tables|indexes|free|wal|other) +[0-9.]+$/\1  N/
	s/^(vacuum .*[^ 0-9]|.*\}|) *[0-9]+[0-9.e-]*$/\1 N/
	s/(PostgreSQL|SQLite|^ ) [0-9]+\.[0-9.]*/\1 VERSION/; s/[0-9.]+ [kM]B/SIZE/g
	/TIME|USER|_at /s/ {2,}/  /g"

short=/nowhere

# screen VERB ...: what the terminal shows in the end of a verb on $db.
screen()
{
	local shown wide title="$columns columns${locale:+, $locale}: $*"

	title=${title//"$tmp"/TMP}
	title=${title//"$short"/SHORT}
	title=${title//"$db"/DATABASE}
	title=${title//"$other"/OTHER}
	[ -n "${seen["$title, postgresql"]-}" ] || titles+=("$title")
	[ -z "${seen["$title, $engine"]-}" ] || result 1 "a second screen: $title"
	on_terminal "$work" "${locale:-C.UTF-8}" "$columns" "${answers[@]}" -- "$dbcare" --db "$db" "$@"
	wide=$(sed -E "s/$esc\[[0-9;]*[mK]//g; s/.*\r//" <<<"$output" | wc -L)
	# a script is not for eyes
	if [ "$wide" -gt "$columns" ] && [ "$1" != completion ]; then
		result 1 "$engine, $title: a line has $wide columns" "$output"
	fi
	shown=$(sed -E "s#$short#SHORT#g; $masks" <<<"$output" | tail -24)$'\n'
	seen["$title, $engine"]=$shown
	is "$shown" "${wanted["$title"]-${wanted["$title, $engine"]-}}" "$engine, $title"
	verbs["$1"]=1
}

# The screen of the live view; q ends it.
live_view()
{
	if [ ! -d /usr/lib/python3/dist-packages/pyte ]; then
		skip "$engine, the live view" 'python3-pyte is not installed'
		return
	fi
	answers=(Statements screen: '' q)
	screen monitor top
	answers=()
}

# sql TEXT: runs SQL on the same database.
sql() { "$engine" shop <<<"$1" >/dev/null; }

declare -A verbs
[ "${1-}" = --accept ] || read_screens
# a second database, of a schema that differs
for engine in postgresql sqlite; do
	"${engine}_new" shop
	"${engine}_new" other
	"$engine" other <<<'create table extra (id integer primary key);'
done

for engine in postgresql sqlite; do
	db=dbname=shop other=dbname=other
	[ "$engine" = postgresql ] || db=../shop.db other=../other.db
	[ "$engine" = postgresql ] || sql "select dbcare_set('backup_directory', '$tmp/files');"
	rm -rf "$work"
	mkdir -p "$work"

	# ---- migrations ----
	screen new 'Add customers'
	rm "$work"/db/migrations/*
	printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' \
		'create table customer (id integer primary key, name text not null);
		create table purchase (id integer primary key, customer_id integer references customer (id));
		create index purchase_customer on purchase (customer_id);' \
		'drop table purchase; drop table customer;' >"$work/db/migrations/1_shop.sql"
	printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' 'alter table customer add column note text;' \
		'alter table customer drop column note;' >"$work/db/migrations/2_note_of_customers.sql"
	screen plan
	screen test
	screen load
	screen migrate
	screen deploy
	screen status
	screen verify
	sql 'create table stray (id integer primary key);'
	screen drift
	sql 'drop table stray;'
	answers=(y/N 'y\n')
	screen rollback
	answers=()
	screen deploy --no-load
	printf -- '-- migrate:up\ndrop table purchase;\ndrop table customer;\n-- migrate:down\n' >"$work/db/migrations/3_drop.sql"
	screen lint
	rm "$work/db/migrations/3_drop.sql"
	screen diff "$db" "$other"
	screen schema --db "$other"
	screen adopt --dry-run
	screen baseline 9
	sql "insert into customer (id, name) values (1, 'Ann'), (2, 'Bob');"
	screen backfill notes "update customer set note = 'old' where note is null"

	# ---- health ----
	screen health --checks missing_primary_key,fk_missing_parent
	sql 'create table keyless (a integer);'
	screen report -o checks='["missing_primary_key"]'
	sql 'drop table keyless;'
	sql "create table rated (id integer primary key, stars integer); insert into rated values (1, 9);
		select dbcheck_rule_add('stars', 'rated', 'stars <= 5', '{\"repair_sql\": \"stars = 5\"}');"
	screen check
	answers=(y/N 'y\n')
	screen repair --rules stars
	screen undo 1
	answers=()
	sql "select dbcheck_rule_drop('stars'); drop table rated;"
	screen optimize
	screen size
	screen growth
	screen metrics

	# ---- monitoring ----
	screen monitor status
	screen run
	screen serve --listen nowhere
	screen pools app.db
	live_view
	screen slow
	screen alerts
	screen stats
	answers=(y/N 'y\n')
	screen reset
	answers=()

	# ---- retention ----
	sql "select dbarchive_enable('customer'); select dbaudit_enable('customer');"
	screen soft-delete customer 2 --reason 'left the shop'
	screen list-deleted
	screen restore customer 2
	screen audit --table customer --limit 2
	answers=(y/N 'y\n')
	screen archive --archive-days 30 --delete-days 60 --no-vacuum
	screen apply-policies
	answers=()
	screen vacuum

	# ---- backups ----
	screen backup first
	screen list-backups
	screen verify-backup first
	screen archive-wal app.log .
	screen salvage "$tmp/saved.db"
	screen follow --encrypt '{"key_env": "DBCARE_TEST_UNSET"}'
	restored=(restored --as-superuser)
	# lines are broken by the length of the path
	short=$(mktemp -d /tmp/XXXXXX)
	[ "$engine" = postgresql ] || restored=("$short/restored.db")
	screen restore-backup first "${restored[@]}"
	rm -r "$short"
	answers=(y/N 'y\n')
	screen cleanup-backups
	answers=()

	# ---- data ----
	screen init --list
	screen init --pack tenancy
	screen validate tenancy
	screen seed
	screen export "$tmp/backups/rows" --tables customer,purchase
	sql "update customer set note = 'newer' where id = 1;"
	screen compare "$tmp/backups/rows"
	answers=(y/N 'y\n')
	screen import "$tmp/backups/rows" --on-conflict overwrite
	answers=()
	rm "$tmp/backups/rows"
	screen sync "$other"

	# ---- one function each ----
	screen repair-migrations
	screen remove 9
	screen add-rule named customer "name <> ''" --severity info
	screen rules
	screen drop-rule named
	screen fix missing_primary_key --dry-run
	screen suppress missing_primary_key 'old_*' 'read only'
	screen locks
	screen waits --limit 1
	screen events --function dbhealth_suppress
	screen enable-trash purchase --mode trash
	screen disable-trash purchase
	screen purge customer --older-than-days 9 --dry-run
	screen hold purchase 1 'court case'
	columns=40
	screen holds
	columns=80
	screen release purchase 1
	screen policies
	screen set-policy nowhere '{"remove": true}'
	screen schedule
	screen enable-audit purchase
	screen disable-audit purchase
	screen row-history customer 1
	answers=(y/N 'n\n')
	screen undo-changes 1
	screen erase customer 1 '["name"]' 'asked to'
	answers=()
	screen call dbmigrate_version
	screen call dbmigrate_remove

	# ---- the command ----
	screen settings
	screen settings environment
	# whatever the disk of this machine has
	sql "select dbcare_set('check_disk_free_critical', 100), dbcare_set('check_disk_free_warning', 100);"
	screen doctor
	screen setup --test-only
	screen help
	screen help migrate
	screen completion fish

	# ---- 40 columns, and a locale without UTF-8 ----
	sql "insert into customer (id, name) values (3, '東京都港区六本木の顧客');
		select dbmigrate_add('3', '東京都港区の顧客 Müller', 'create table \"東京都港区六本木の顧客の名前\" (id integer)');"
	for locale in '' C; do
		columns=40
		[ -z "$locale" ] || columns=80
		screen status
		screen plan --no-load
		screen health --checks missing_primary_key,fk_missing_parent
		screen check
		screen size
		screen monitor status
		live_view
		screen list-deleted
		screen audit --table customer --limit 2
		screen list-backups
		screen doctor
		screen baseline 9
		screen help soft-delete
		answers=(y/N 'n\n')
		screen import "$tmp/backups/rows"
		answers=()
	done
	locale=
	# names of wide characters in a table
	columns=100
	screen status
	columns=80
	screen seal
done

while read -r verb; do
	[ -n "${verbs["$verb"]-}" ] || missing+=" $verb"
done < <(sed -nE 's/^CLI_VERB\("([a-z-]+)".*/\1/p' cli/verbs.def)
is "${missing-}" '' 'every verb has a screen'
[ "${1-}" != --accept ] || write_screens
finish
