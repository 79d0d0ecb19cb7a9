#!/bin/bash
# What a session remembers of the log after a rollback: entries must refer to
# shapes and contexts that exist, whatever was rolled back when.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server max_prepared_transactions=5
postgresql_new log

# lost: entries without their columns or without who made them, and those that
# dbaudit_verify() reports.
lost()
{
	postgresql log <<-'END'
		select count(*) from dbcare.audit_entry as e
		where not exists (select from dbcare.audit_shape as s where s.shape_id = e.shape_id)
			or not exists (select from dbcare.audit_context as c where c.context_id = e.context_id);
		select finding, count(*) from dbaudit_verify() group by finding;
	END
}

table=t0

# after NAME SQL: one session runs SQL and then changes a row; the log must have the
# change with its actor, and lose none.
after()
{
	table=t$((${table#t} + 1))
	postgresql log >"$tmp/made" <<-END
		create table $table (id integer primary key, name text);
		select dbaudit_enable('$table');
	END
	postgresql log >"$tmp/made" <<-END || true
		set application_name = '$table';
		\\set ON_ERROR_STOP off
		${2//TABLE/$table}
		set dbcare.actor = 'last of $table';
		insert into $table values (99, 'x');
		update $table set name = 'y' where id = 99;
	END
	is "$(postgresql log <<<"select actor, action from dbaudit_log('{\"table\": \"$table\", \"actor\": \"last of $table\"}') order by id")" \
		"last of $table insert
last of $table update" "$1: the change is in the log"
	is "$(lost)" 0 '... and no entry is lost'
}


# the session makes a number, rolls back to a savepoint, finds the number again,
# and rolls the transaction back
after 'a savepoint, then the transaction' "begin; set local dbcare.actor = 'last of TABLE'; insert into TABLE values (1, 'a');
	savepoint s; insert into TABLE values (2, 'b'); rollback to s;
	insert into TABLE values (3, 'c'); rollback;"
after 'a savepoint that is released' "begin; set local dbcare.actor = 'last of TABLE'; savepoint a; insert into TABLE values (1, 'a');
	savepoint b; insert into TABLE values (2, 'b'); rollback to b; insert into TABLE values (3, 'c'); release a;
	insert into TABLE values (4, 'd'); rollback;"
after 'an exception in PL/pgSQL' "begin; set local dbcare.actor = 'last of TABLE'; insert into TABLE values (1, 'a');
	do \$\$ begin begin insert into TABLE values (2, 'b'); raise exception 'x'; exception when others then null; end;
		insert into TABLE values (3, 'c'); end \$\$; rollback;"
after 'a failed statement' "begin; set local dbcare.actor = 'last of TABLE'; savepoint s; insert into TABLE values (1, 'a');
	insert into TABLE values (1, 'a'); rollback to s; insert into TABLE values (1, 'a'); rollback;"
after 'a prepared transaction that is rolled back' "begin; set local dbcare.actor = 'last of TABLE'; insert into TABLE values (1, 'a');
	prepare transaction 'p'; insert into TABLE values (2, 'b'); rollback prepared 'p';"
after 'a table that is altered, and not' "begin; alter table TABLE add column more integer; insert into TABLE values (1, 'a');
	savepoint s; alter table TABLE drop column more; insert into TABLE values (2, 'b'); rollback to s;
	insert into TABLE values (3, 'c'); rollback;"
after 'DISCARD ALL' "begin; insert into TABLE values (1, 'a'); rollback; discard all; set application_name = 'TABLE';
	insert into TABLE values (2, 'b'); discard all;"
after 'enabling that is rolled back' "select dbaudit_disable('TABLE'); begin; select dbaudit_enable('TABLE'); insert into TABLE values (1, 'a');
	savepoint s; select dbaudit_disable('TABLE'); rollback to s; insert into TABLE values (2, 'b'); rollback;
	select dbaudit_enable('TABLE');"

# random: savepoints, releases, rollbacks and commits
for _ in $(seq "$([ -n "${DBCARE_WHOLE-}" ] && echo 20 || echo 3)"); do
	id=10
	script=
	for _ in $(seq 60); do
		id=$((id + 1))
		case $((RANDOM % 10)) in
		0) script+="begin; " ;;
		1) script+="commit; " ;;
		2) script+="rollback; " ;;
		3 | 4) script+="savepoint s$((RANDOM % 3)); " ;;
		5) script+="rollback to s$((RANDOM % 3)); " ;;
		6) script+="release s$((RANDOM % 3)); " ;;
		7) script+="set dbcare.actor = 'r$((RANDOM % 4))'; " ;;
		*) script+="insert into TABLE values ($((id + 1000)), 'r'); " ;;
		esac
	done
	after "savepoints at random" "$script rollback; commit;"
done

# ---- what dbaudit_verify() says of entries that have lost theirs ----

is "$(postgresql log <<<"begin; delete from dbcare.audit_context where actor = 'last of t1';
	select distinct finding from dbaudit_verify(); rollback;")" context_missing 'an entry without its context is reported'
is "$(postgresql log <<<"begin; delete from dbcare.audit_shape where table_id = (select table_id from dbcare.audited_table where table_name = 'public.t1');
	select distinct finding from dbaudit_verify(); rollback;")" shape_missing '... one without its columns, too'
is "$(postgresql log <<<"begin; delete from dbcare.audited_table where table_name = 'public.t1';
	select distinct finding from dbaudit_verify(); rollback;")" table_missing '... and one without its table'

# ---- tables of dbcare that are made anew in one session ----

is "$(postgresql log <<'END'
create table u (id integer primary key, name text);
select dbaudit_enable('u') is null;
insert into u values (1, 'a');
drop extension dbcare cascade;
drop schema dbcare cascade;
create extension dbcare;
select dbaudit_enable('u') is null;
insert into u values (2, 'b');
select action, row_key from dbaudit_log() where action <> 'protection';
select finding from dbaudit_verify();
drop schema dbcare cascade;
select dbcare_install() is null;
\set ON_ERROR_STOP off
insert into u values (3, 'c');
END
)" "f
f
insert 2
f
ERROR:  trigger \"dbcare_audit\" of table public.u was not created by dbcare for this table
DETAIL:  What it captures would be kept as rows of another table.
HINT:  Drop the trigger, then call dbarchive_enable() or dbaudit_enable() for the table if its rows are to be kept." \
	'a session does not use numbers of tables that were dropped'
finish
