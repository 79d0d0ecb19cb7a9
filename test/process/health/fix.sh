#!/bin/bash
# Repairs of health checks: one that fails does not stop the next, what cannot
# run inside a transaction runs, waits are bounded, a cancel ends it all, and no
# name means what an untrusted role has planted.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server

# states: object and state of each step of a result on standard input.
states()
{
	grep -oE '"(state|object)": "[^}"]*"' | sed -E 's/.*: "(.*)"/\1/' | paste -sd' '
}

# ---- PostgreSQL: a failure ----

postgresql_new shop
postgresql shop <<-'END'
	create table parent (id integer primary key);
	create table good (id integer primary key, parent_id integer);
	create table wrong (id integer primary key, parent_id integer);
	insert into wrong values (1, 7);
	alter table wrong add constraint a_wrong foreign key (parent_id) references parent not valid;
	alter table good add constraint b_good foreign key (parent_id) references parent not valid;
END
is "$(postgresql shop <<<"call dbhealth_fix('constraints_not_validated', '{\"dry_run\": false}')" |
	grep -oE '"(left|fixed|failed|sqlstate)": "?[0-9]+' | sort)" \
	'"failed": 1
"fixed": 1
"left": 1
"sqlstate": "23503' 'one that fails does not stop the next, and is told'
is "$(postgresql shop <<<"select conname from pg_constraint where contype = 'f' and convalidated")" \
	b_good 'what succeeded stays'
like "$(postgresql shop <<<"begin; call dbhealth_fix('constraints_not_validated', '{\"dry_run\": false}')" || true)" \
	'cannot run inside a transaction' 'it is refused inside a transaction'

# ---- PostgreSQL: what a failed index build leaves ----

postgresql shop <<-'END'
	create table child (id integer primary key, parent_id integer references parent);
	alter table child disable trigger all;
	insert into child select n, (n * 7919) % 1000003 from generate_series(1, 200000) as n;
	alter table child enable trigger all;
	vacuum analyze child;
END
out=$(postgresql shop <<-'END' || true
	set maintenance_work_mem = '1MB';
	set temp_file_limit = 0;
	call dbhealth_fix('missing_fk_index', '{"dry_run": false, "objects": ["public.child"]}')
END
)
like "$out" '"failed": 1' 'an index that cannot be built is a failure'
is "$(postgresql shop <<<"select count(*) from pg_index where not indisvalid")" 0 \
	'and leaves no invalid index behind'
like "$(postgresql shop <<<"call dbhealth_fix('missing_fk_index', '{\"dry_run\": false, \"objects\": [\"public.child\"]}')")" \
	'"fixed": 1' 'with room it is built'

# ---- PostgreSQL: a cancel ----

postgresql shop <<<'drop index child_parent_id_idx'
hold holder shop 'insert into child values (0, null);'
until_true shop "select exists (select from pg_locks where relation = 'child'::regclass and mode = 'RowExclusiveLock' and granted)"
PGAPPNAME=fixer postgresql shop <<<"call dbhealth_fix('missing_fk_index', '{\"dry_run\": false}')" >"$tmp/cancelled" &
fixer=$!
until_true shop "select exists (select from pg_stat_activity where backend_type = 'dbcare deploy' and wait_event_type = 'Lock')"
is "$(postgresql shop <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'fixer' and backend_type = 'client backend'")" \
	t 'a call that waits can be cancelled'
wait $fixer || true
like "$(cat "$tmp/cancelled")" 'canceling statement' 'a cancel ends the fix'
until_true shop "select not exists (select from pg_stat_activity where backend_type = 'dbcare deploy')"
release holder
until_true shop "select not exists (select from pg_stat_activity where application_name = 'holder')"
is "$(postgresql shop <<<"call dbhealth_optimize('{\"steps\": [\"reindex\"]}')" |
	grep -oE '"(state|dry_run)": [^,}]+' | sort | uniq -c | sed 's/^ *//')" \
	'1 "dry_run": true
1 "state": "planned"
2 "state": "skipped"' 'dbhealth_optimize() lists what it would do'
like "$(postgresql shop <<<"call dbhealth_fix('invalid_indexes', '{\"dry_run\": false}')")" \
	'"left": 0' 'what a cancelled build left is found and repaired'

