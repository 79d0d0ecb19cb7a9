#!/bin/bash
# Values in statements are in nothing that monitoring stores: in literals, comments,
# quoted operands, COPY and DO, of statements that run, fail, wait or block others.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

secret=hunter2

# ---- PostgreSQL ----

# By table, rows with the secret, and whether some have a word that statements have
# beside it.
stored()
{
	postgresql shop <<-END
		do \$\$ declare t text; n int; m int; begin
			for t in select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'dbcare' loop
				execute format('select count(*) filter (where r::text ~ %L), count(*) filter (where r::text ~ %L) from %s as r',
					'$secret', 'beside', t) into n, m;
				if n > 0 or m > 0 then raise warning '%: % with the secret, % beside', t, n, case when m > 0 then 'some' else 'none' end; end if;
			end loop;
		end \$\$;
	END
}

start_server server "shared_preload_libraries='pg_stat_statements,dbcare'" pg_stat_statements.track_utility=on log_min_messages=fatal
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create extension pg_stat_statements;
	create table item (id int primary key, note text);
	insert into item select i, 'note' from generate_series(1, 3000) as i;
	select dbcare_set('slow_query_ms', 0), dbcare_set('slow_log_plans', true), dbmonitor_start(0.2);
END
until_true shop 'select count(*) > 1 from dbcare.sample'
psql -qAtX -d shop >"$tmp/ran" 2>&1 <<-END || true
	select count(*) as beside from item where note = '$secret' or note = e'$secret\n' or note = \$a\$$secret\$a\$ or note = U&'\0068unter2';
	select id as beside /* $secret /* $secret */ $secret */ from item -- $secret
	limit 1;
	do \$\$ /* beside */ begin perform pg_sleep(0.01), '$secret'; end \$\$;
	do \$\$ begin execute 'select count(*) from item where note = ''$secret'''; end \$\$;
	copy item (id, note) from stdin;
	5001	$secret
	\.
	copy (select '$secret' as beside) to program 'cat >/dev/null; : $secret';
	create role beside password '$secret';
	alter role beside password '$secret';
	create function beside() returns text language sql as \$\$ select '$secret'::text \$\$;
	select beside();
	comment on table item is '$secret';
	prepare beside (text) as select count(*) from item where note = \$1 or note = '$secret';
	execute beside ('$secret');
	select "$secret" from item;
	select beside / 0 from (select 1 as beside, '$secret') as x;
	select '$secret'::int as beside;
	set application_name = 'clerk';
	explain select '$secret' from item;
	create view beside_view as select '$secret'::text as beside;
	insert into item values (9001, '$secret'), (9002, '$secret');
END
hold blocker shop "begin; update item set note = '$secret' where id = 1;"
"${psql_shell[@]}" -d shop -c "update item set note = '$secret' || id /* beside */ where id = 1" >"$tmp/waited" 2>&1 &
waiting=$!
"${psql_shell[@]}" -d shop -c "select pg_sleep(2), '$secret' as beside" >"$tmp/slept" 2>&1
release blocker
wait "$waiting"
before=$(postgresql shop <<<'select count(*) from dbcare.sample;')
until_true shop "select count(*) > $before + 2 from dbcare.sample"
is "$(stored | sed 's/^WARNING:  //' | sort)" "$(printf 'dbcare.%s: 0 with the secret, some beside\n' query slow_log)" \
	'PostgreSQL: texts are stored without values'
is "$(postgresql shop <<<"select count(*) > 0 from dbcare.wait_event where event = 'PgSleep';")" t 'PostgreSQL: and what they waited for'
is "$(psql -qAtX -d shop <<-'END' | grep -c hunter2
	select * from dbmonitor_queries('{"limit": 1000}');
	select * from dbmonitor_slow_log('{"limit": 1000, "plan": true}');
	select * from dbmonitor_alerts('{"history": true}');
	select * from dbmonitor_waits();
	select dbmonitor_status(), dbmonitor_statistics();
END
)" 0 'PostgreSQL: nor are they listed'

# ---- SQLite ----

# "text" is a string, unless SQLite was built without that
quoted="\"$secret\""
[ "$(sqlite3 :memory: "select count(*) from pragma_compile_options where compile_options = 'DQS=0'")" = 0 ] || quoted="'$secret'"
sqlite_new shop
sqlite shop >"$tmp/ran" <<-END
	select dbcare_set('slow_query_ms', 0) is null, dbmonitor_start(60, '{"thread": false}') is null;
	create table item (id integer primary key, note text);
	insert into item values (1, '$secret'), (2, $quoted), (3, x'68756e74657232');
	select count(*) as beside from item where note = '$secret' or note = $quoted or note in ('$secret', $quoted);
	select id as beside /* $secret */ from item -- $secret
	limit 1;
	create view beside_view as select '$secret' as beside;
	create trigger beside_trigger after insert on item begin select '$secret'; end;
	insert into item (note) select '$secret' || id from item;
	select item.note glob '*$secret*', $quoted from item;
	attach ':memory:' as '$secret';
	pragma user_version = 7;
	select dbmonitor_sample('{"level": "none"}') is null;
END
is "$(grep -ac "$secret\|68756e74657232" "$tmp/shop.db-samples")" 0 'SQLite: texts are stored without values'
like "$(grep -ac beside "$tmp/shop.db-samples")" '^[1-9]' 'SQLite: they are stored'
is "$(sqlite shop <<-'END' | grep -c hunter2
	select * from dbmonitor_queries('{"limit": 1000}');
	select * from dbmonitor_slow_log('{"limit": 1000}');
	select * from dbmonitor_alerts('{"history": true}');
	select dbmonitor_status(), dbmonitor_statistics();
END
)" 0 'SQLite: nor are they listed'
finish
