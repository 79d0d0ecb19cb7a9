#!/bin/bash
# Strings have escapes where standard_conforming_strings is off, which the owner of a
# database can choose for all who connect.  A name, a definition or a condition of that
# owner ends no string of dbcare's own SQL there, and means what it means elsewhere.
# PostgreSQL alone, SQLite has no escapes.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server escape_string_warning=off
postgresql postgres <<<'create role mallory;'

# new NAME: a database of mallory with a table.  Its sessions have escapes from now on.
new()
{
	postgresql_new "$1"
	postgresql "$1" <<-END >"$tmp/told"
		alter database $1 owner to mallory;
		select dbcare_install();
		create schema mine authorization mallory;
		grant usage on schema public to mallory;
		set role mallory;
		alter database $1 set standard_conforming_strings = off;
		$(cat)
	END
}
# no_superuser NAME
no_superuser()
{
	is "$(postgresql postgres <<<"select rolsuper from pg_roles where rolname = 'mallory'")" f "$1"
}

# a repair has the name of a table in a literal
# shellcheck disable=SC1003
new repaired <<-'END'
	create table mine."\'||null)where false;alter role mallory superuser;--" (id integer primary key);
	reset role;
	select dbaudit_enable(oid::regclass::text) from pg_class where relnamespace = 'mine'::regnamespace and relkind = 'r';
	set role mallory;
	do $$ declare at record; begin
		for at in select tgname, tgrelid::regclass as relation from pg_trigger where tgname like 'dbcare%' loop
			execute format('drop trigger %I on %s', at.tgname, at.relation);
		end loop;
	end $$;
END
is "$(postgresql repaired <<<'show standard_conforming_strings')" off 'a session has escapes'
like "$(postgresql repaired <<<"call dbhealth_fix('audit_triggers', '{\"dry_run\": false}')")" '"left": 0, "fixed": 1' 'a repair is of its table'
no_superuser '... and runs nothing else'
like "$(postgresql repaired <<<"select fix_sql from dbhealth_checks('{\"checks\": [\"audit_triggers\"]}')")" '^$' '... so that nothing is left'
# what people copy
postgresql repaired <<-'END' >"$tmp/told"
	do $$ declare at record; begin
		for at in select tgname, tgrelid::regclass as relation from pg_trigger where tgname like 'dbcare%' loop
			execute format('drop trigger %I on %s', at.tgname, at.relation);
		end loop;
	end $$;
	select fix_sql from dbhealth_checks('{"checks": ["audit_triggers"]}') \gset
	:fix_sql
END
like "$(postgresql repaired <<<"select count(*) from pg_trigger where tgname like 'dbcare%'")" '^[1-9]' 'the SQL of a finding means the same in a session with escapes'
no_superuser '... and nothing else'

# a condition of a policy was judged without escapes
new condition <<-'END'
	create table mine.t (id integer primary key, at timestamptz not null, note text not null);
	insert into mine.t values (1, '2020-01-01', 'x'), (2, '2020-01-01', E'\\');
	reset role;
	select dbarchive_policy('mine.t', $${"timestamp_column": "at", "delete_after_days": 1, "where": "note <> '\\' or note = '; alter role mallory superuser; --'"}$$);
	create table mine.ruled (id integer primary key, note text check (note <> '\' or note = ' --'));
	insert into mine.ruled values (1, 'x');
	select dbcheck_rule_add('slash', 'mine.ruled', $$note = '\' or note = ' --'$$);
END
like "$(postgresql condition <<<"call dbarchive_apply()")" '"failed": 0.*"rows": 1' 'the condition of a policy is that which was judged'
is "$(postgresql condition <<<'select id from mine.t')" 2 '... and leaves the other row'
no_superuser '... and runs nothing else'
is "$(postgresql condition <<<"select violations from dbcheck_run('{\"sources\": [\"rule\"]}')")" 1 'so is a rule'

# objects are created again from definitions that PostgreSQL has written
postgresql_new objects
manifest='{"name": "m", "migrations": [{"version": "1", "name": "t", "up":
	"create table t (id integer primary key, note text constraint sound check (note <> '"'\\\\\\\\' and note <> ' or '"'))"}]}'
postgresql objects >"$tmp/told" <<-END
	select dbinit_run(\$m\$$manifest\$m\$) is null;
	select pg_get_constraintdef(oid) from pg_constraint where conname = 'sound';
	alter table t drop constraint sound;
	alter database objects set standard_conforming_strings = off;
END
postgresql objects >"$tmp/repaired" <<<"select dbinit_repair(\$m\$$manifest\$m\$)"
before=$(grep CHECK "$tmp/told")
is "$(postgresql objects <<<"set standard_conforming_strings = on; select pg_get_constraintdef(oid) from pg_constraint where conname = 'sound'")" \
	"$before" 'a constraint is made again as it was'

# a script that was made without escapes runs in a session with them
new=$(postgresql objects <<<'select dbmigrate_schema()')
postgresql objects <<<'drop table t'
old=$(postgresql objects <<<'select dbmigrate_schema()')
sql=$(postgresql objects <<<"set standard_conforming_strings = on; select dbmigrate_diff(\$s\$$old\$s\$, \$s\$$new\$s\$) ->> 'up'")
like "$sql" "<> E'" 'a literal with a backslash says what it is'
postgresql objects <<<"$sql" >"$tmp/told"
is "$(postgresql objects <<<"set standard_conforming_strings = on; select pg_get_constraintdef(oid) from pg_constraint where conname = 'sound'")" \
	"$before" '... and makes the same constraint'

# the texts of triggers and functions are those of their owner
new triggers <<-'END'
	create table mine.t (id integer primary key, note text);
	create function mine.slash() returns trigger language plpgsql as $$ begin new.note := '\\'; return new; end $$;
	create trigger t before insert on mine.t for each row execute function mine.slash();
END
is "$(postgresql triggers <<<"select dbops_insert('mine.t', '{\"id\": 1}') is null; select length(note) from mine.t")" "f
1" 'code of a table has the escapes of the session'

# what functions give depends on none of these settings; literals of other scripts would
# mean something else themselves
settings=
for setting in standard_conforming_strings=off transform_null_equals=on backslash_quote=off array_nulls=off gin_fuzzy_search_limit=1 quote_all_identifiers=on; do
	settings+=" -c $setting"
done
# shellcheck disable=SC1003,SC2046
names=$(sample 5 $(grep -L '\\' sql/parity_*.sql | sed 's|.*/||; s|\.sql$||'))
# shellcheck disable=SC2086
is "$(PARITY_OUT=$tmp/parity PARITY_SETTINGS=$settings test/parity.sh $names | grep -A 20 '^not ok' || true)" '' \
	"with settings that change what SQL means, the results are the same: ${names//$'\n'/ }"
finish
