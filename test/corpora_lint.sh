#!/bin/bash
# Runs dbmigrate_lint() over migration sets of other projects on both engines,
# on an empty database: each script alone, each set as the files it is made of,
# and all scripts of a set as one.
#
# usage: test/corpora_lint.sh DIR [ENGINE [SET ...]]
#
# It fails where
# - a call fails;
# - a rule fires on more than a third of the scripts, each looked at alone;
# - there is a finding on something that the same script has made: all scripts of
#   a set as one make whatever they change, so that nothing may be found but what
#   is about the text itself.
# With KEEP=FILE, the findings stay in that SQLite file.
set -eu
dir=$(realpath -m "${1:-.}")
cd "$(dirname "$0")/.."

if [ $# -lt 1 ] || [ ! -d "$dir" ]; then
	echo "usage: $0 DIR [ENGINE [SET ...]]" >&2
	exit 2
fi
. test/sets.sh
choose "${@:2}"

# Scripts that are no set dbmigrate_load() knows: name, engine, folder.  Their
# ups are what is not named like a down, or like a script of the other engine.
loose='
danbooru postgres danbooru
inaturalist postgres inaturalist
memos postgres memos/store/migration/postgres
memos sqlite memos/store/migration/sqlite
synapse postgres synapse
synapse sqlite synapse
temporal postgres temporal/schema/postgresql
temporal sqlite temporal/schema/sqlite
atlas-testdata postgres atlas-testdata
dbmate-testdata postgres dbmate-testdata
goose-testdata postgres goose-testdata
golang-migrate postgres golang-migrate-examples/database/postgres
golang-migrate sqlite golang-migrate-examples/database/sqlite3
refinery-testdata postgres refinery-testdata
refinery-testdata sqlite refinery-testdata
sqitch-testdata postgres sqitch-testdata
sqlx-testdata postgres sqlx-testdata/tests/postgres
sqlx-testdata sqlite sqlx-testdata/tests/sqlite
'

# Rules about the text alone, whatever created the objects it names.
about_text="'char', 'concurrent-in-txn', 'create-table-as', 'domain-constraint',
	'double-quoted-string', 'fk-without-index', 'function-search-path',
	'grant-broad', 'grant-public', 'int-pk', 'irreversible', 'json',
	'missing-if-exists', 'pragma-fk-in-txn', 'refused', 'rls-enable',
	'txn-nesting', 'uncommitted', 'unused-suppression',
	'vacuum-or-journal-in-txn', 'writable-schema'"
# Objects that a set drops IF EXISTS but did not create: set, rule, part of the
# message.  They are tables from before the migrations or of failed attempts, and
# names that its indexes do not have.
not_made="
	('authelia', 'drop-table', 'totp_secrets'),
	('authelia', 'drop-table', 'identity_verification_tokens'),
	('authelia', 'drop-table', 'config'),
	('authelia', 'drop-table', 'authenticationlogs'),
	('authelia', 'drop-table', 'identityverificationtokens'),
	('authelia', 'drop-table', 'preferences'),
	('authelia', 'drop-table', 'preferencestablename'),
	('authelia', 'drop-table', 'secondfactorpreferences'),
	('authelia', 'drop-table', 'totpsecrets'),
	('authelia', 'drop-table', 'u2f'),
	('authelia', 'drop-table', '_bkp_up_v0002_'),
	('authelia', 'drop-index-not-concurrent', '_key1 '),
	('authelia', 'drop-index-not-concurrent', '_description_key '),
	('fathom', 'drop-table', '_old '),
	('crates.io', 'drop-index-not-concurrent', 'lower_gh_login'),
	('crates.io', 'drop-table', 'schema_migrations')"
# Rules that may fire on more than a third of the scripts of an engine.  SQLite
# finds only tables that the script itself creates.
frequent="('sqlite', 'refused')"

# ---- the scripts ----

# Runs SQL on the file of what is looked at and found; tables are named without
# the word corpora, under which the engines know it.
on_found()
{
	sqlite3 -batch -bail "$work/lint.db" "$@"
}

# Adds a set: its ups alone, as its files, and as one script.
collect_set()
{
	local files=$work/files/$set.$engine

	cp -r "$dir/$1" "$files"
	chmod -R u+w "$files"
	[ -z "$2" ] || find "$files" -type f -exec sed -i "$2" {} +
	sqlite3 -batch -bail "$work/$set.$engine.db" >/dev/null <<-END
		.load ./sqlite_ext/dbcare
		attach '$work/lint.db' as corpora;
		select dbmigrate_load('$files');
		insert into corpora.call (engine, name, mode, file, body, options)
			select '$engine', '$set', 'alone', m.up_file, m.up_sql, json_object(
				'transactional', json(iif(m.transactional, 'true', 'false')))
			from dbmigrate_status as s
			cross join dbcare_migration as m using (version);
		insert into corpora.call (engine, name, mode, body)
			select '$engine', '$set', 'set', json_group_object(
				substr(name, length('$files/') + 1), cast(data as text))
			from fsdir('$files') where name like '%.sql' or name like '%.toml';
		insert into corpora.call (engine, name, mode, body)
			select '$engine', '$set', 'one', group_concat(body, ';' || char(10))
			from (select body from corpora.call
				where engine = '$engine' and name = '$set' and mode = 'alone'
				order by number);
	END
}

# Adds scripts that are no set.
collect_loose()
{
	local other=sqlite

	[ "$engine" = postgres ] || other=postgres
	on_found <<-END
		insert into call (engine, name, mode, file, body)
			select '$engine', '$set', 'alone', substr(name, length('$dir/') + 1),
				cast(data as text)
			from fsdir('$dir/$1')
			where (name like '%.sql' or name like '%.sql.$engine')
				and not name glob '*[./]down[./]*' and not name glob '*/revert/*'
				and not name glob '*/U[0-9]*' and not name glob '*[./_]$other*'
			order by name;
	END
}

collect()
{
	local path extension changes

	while read -r set engine path extension changes; do
		[ -z "$set" ] || ! wanted || collect_set "$path" "$changes"
	done <<<"$all_sets"
	while read -r set engine path; do
		[ -z "$set" ] || ! wanted || collect_loose "$path"
	done <<<"$loose"
}

# ---- the lint ----

# The calls of an engine, a statement each, so that one that fails is not the end.
calls()
{
	on_found <<-END
		select format('insert into corpora.found
			select c.number, l.statement_no, l.line, l.rule, l.severity, l.message,
				l.suggestion, l.file
			from corpora.call as c, dbmigrate_lint(c.body, c.options) as l
			where c.number = %d;', number)
		from call where engine = '$engine' order by number;
	END
}

# The empty database knows the calls under another schema.
postgres_lint()
{
	on_found >"$work/files/calls" <<-END
		select json_group_array(json_object('number', number, 'body', body,
			'options', json(options)))
		from call where engine = 'postgres';
	END
	chmod a+r "$work/files/calls"
	calls >"$work/calls.sql"
	createdb lint
	psql -qAtX -d lint -c 'create extension dbcare' -f - <<-END
		create schema corpora;
		create table corpora.call as
			select * from json_to_recordset(pg_read_file('$work/files/calls')::json)
				as t (number int, body text, options jsonb);
		create table corpora.found (call int, statement_no int, line int,
			rule text, severity text, message text, suggestion text, file text);
		\\i $work/calls.sql
		\\o $work/found
		select coalesce(json_agg(f), '[]') from corpora.found as f;
	END
	on_found <<-END
		insert into found
			select value ->> '$.call', value ->> '$.statement_no',
				value ->> '$.line', value ->> '$.rule', value ->> '$.severity',
				value ->> '$.message', value ->> '$.suggestion', value ->> '$.file'
			from json_each(readfile('$work/found'));
	END
}

sqlite_lint()
{
	calls >"$work/calls.sql"
	sqlite3 -batch "$work/empty.db" <<-END
		.load ./sqlite_ext/dbcare
		attach '$work/lint.db' as corpora;
		begin;
		.read $work/calls.sql
		commit;
	END
}

# Runs the lint of an engine on its scripts; fails if a call fails.
lint()
{
	local start=$EPOCHREALTIME

	"${engine}_lint" 2>"$work/error" || status=1
	if [ -s "$work/error" ]; then
		cat "$work/error"
		status=1
	fi
	on_found "select '$engine: ' || count(*) || ' scripts, ' ||
			(select count(*) from found as f join call as c on c.number = f.call
			where c.engine = '$engine' and c.mode = 'alone') || ' findings, ' ||
			$(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) || ' ms for all'
		from call where engine = '$engine' and mode = 'alone'"
}

# ---- what must hold ----

# Prints what a query finds under a title; then it has failed.
refuse()
{
	local rows

	rows=$(on_found -separator ', ' "$2")
	if [ -n "$rows" ]; then
		printf '\n%s:\n%s\n' "$1" "$rows"
		status=1
	fi
}

evaluate()
{
	on_found -header -column "
		select engine, rule, count(distinct call) as scripts, count(*) as findings
		from found join call on number = call where mode = 'alone'
		group by engine, rule order by engine, 3 desc, rule"
	refuse 'rules that fire on more than a third of the scripts' "
		select engine, rule, count(distinct call)
		from found join call as c on number = call where mode = 'alone'
			and (engine, rule) not in (values $frequent)
		group by engine, rule
		having 3 * count(distinct call) > (select count(*) from call
			where engine = c.engine and mode = 'alone')"
	refuse 'findings on what the script itself has made' "
		select engine, name, line, rule, message
		from found join call on number = call
		where mode = 'one' and rule not in ($about_text) and not exists (
			select 1 from (values $not_made) as n where n.column1 = name
				and n.column2 = rule and instr(lower(message), n.column3) > 0)"
}

status=0
on_found <<-END
	create table call (number integer primary key, engine text, name text,
		mode text, file text, body text, options text);
	create table found (call int, statement_no int, line int, rule text,
		severity text, message text, suggestion text, file text);
END
collect
for engine in postgres sqlite; do
	lint
done
evaluate
[ -z "${KEEP-}" ] || cp "$work/lint.db" "$KEEP"
exit $status
