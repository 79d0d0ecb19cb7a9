#!/bin/bash
# Texts and plans have names, which PostgreSQL finds again when a schema was renamed,
# also while a lock is waited for.  Whose code a statement runs, and which table it may
# change, was asked before: what has the name by then is left alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. "$(dirname "$0")/../cli/roads.bash"

postgresql postgres <<<'create role mallory;'
road=postgresql

# prepare NAME: a table of the superuser in a schema of mallory, which one of hers
# refers to; mine.parent is to get its name.
prepare()
{
	new_database "$1"
	run call dbcare_install >"$tmp/told"
	# shellcheck disable=SC2016
	sql 'do $$ begin execute format($q$grant create on database %I to mallory$q$, current_database()); end $$'
	psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
		create schema mine authorization mallory;
		create schema app authorization mallory;
		create schema own authorization mallory;
		create table app.parent (id integer primary key check (id > 0));
		insert into app.parent values (1), (2);
		grant select, update, delete, references on app.parent to mallory;
		create sequence own.called_by_postgres;
		create function own.called() returns integer language plpgsql as $$
		begin
			if current_user = 'postgres' and current_setting('transaction_read_only')::boolean then
				raise 'ran as superuser';
			elsif current_user = 'postgres' then
				perform nextval('own.called_by_postgres');
			end if;
			return 1;
		end $$;
		alter function own.called() owner to mallory;
		create function own.trigger() returns trigger language plpgsql as $$
		begin
			perform own.called();
			return old;
		end $$;
		alter function own.trigger() owner to mallory;
		set role mallory;
		create table own.child (id integer primary key, parent integer references app.parent on delete set null);
		insert into own.child values (1, 1), (2, 1), (3, 2);
	END
}

swap='alter schema app rename to other; alter schema mine rename to app;'

# swap_while RELATION MODE WAIT [SQL]: mallory locks a relation in a mode, and when it is
# waited for in another one, renames the schemas, or runs other statements.
swap_while()
{
	PGAPPNAME=swap psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-END >"$tmp/held" 2>&1 &
		set role mallory;
		begin;
		lock table $1 in $2 mode;
		select pg_advisory_lock(7);
		do \$\$ begin
			while not exists (select from pg_locks where relation = '$1'::regclass and not granted
				and mode = '$3') loop
				perform pg_sleep(0.02);
			end loop;
			${4-$swap}
		end \$\$;
		commit;
	END
	holder=$!
	until [ "$(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = 7 and granted")" = 1 ] || ! kill -0 $holder; do sleep 0.02; done
}
# swapped NAME: the call has waited, and found the schemas renamed.
swapped()
{
	sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'swap'" >"$tmp/ended"
	wait "$holder" || true
	is "$(sql "select to_regclass('other.parent')")" other.parent "$1"
}
# not_called NAME
not_called()
{
	is "$(sql "select is_called from own.called_by_postgres")" f "$1: no code ran as superuser"
}

# rows that lose their parent: whether that is there is asked as its owner
prepare lost
run call dbarchive_enable relation=app.parent >"$tmp/told"
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	set role mallory;
	create view mine.parent as select own.called() as id;
	create function own.swap() returns trigger language plpgsql as $$
	begin
		if to_regnamespace('other') is null then
			alter schema app rename to other;
			alter schema mine rename to app;
		end if;
		return null;
	end $$;
	create trigger z_swap after update on own.child for each row execute function own.swap();
END
is "$(sql "select count(*) from pg_trigger where tgrelid = 'own.child'::regclass and tgname like 'dbcare%'")" 1 "rows that lose their parent are kept"
sql 'set role mallory; delete from app.parent where id = 1' >"$tmp/told" 2>&1
is "$(sql "select to_regclass('other.parent')")" other.parent '... and the schemas renamed between two of them'
not_called 'a lost parent'

# whose triggers fire is asked before the statement runs, also of a plan that is kept
prepare changed
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	set role mallory;
	create table mine.parent (id integer primary key);
	insert into mine.parent values (1), (2);
	create table own.grandchild () inherits (own.child);
	create trigger t before delete on mine.parent for each row execute function own.trigger();
END
psql -qAtX -d "$db" <<-\END >"$tmp/told" 2>&1 &
	select dbops_delete('app.parent', '{"id": 3}');
	select pg_advisory_lock(8);
	do $$ begin
		while not exists (select from pg_locks where relation = 'own.grandchild'::regclass and granted
			and mode = 'AccessExclusiveLock') loop
			perform pg_sleep(0.02);
		end loop;
	end $$;
	select dbops_delete('app.parent', '{"id": 1}');
END
caller=$!
until [ "$(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = 8 and granted")" = 1 ] || ! kill -0 $caller; do sleep 0.02; done
swap_while own.grandchild 'access exclusive' RowExclusiveLock
wait $caller
swapped 'a statement waits for a table that refers to its own'
not_called '... and then'

# a key is looked up as the owner of the parent
prepare parent
sql 'set role mallory; create view mine.parent as select own.called() as id' >"$tmp/told"
swap_while app.parent 'access exclusive' AccessShareLock
sql "set role mallory; select dbcheck_row('own.child', '{\"id\": 9, \"parent\": 1}')" >"$tmp/told" 2>&1
swapped 'a row waits for the table of its parent'
is "$(grep -c 'ran as superuser' "$tmp/told")" 0 '... and then no code ran as superuser'

