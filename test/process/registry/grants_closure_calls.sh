#!/bin/bash
# The closure of grants, part two: for each area, a role that has it and nothing else,
# and a role with none, makes the calls of lattice_calls.sql, where they are committed,
# in a database in which others have tables, deleted rows, holds, policies, rules,
# seeds, migrations, schedules and samples; what a call stores is a trap.  Rows of
# dbcare's tables and of tables of others may have changed only where the area says
# so, and errors about tables of dbcare say who may read them.  Then a superuser calls everything, and monitoring does what was scheduled: no
# trap ran as anybody else.  PostgreSQL alone, SQLite has no roles.  Prints TAP.
#
# usage: test/process/registry/grants_closure_calls.sh [CALLS [AREA ...]]
#
# CALLS is how many of the calls each role makes, chosen by the seed (default 75;
# make soak: all).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

areas='none monitor migrate archive audit backup admin'
calls=${1-75}
[ -z "${DBCARE_WHOLE-}" ] || calls=99999
shift $(($# > 0))
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $areas

start_server server shared_preload_libraries=dbcare log_min_messages=warning log_error_verbosity=terse \
	"log_line_prefix='%a|'"
postgresql_new closure

# as ROLE: runs SQL as a role, which must work.
as()
{
	PGUSER=$1 postgresql closure >"$tmp/made" || {
		cat "$tmp/made"
		exit 1
	}
}

as postgres <<-END
	create role owner login;
	create role plain login;
	create role evil login;
	$(printf 'create role area_%s login; ' $areas)
	select dbcare_install();
	create schema app;
	create schema evil;
	grant usage on schema app to public;
	grant create on schema app to owner;
	grant usage on schema evil to public;
	create function evil.spring() returns text language plpgsql as \$\$
	begin
		raise warning 'trap of evil ran as %', current_user;
		return 'x';
	end \$\$;
	create table app.treasure (id integer primary key, note text);
	insert into app.treasure select i, 'note ' || i from generate_series(1, 9) as i;
	select dbmigrate_add('001', 'first', 'create table app.first (id integer primary key)', 'drop table app.first');
	select dbmigrate_apply();
	select dbmigrate_add('002', 'second', 'create table app.second (id integer primary key)');
	select dbseed_add('basic', 'app.treasure', '[{"id": 1, "note": "seed"}]');
	$(printf "select dbcare_grant('area_%s', '%s'); " $(for area in $areas; do [ $area = none ] || echo "$area $area"; done))
	select dbcare_grant('owner', a) from unnest('{archive,audit,admin}'::text[]) as a;
	select dbcare_set('environment', 'testing');
	select dbmonitor_sample();
END
as owner <<-'END'
	create table app.lender (id integer primary key, note text);
	insert into app.lender select i, 'note ' || i from generate_series(1, 9) as i;
	grant select on app.lender to public;
	insert into app.lender values (10, null);
END
protect()
{
	printf "select %s;\n" "dbarchive_enable('$1', '{\"mode\": \"trash\"}')" "dbaudit_enable('$1')" \
		"dbarchive_delete('$1', 2)" "dbarchive_hold('$1', 3, 'court')" \
		"dbarchive_policy('$1', '{\"purge_deleted_after_days\": 1000}')" \
		"dbcheck_rule_add('positive of $1', '$1', 'id > 0')"
}
protect app.treasure | as postgres
protect app.lender | as owner

# A table of each role; what its calls store is a trap.
make_own()
{
	as postgres <<<"create schema own_$1 authorization area_$1"
	as "area_$1" <<-END
		create table own_$1.mine (id integer primary key, note text);
		insert into own_$1.mine values (1, 'a'), (2, 'b'), (3, 'c');
		grant all on schema own_$1 to public;
		grant all on own_$1.mine to public;
	END
	# one that no call names, and that is renamed before each
	as postgres <<-END
		create schema moved_$1 authorization area_$1;
		create table moved_$1.a (id integer primary key);
		alter table moved_$1.a owner to area_$1;
		insert into moved_$1.a values (1);
		select dbarchive_enable('moved_$1.a');
		delete from moved_$1.a;
	END
}
cat >"$tmp/values" <<-'END'
	update argument set value = case name
		when 'up_sql' then '''select evil.spring()''' when 'down_sql' then '''select evil.spring()'''
		when 'source' then '''{"900_x.sql": "select evil.spring()"}'''
		when 'expression' then '''evil.spring() is not null'''
		when 'sql' then '''select evil.spring()''' when 'query' then '''select evil.spring()'''
		when 'name' then '''name of ROLE''' else value end;
	update choice set value = case name when 'where' then '"evil.spring() is not null"'
		when 'columns' then '{"note": "evil.spring()"}' when 'confirm' then '"closure"' else value end;
END

# list_calls SCHEMAS VALUES: "tag <TAB> call <TAB> kind" of all, in the order of the
# seed, on tables of schema app and of SCHEMAS, a condition.
list_calls()
{
	sed "s/n.nspname in ('evil', 'app')/(n.nspname = 'app' or n.nspname $1)/" test/process/registry/lattice_calls.sql >"$tmp/calls.sql"
	"${psql_shell[@]}" -d closure -v "seed=$seed" -v "values=$2" -f "$tmp/calls.sql"
}

# Each call as a transaction of its own, after a rename.
run_calls()
{
	awk -F '\t' -v "area=$1" '
		BEGIN { print "set client_min_messages = error;\nset statement_timeout = \"10s\";" }
		{
			tag = $1; gsub(/'\''/, "", tag)
			printf "set application_name = '\''%s'\'';\n", substr(tag, 1, 63)
			printf "alter table moved_%s.%s rename to %s;\n", area, NR % 2 ? "a" : "b", NR % 2 ? "b" : "a"
			print $3 == "p" ? "call " $2 ";" : "select count(*) from " $2 ";"
		}'
}

# ---- what has changed ----

# Keeps all rows of dbcare's tables and of those of others, and who has which rights.
as postgres <<-'END'
	create schema kept;
	create table kept.row (place text, text text, of_before boolean);
	create view kept.rights as
	select 'role' as place, r::text as text from pg_authid as r where not r.rolname like 'area%'
	union all select 'member', m::text from pg_auth_members as m
	union all select 'database', d::text from (select datname, datdba, datacl from pg_database) as d
	union all select 'setting', s::text from pg_db_role_setting as s
	union all select 'schema', n::text from (select nspname, nspowner, nspacl from pg_namespace
		where nspname !~ '^(own|moved)_' and nspname not like 'pg\_%') as n
	union all select 'relation', c::text from (select relname, relowner, relacl, relkind, relrowsecurity
		from pg_class where relnamespace in (select oid from pg_namespace where nspname in ('dbcare', 'app', 'evil'))) as c
	union all select 'trigger', t::text from (select tgrelid::regclass, tgname, tgfoid, tgenabled, tgargs from pg_trigger
		where tgrelid in (select oid from pg_class where relnamespace in ('dbcare'::regnamespace, 'app'::regnamespace))) as t
	union all select 'routine', p::text from (select p.oid, proname, proowner, proacl from pg_proc as p
		where pronamespace in (select oid from pg_namespace where nspname in ('public', 'dbcare', 'app', 'evil'))) as p
	union all select 'extension', e::text from pg_extension as e;
	create procedure kept.remember(of_before boolean) language plpgsql as $$
	declare
		place text;
	begin
		for place in select format('%I.%I', n.nspname, c.relname) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
			where n.nspname in ('dbcare', 'app') and c.relkind = 'r' loop
			execute format('insert into kept.row select %L, t::text, $1 from %s as t', place, place) using of_before;
		end loop;
		insert into kept.row select r.place, r.text, of_before from kept.rights as r;
	end $$;
END

# "PLACE lost" and "PLACE added" for what has changed since remember; "of app" for
# a row that names a table of others.
changes()
{
	postgresql closure <<-'END'
		call kept.remember(false);
		with lost as (
			select place, text from kept.row where of_before except all select place, text from kept.row where not of_before
		), added as (
			select place, text from kept.row where not of_before except all select place, text from kept.row where of_before
		)
		select place || case when place ~ '^dbcare' and text ~ 'app\.' then ' of app' else '' end || c.change
		from (select *, ' lost' as change from lost union all select *, ' added' from added) as c
		group by 1 order by 1;
	END
}

# What an area may change besides the events of its calls and the tables that are known:
# patterns of places.
declared()
{
	local ledger='(migration|history|history_head|deployment|deployment_script|dependency|ledger|snapshot|snapshot_object|backfill|seed|seed_row|manifest)'
	local samples='(monitor|sample|table_sample|query|query_seen|query_mark|slow_log|wait_event|vacuum_due|check_run|alert)'

	# monitoring takes samples and runs checks meanwhile, whose last result it keeps
	echo "dbcare\.(event|known_table|$samples)( of app)? added|dbcare\.(alert|check_run) lost"
	case $1 in
		monitor) echo "dbcare\.monitor lost|dbcare\.suppression (added|lost)" ;;
		migrate) echo "dbcare\.$ledger( of app)? (added|lost)" ;;
		archive)
			# of the table that it owns, and holds of rows that it may read
			echo 'dbcare\.(archived_table|known_table|trash|row_shape|hold|policy|policy_run|audit_shape|audit_context|audit_entry|schedule) (added|lost)'
			echo 'dbcare\.hold of app added'
			;;
		admin)
			echo "dbcare\.$ledger( of app)? (added|lost)|dbcare\.$samples( of app)? (added|lost)"
			echo 'dbcare\.(archived_table|known_table|trash|row_shape|hold|policy|policy_run|rule|schedule|setting|suppression|repair|repair_table) (added|lost)'
			# a seal protects the entries of all
			echo 'dbcare\.audit(ed)?_\w+ added|dbcare\.audit_seal of app added|dbcare\.hold of app added'
			# what dbcare_grant() gives to others
			echo 'relation (added|lost)|routine (added|lost)'
			;;
	esac
}