# ---- risk ----

for engine in postgresql sqlite; do
	"${engine}_new" risky
	"$engine" risky <<-'END'
		create table t (a integer primary key, b integer, c integer);
		create index t_b on t (b);
		create index t_b_c on t (b, c);
	END
	[ "$engine" = postgresql ] && call=call || call=select
	is "$("$engine" risky <<<"$call dbhealth_fix('redundant_indexes')" | grep -oE '"(risk|locks|state|reason)": "([^"\\]|\\.)*"' | sort)" \
		'"locks": "reads and writes of the table, briefly"
"reason": "its risk is \"destroys\": to run it, set the option risk to that"
"risk": "destroys"
"state": "skipped"' "$engine: a dry run has the risk of a repair, and what it locks"
	like "$("$engine" risky <<<"$call dbhealth_fix('redundant_indexes', '{\"dry_run\": false}')")" '"skipped": 1' \
		"$engine: what destroys does not run unless it is asked for"
	like "$("$engine" risky <<<"$call dbhealth_fix('redundant_indexes', '{\"dry_run\": false, \"risk\": \"destroys\"}')")" \
		'"fixed": 1' "$engine: ... and runs then"
	like "$("$engine" risky <<<"$call dbhealth_fix('redundant_indexes', '{\"risk\": \"high\"}')" || true)" \
		'option \\?"risk\\?" cannot be .*none, locks, rewrites, destroys' "$engine: a risk is one of four words"
done
is "$(postgresql risky <<-'END' | grep -oE '"bytes": [^,}]*'
	insert into t select n, n, n from generate_series(1, 10000) as n;
	vacuum analyze t;
	select dbcare_set('check_stats_stale_warning', 0);
	update t set c = c + 1;
	select pg_stat_force_next_flush();
	call dbhealth_fix('stats_stale');
END
)" "\"bytes\": $(postgresql risky <<<"select sum(relpages) * 8192 from pg_class where oid = 't'::regclass or oid in (select indexrelid from pg_index where indrelid = 't'::regclass)")" \
	'... and the size of the table with its indexes'

# ---- PostgreSQL: planted names ----

postgresql shop <<-'END'
	create schema evil;
	create table evil.called (what text);
	create function evil.pg_terminate_backend(integer) returns boolean language sql
		as $$ insert into evil.called values ('terminate') returning true $$;
	select dbcare_set('check_long_running_tx_warning', 0);
	select dbcare_set('check_long_running_tx_critical', 0);
END
hold victim shop 'select txid_current();'
postgresql shop >"$tmp/fixed" <<-'END'
	set search_path = evil, pg_catalog, public;
	call dbhealth_fix('long_running_tx', '{"dry_run": false, "risk": "destroys"}');
END
until_true shop "select not exists (select from pg_stat_activity where application_name = 'victim')"
is "$(postgresql shop <<<'select count(*) from evil.called')" 0 \
	"the caller's search path means nothing to a repair"
{ exec {holder_victim}>&-; } 2>/dev/null || true

# ---- rights ----

postgresql shop <<-'END'
	create role helper;
	grant execute on procedure dbhealth_fix to helper;
	grant usage on schema public to helper;
END
like "$(postgresql shop <<<"set role helper; call dbhealth_fix('constraints_not_validated', '{\"dry_run\": false}')")" \
	'must be owner of table wrong' "a repair has the caller's rights alone"

# ---- PostgreSQL: code of an untrusted role ----

# Code of an untrusted role must not run with the rights of a superuser.
postgresql shop >"$tmp/planted" <<-'END'
	create role mallory login;
	create schema den authorization mallory;
	set session authorization mallory;
	create function den.trap(text) returns boolean language plpgsql immutable as $$
	begin
		if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
			raise exception 'planted code ran as %', current_user;
		end if;
		return true;
	end $$;
	create table den.checked (id integer);
	insert into den.checked values (1);
	create table den.key (id integer primary key);
	insert into den.key values (1);
	alter table den.checked add foreign key (id) references den.key not valid;
	alter table den.checked enable row level security, force row level security;
	alter table den.checked add constraint planted check (den.trap('check' || id)) not valid;
	create domain den.number as integer;
	create table den.numbers (id den.number);
	insert into den.numbers values (1);
	alter domain den.number add constraint planted check (den.trap('domain' || value)) not valid;
	create table den.behind (id serial primary key);
	insert into den.behind values (5);
	create index on den.behind (id) where den.trap('index');
	create table den.full (id serial primary key, check (den.trap('type' || id)));
	insert into den.full values (2147483646);
	select setval('den.full_id_seq', 2147483646);
END
like "$(postgresql shop <<<"alter table den.checked validate constraint planted" || true)" \
	'planted code ran as postgres' 'the trap works'
is "$(for check in constraints_not_validated sequence_behind_data sequence_exhaustion; do
	postgresql shop <<<"call dbhealth_fix('$check', '{\"dry_run\": false, \"risk\": \"rewrites\", \"objects\":
		[\"den.checked\", \"den.number\", \"den.behind_id_seq\", \"den.full_id_seq\"]}')" |
		grep -oE '"(fixed|failed)": [0-9]+' | sort
done)" '"failed": 0
"fixed": 3
"failed": 0
"fixed": 1
"failed": 0
"fixed": 1' "a repair runs code of a table's owner with his rights"
postgresql shop <<<'alter table public.child owner to mallory; alter table public.child add constraint planted check (den.trap(parent_id::text)) not valid; create role other; alter table public.parent owner to other'
like "$(postgresql shop <<<"call dbhealth_fix('constraints_not_validated', '{\"dry_run\": false}')" || true)" \
	'code of role \\"(other|mallory)\\" would run with the rights of role \\"(mallory|other)' \
	'where owners must not trust each other it is refused'

# ---- SQLite ----

sqlite_new shop
sqlite shop <<-'END'
	create table t (a integer primary key, b text);
	insert into t with recursive c(n) as (select 1 union all select n + 1 from c where n < 5000)
		select n, hex(randomblob(200)) from c;
	delete from t where a > 10;
	select dbcare_set('check_free_pages_warning', 1);
	select dbcare_set('bloat_min_mb', 0);
END
pages=$(sqlite shop <<<'pragma page_count')
like "$(sqlite shop <<<"select dbhealth_fix('free_pages', '{\"dry_run\": false, \"risk\": \"rewrites\"}')")" \
	'"fixed": 1' 'sqlite: VACUUM runs on a connection of its own'
is "$(("$(sqlite shop <<<'pragma page_count')" < pages / 5))" 1 'sqlite: the fix frees the space'
like "$(sqlite shop <<<"begin; select dbhealth_fix('free_pages', '{\"dry_run\": false}')" || true)" \
	'cannot run inside a transaction' 'sqlite: it is refused inside a transaction'

# ---- both: what is done on dbcare's advice is no drift ----

for engine in postgresql sqlite; do
	"${engine}_new" led
	"$engine" led <<-'END' >"$tmp/log"
		select dbmigrate_add('1', 'one', 'create table p (id integer primary key);
			create table c (id integer primary key, p integer references p)', null);
		select dbmigrate_apply();
	END
	call=call
	[ "$engine" = postgresql ] || call=select
	fix="$call dbhealth_fix('missing_fk_index', '{\"dry_run\": false}')"
	like "$("$engine" led <<<"$fix")" '"migration": "CREATE INDEX ' "$engine: an index is offered as a migration"
	is "$("$engine" led <<<"select severity from dbhealth_checks('{\"checks\": [\"schema_drift\"]}')")" ok "$engine: and is no drift"
	"$engine" led <<<'drop index c_p_idx; create table others (id integer primary key)' >"$tmp/log"
	like "$("$engine" led <<<"$fix")" '"migration": null' "$engine: it is where the schema has drifted before"
	is "$("$engine" led <<<"select object from dbhealth_checks('{\"checks\": [\"schema_drift\"]}') where severity = 'warning'" | sed 's/public.//')" \
		others "$engine: which stays drift"
done
postgresql led <<<'drop table others; create extension dblink'
is "$(postgresql led <<<"select severity, object from dbhealth_checks('{\"checks\": [\"schema_drift\"]}')")" 'info dblink' \
	'an extension that dbcare asks for is information'
finish
