#!/bin/bash
# The name of a table becomes that of another one while a call runs: the owner of
# their schemas renames these, which no lock on a table prevents.  What was proven of
# the table, such as that the author of a policy has the rights of its owner, is not
# taken as proven of the other one.  With the extension and over the wire.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/process/cli/roads.bash
. "$(dirname "$0")/../cli/roads.bash"

postgresql postgres <<<'create role mallory;'

# prepare NAME OWNER [CALLS]: schemas of mallory with a table of OWNER and one of the
# superuser, which change places when the first one is changed, or evil.swap() is called
# so often.
prepare()
{
	new_database "$1"
	run call dbcare_install >"$tmp/told"
	# shellcheck disable=SC2016
	sql 'do $$ begin execute format($q$grant create on database %I to mallory$q$, current_database()); end $$'
	psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-END
		create schema mine authorization mallory;
		create schema app authorization mallory;
		create schema evil authorization mallory;
		grant usage on schema evil to public;
		create table evil.ran (who text);
		alter table evil.ran owner to mallory;
		grant insert on evil.ran to public;
		-- numbers stay when a transaction fails
		create sequence evil.called;
		create sequence evil.called_by_postgres;
		grant all on all sequences in schema evil to mallory;
		create table app.account (id integer primary key, at timestamptz, note text);
		create table mine.account (id integer primary key, at timestamptz, note text);
		alter table mine.account owner to $2;
		insert into app.account select n, '2020-01-01', 'kept' from generate_series(1, 1000) as n;
		insert into mine.account select * from app.account;
		create function evil.swap() returns bool language plpgsql as \$\$
		begin
			insert into evil.ran values (current_user);
			if current_user = 'postgres' then
				perform nextval('evil.called_by_postgres');
			end if;
			if to_regnamespace('other') is not null then
				return true;
			end if;
			if nextval('evil.called') < ${3-1} then
				return false;
			end if;
			alter schema mine rename to other;
			alter schema app rename to mine;
			return false;
		end \$\$;
		create function evil.swap_after() returns trigger language plpgsql as \$\$
		begin
			perform evil.swap();
			return null;
		end \$\$;
		alter function evil.swap() owner to $2;
		alter function evil.swap_after() owner to $2;
		create trigger swap_after after update or delete on mine.account execute function evil.swap_after();
	END
}
# untouched NAME SCHEMA: the table of the superuser, which is there now, has all rows.
untouched()
{
	is "$(sql "select count(*) from $2.account where note = 'kept'")" 1000 "$road: $1: the other table stays"
}
another='mine.account has become another table during the call'

# what a text says that calls evil.swap() through a function of PostgreSQL
swap="ts_rewrite('a', 'select ''a''::tsquery, evil.swap()::text::tsquery')::text"