first=1
remember()
{
	as postgres <<<'truncate kept.row; call kept.remember(true);'
}

# The traps that ran as another role than ROLE: "place: role".
sprung_as_other()
{
	tail -c "+$first" "$tmp/server/log" | sed -nE 's/^(.*)\|WARNING: +trap of evil ran as (\w+).*$/\2: \1/p' | grep -vE "^($1): " | sort -u || true
}

# Errors about objects of dbcare that do not say what to do.
own_objects=$(postgresql closure <<<"select string_agg(relname, '|') from pg_class where relnamespace = 'dbcare'::regnamespace")
raw_refusals()
{
	awk -v raw="permission denied for ((table|sequence|view|relation) ($own_objects)|schema dbcare|function [^ ]*_capture)$" '
		wanted && !/^HINT: .*dbcare_grant\(ROLE,/ { print wanted }
		{ wanted = "" }
		$0 ~ raw { wanted = $0 }
		END { if (wanted) print wanted }' "$tmp/answers" | sort -u
}

# The control: what the tests below would see.
remember
as postgres <<-'END'
	begin;
	insert into dbcare.policy (policy_id, table_id, table_name, name, options, created_by, author) values (999, 0, 'app.treasure', 'planted', '{}', 'x', 'postgres');
	update app.treasure set note = 'changed' where id = 9;
	grant insert on dbcare.rule to area_none;
	set application_name = 'control';
	select evil.spring();
	commit;
END
is "$(changes | tr '\n' ' ')" 'app.treasure added app.treasure lost dbcare.audit_entry added dbcare.policy of app added relation added relation lost ' \
	'the control: what is written is seen'
is "$(sprung_as_other 'area_\w+')" 'postgres: control' 'the control: a trap is seen'
as postgres <<<"delete from dbcare.policy where name = 'planted'; revoke insert on dbcare.rule from area_none;"
first=$(($(stat -c %s "$tmp/server/log") + 1))

as postgres <<<'select dbmonitor_start(3600);'
for area; do
	make_own "$area"
	list_calls "= 'own_$area'" "$tmp/values" | sed "s/name of ROLE/of $area/" >"$tmp/calls"
	remember
	head -n "$calls" "$tmp/calls" | run_calls "$area" | PGUSER=area_$area psql -qAtX -d closure >"$tmp/answers" 2>&1
	like "$(grep -cv ERROR "$tmp/answers")" '^([3-9]|[1-9][0-9]+)$' "area $area calls"
	is "$([ "$area" = none ] || raw_refusals)" '' "area $area is told whom to ask for what it may not read"
	is "$(changes | grep -vxE "$(declared "$area" | paste -sd '|')")" '' "area $area changes what it may change"
done
is "$(sprung_as_other 'area_\w+')" '' 'no trap ran as anybody else'

# ---- what was stored, run by others ----

# Purges at once all that the role may purge; area admin may have stopped monitoring.
as postgres <<<"select dbmonitor_stop(); select dbmonitor_start(0.2); select dbcare_grant('area_archive', 'archive');"
as area_archive <<<"select dbarchive_schedule('$(date -u -d '1 minute ago' +%H:%M)', '{\"older_than_days\": 0}');"
list_calls "like 'own%'" /dev/null | head -n "$calls" | awk -F '\t' '
	BEGIN { print "set client_min_messages = error;\nset statement_timeout = \"10s\";" }
	{
		tag = $1; gsub(/'\''/, "", tag)
		printf "set application_name = '\''%s'\'';\n", substr(tag, 1, 63)
		print $3 == "p" ? "call " $2 ";" : "begin;\nselect count(*) from " $2 ";\nset constraints all immediate;\nrollback;"
	}' | psql -qAtX -d closure >"$tmp/answers" 2>&1
ran="select exists (select from dbcare.schedule where schedule_id = 1 and scheduled_by = 'area_archive' and finished_at is not null)"
# one of the calls may have stopped it before it got that far
as postgres <<<'select dbmonitor_start(0.2);'
until_true closure "$ran"
is "$(postgresql closure <<<"$ran")" t 'the schedule of area archive has run'
is "$(postgresql closure <<<"select count(*) from dbcare.trash where table_name like 'app.%'")" 2 \
	'a schedule of area archive purges no rows of others'
is "$(sprung_as_other 'area_\w+')" '' 'a superuser calls everything: no trap ran as anybody else'
finish