# the second call of a session has the plan of the first one
prepare again
sql 'set role mallory; create view mine.parent as select own.called() as id' >"$tmp/told"
row="select count(*) from dbcheck_row('own.child', '{\"id\": 9, \"parent\": 1}')"
is "$(psql -qAtX -d "$db" -c 'set role mallory' -c "$row" -c "$row" -c "${swap%%;*}" -c "${swap#*;}" -c "$row" 2>&1 | paste -sd ' ')" \
	'0 0 0' 'a row has its parent before and after the schemas were renamed'
not_called '... and then'

# a partition is dropped after its table was waited for
prepare partition
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	create table app.t (id integer, at timestamptz not null) partition by range (at);
	create table app.t_old partition of app.t for values from ('2020-01-01') to ('2020-02-01');
	create table app.t_rest partition of app.t default;
	create table mine.t_old (id integer);
	grant select on app.t_rest to mallory;
END
run call dbcare_set name=lock_timeout_ms value=60000 >"$tmp/told"
run call dbarchive_policy relation=app.t 'options={"timestamp_column": "at", "delete_after_days": 1}' >"$tmp/told"
swap_while app.t_rest 'access share' AccessExclusiveLock
like "$(run call dbarchive_apply 'options={"batch_ms": 60000}')" 'failed +1' 'a policy ends at another partition'
swapped '... when it has waited'
is "$(sql "select to_regclass('app.t_old')")" app.t_old '... which stays'

# a role that may change one column cannot lock a table by LOCK TABLE
prepare backfill
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	create role bob;
	create table app.account (id integer primary key, note text);
	create table mine.account (id integer primary key, note text);
	insert into app.account select n, 'kept' from generate_series(1, 1000) as n;
	insert into mine.account select * from app.account;
	grant usage on schema app, mine to bob;
	grant select, update (note) on app.account, mine.account to bob;
	grant update on app.account to mallory;
END
run call dbcare_set name=lock_timeout_ms value=60000 >"$tmp/told"
sql "select dbcare_grant('bob', 'migrate')" >"$tmp/told"
swap_while app.account share RowExclusiveLock
psql -qAtX -d "$db" -c 'set role bob' -c "call dbmigrate_backfill('change', 'update app.account set note = ''changed''')" >"$tmp/told" 2>&1 || true
swapped 'a backfill waits for its table'
is "$(sql "select count(*) from app.account where note = 'kept'")" 1000 '... and leaves the other one'

# a repair is of what the check has found, also when an earlier one has waited
prepare finding
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	create table own.a (id integer constraint a references app.parent);
	create table app.b (id integer constraint a references app.parent, constraint b foreign key (id) references app.parent);
	create table mine.b (id integer constraint a references app.parent, constraint b foreign key (id) references app.parent);
	alter table own.a add constraint b foreign key (id) references app.parent;
	create schema aa;
	alter table own.a set schema aa;
	grant usage on schema aa to mallory;
	grant select on aa.a to mallory;
END
run call dbcare_set name=lock_timeout_ms value=60000 >"$tmp/told"
swap_while aa.a 'access share' AccessExclusiveLock
like "$(run call dbhealth_fix check_id=duplicate_fks 'options={"dry_run": false, "risk": "destroys", "objects": ["aa.a", "app.b"]}')" \
	'schema app was renamed during the call' 'a second repair ends when a schema was renamed'
swapped '... when the first one has waited'
is "$(sql "select count(*) from pg_constraint where conrelid = 'app.b'::regclass and contype = 'f'")" 2 '... and leaves the other table'

# over the wire the code of a table is judged before the statement
road=wire
for call in dbcheck_run dbsync_digest; do
	prepare "$call"
	sql 'set role mallory; create view mine.parent as select own.called() as id' >"$tmp/told"
	swap_while app.parent 'access exclusive' AccessShareLock
	run call $call >"$tmp/told"
	swapped "wire: $call waits for a table"
	is "$(grep -c 'ran as superuser' "$tmp/told")" 0 "wire: $call runs no code as superuser then"
done

# ... and so is code that was made after the call has begun
for call in dbcheck_run dbsync_digest; do
	prepare "late_$call"
	psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
		set role mallory;
		create table own.a (id integer primary key);
		create table own.b (id integer primary key check (id > 0));
		insert into own.a values (1);
		insert into own.b values (1);
		create function own.spring() returns boolean language plpgsql immutable as $$
		begin
			perform own.called();
			return true;
		end $$;
	END
	swap_while own.a 'access exclusive' AccessShareLock 'create index late on own.b (id) where own.spring();'
	run call $call >"$tmp/told"
	sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'swap'" >"$tmp/ended"
	wait "$holder" || true
	is "$(sql "select to_regclass('own.late')")" own.late "wire: an index is made while $call waits"
	is "$(grep -c 'ran as superuser' "$tmp/told")" 0 "wire: $call runs none of its code as superuser"
done

finish