# policies of mallory, which run with the extension alone
road=postgresql
for options in '"delete_after_days": 1' '"archive_after_days": 1' \
	"\"anonymise_after_days\": 1, \"columns\": {\"note\": \"coalesce($swap, '')\"}"; do
	name=${options%%_*}
	name=${name#\"}
	prepare "$name" mallory
	sql "select dbcare_grant('mallory', 'archive')" >"$tmp/told"
	run call dbarchive_policy relation=mine.account "options={\"timestamp_column\": \"at\", $options}" >"$tmp/told"
	sql "update dbcare.policy set author = 'mallory'"
	like "$(run call dbarchive_apply)" "$another" "$name: a policy ends at another table"
	untouched "$name" mine
	is "$(sql "select count(*) from evil.ran where who = 'postgres'")" 0 "$name: no code ran as superuser"
done

# orphans of two tables are saved, then those of the first are deleted, whose trigger fires
prepare orphans mallory
psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END
	update app.account set id = id + 5000;
	create table app.second (id integer primary key);
	insert into app.second select n from generate_series(101, 110) as n;
	truncate mine.account;
	insert into mine.account select n from generate_series(1, 10) as n;
	create table mine.parent (id integer primary key);
	create table mine.second (id integer primary key);
	insert into mine.second select id from mine.account;
	alter table mine.account add foreign key (id) references mine.parent not valid;
	alter table mine.second add foreign key (id) references mine.parent not valid;
	alter table mine.parent owner to mallory;
	alter table mine.second owner to mallory;
END
like "$(run call dbcheck_repair 'options={"orphans": "quarantine", "triggers": "fire", "dry_run": false}')" \
	'mine.second has become another table during the call' 'a repair of two tables ends at another one'
is "$(sql 'select count(*) from app.second')" 10 '... whose rows stay'

# over the wire no code of mallory runs, so there it is the superuser's that renames
for road in postgresql wire; do
	owner=mallory
	last=2000
	[ "$road" = postgresql ] || { owner=postgres last=3000; }

	# a repair counts, saves and changes rows
	prepare rule $owner
	run call dbcheck_rule_add name=swap relation=mine.account "expression=$swap ~ 'true'" \
		"options={\"repair_sql\": \"note = 'changed'\"}" >"$tmp/told"
	sql "update dbcare.rule set author = '$owner'"
	like "$(run call dbcheck_repair 'options={"rules": ["swap"], "dry_run": false}')" "$another" "$road: a repair ends at another table"
	untouched "a repair is undone" app

	# at the last row that it saves: over the wire a condition and its cause are asked
	prepare saved $owner $last
	run call dbcheck_rule_add name=swap relation=mine.account "expression=$swap ~ 'true'" \
		"options={\"repair_sql\": \"note = $swap\"}" >"$tmp/told"
	sql "update dbcare.rule set author = '$owner'"
	like "$(run call dbcheck_repair 'options={"rules": ["swap"], "dry_run": false}')" "$another" \
		"$road: a repair ends at another table before it changes it"
	is "$(sql 'select last_value from evil.called')" $last "$road: ... when its rows are saved"
	[ "$road" = wire ] || is "$(sql 'select is_called from evil.called_by_postgres')" f "$road: no stored text ran as superuser"

	# a statement waits for a lock
	prepare waits $owner
	sql 'drop trigger swap_after on mine.account'
	run call dbcare_set name=lock_timeout_ms value=60000 >"$tmp/told"
	psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END >"$tmp/held" &
		begin;
		lock table mine.account in share mode;
		select pg_advisory_lock(7);
		do $$ begin
			while not exists (select from pg_locks where relation = 'mine.account'::regclass and not granted
				and mode = 'RowExclusiveLock') loop
				perform pg_sleep(0.02);
			end loop;
			alter schema mine rename to other;
			alter schema app rename to mine;
		end $$;
		commit;
	END
	holder=$!
	until [ "$(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = 7 and granted")" = 1 ] || ! kill -0 $holder; do sleep 0.02; done
	like "$(run call dbmigrate_backfill name=change "sql=update mine.account set note = 'changed'")" "$another" \
		"$road: a backfill that has waited for a lock ends at another table"
	wait $holder
	untouched "a backfill after a wait" mine

	# the same with a repair of the superuser's tables, in a schema of mallory, who can
	# read them: ALTER TABLE finds the name again, and then runs the CHECK of hers
	for fix in fk_type_mismatch duplicate_fks; do
		prepare $fix mallory
		run call dbcare_set name=lock_timeout_ms value=60000 >"$tmp/told"
		psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-END
			create function evil.check(bigint) returns bool language plpgsql as \$\$
			begin
				if current_user = 'postgres' then
					perform nextval('evil.called_by_postgres');
				end if;
				return true;
			end \$\$;
			alter function evil.check owner to mallory;
			create table app.parent (id bigint primary key);
			create table mine.parent (id bigint primary key);
			insert into mine.parent values (1);
			create table app.child (id integer primary key, parent integer constraint a references app.parent);
			create table mine.child (id integer primary key, parent integer constraint a references mine.parent);
			insert into mine.child values (1, 1);
			alter table app.child add constraint b foreign key (parent) references app.parent;
			alter table mine.child add constraint b foreign key (id) references mine.parent,
				add constraint c check (evil.check(parent));
			alter table mine.parent owner to mallory;
			alter table mine.child owner to mallory;
			grant select on app.child to mallory;
			alter sequence evil.called_by_postgres restart;
		END
		psql -qAtX -v ON_ERROR_STOP=1 -d "$db" <<-\END >"$tmp/held" &
			set role mallory;
			begin;
			select from app.child;
			select pg_advisory_lock(7);
			do $$ begin
				while not exists (select from pg_locks where relation = 'app.child'::regclass and not granted
					and mode = 'AccessExclusiveLock') loop
					perform pg_sleep(0.02);
				end loop;
				alter schema app rename to other;
				alter schema mine rename to app;
			end $$;
			commit;
		END
		holder=$!
		until [ "$(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = 7 and granted")" = 1 ] || ! kill -0 $holder; do sleep 0.02; done
		like "$(run call dbhealth_fix check_id=$fix 'options={"dry_run": false, "risk": "destroys", "objects": ["app.child"]}')" \
			'app.child has become another table during the call' "$road: $fix: a repair that has waited for a lock ends at another table"
		wait $holder
		is "$(sql 'select is_called from evil.called_by_postgres')" f "$road: $fix: no code ran as superuser"
		is "$(sql "select count(*) from pg_constraint where conrelid = 'app.child'::regclass and contype = 'f'")" 2 "$road: $fix: the other table stays"
	done

	prepare backfill $owner
	like "$(run call dbmigrate_backfill name=change "sql=update mine.account set note = 'changed'")" "$another" \
		"$road: a backfill ends at another table"
	untouched "a backfill" mine
done

finish
