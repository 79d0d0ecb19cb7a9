#!/bin/bash
# The health of several servers: a primary, its hot standby, a second server, a
# stopped one, one without dbcare, one with a planted function of the same name.
# PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# The words of dbhealth_fleet() that stay the same.
fleet_sql="select server, server_role, status, score is not null, jsonb_typeof(findings), lag_seconds is not null, lag_bytes >= 0, message from dbhealth_fleet"

# server_of NAME SERVER DIR: SQL that makes database fleet of a server below
# $tmp a foreign server.
server_of()
{
	cat <<-END
		create server $1 foreign data wrapper $2
			options (host '$tmp/$3', port '5432', dbname 'fleet', connect_timeout '10');
		create user mapping for current_user server $1;
	END
}

start_server stopped
start_server second
postgresql_new fleet
postgresql fleet <<-'END'
	create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent);
	select dbcare_set('check_missing_fk_index_warning', 0);
	create function public.dbhealth_report(text) returns jsonb language sql as
		$$ select '{"score": 1, "status": "planted", "checks": []}'::jsonb $$;
END
"${psql_shell[@]}" -d postgres -c 'create database bare'
"${psql_shell[@]}" -d postgres -c 'create database hostile'
postgresql hostile <<-'END'
	create table public.called (what text);
	create function public.dbhealth_report(jsonb default null) returns jsonb language sql as
		$$ select '{"score": 100, "status": "healthy", "checks": []}'::jsonb $$;
	alter database hostile set search_path = public, pg_catalog;
END
start_server primary
postgresql_new fleet
"${psql_shell[@]}" -d postgres -c "select pg_create_physical_replication_slot('standby')" >"$tmp/slot"
primary_host=$PGHOST
primary_port=$PGPORT
mkdir "$tmp/standby"
chmod 777 "$tmp/standby"
pg_basebackup -D "$tmp/standby/data" -R -X stream -S standby -c fast
[ "$(id -u)" -ne 0 ] || chown -R --reference="$tmp/primary/data" "$tmp/standby/data"
start_server standby hot_standby=on
test/pg_server.sh stop "$tmp/stopped"
servers=${servers/ "$tmp/stopped"/}

export PGHOST=$primary_host PGPORT=$primary_port
postgresql fleet >"$tmp/made" <<-END
	create extension postgres_fdw;
	$(server_of a_standby postgres_fdw standby)
	$(server_of b_second postgres_fdw second)
	$(server_of c_stopped postgres_fdw stopped)
	$(server_of d_bare postgres_fdw second | sed "s/'fleet'/'bare'/")
	$(server_of e_hostile postgres_fdw second | sed "s/'fleet'/'hostile'/")
	$(server_of f_shard postgres_fdw second)
	create foreign table part (id integer) server f_shard options (table_name 'parent');
END
is "$(postgresql fleet <<<"$fleet_sql('{\"servers\": [\"b_second\", \"nothing\"]}')")" \
	'b_second  unknown f  f  extension dblink is not installed in this database
nothing  unknown f  f  no foreign server of dblink_fdw or postgres_fdw has this name' \
	'without dblink nobody else can be asked, and that is said'
postgresql fleet >>"$tmp/made" <<-'END'
	create schema links;
	create extension dblink schema links;
	create table public.planted (what text);
	create function public.dblink_connect(text, text) returns text language sql as
		$$ insert into public.planted values ('connect') returning 'OK' $$;
END

got=$(postgresql fleet <<<"$fleet_sql()")
is "$(grep -v c_stopped <<<"$got" | sed -E 's/ (healthy|warning|critical) / STATUS /')" \
	'local primary STATUS t array f  
a_standby standby STATUS t array t t 
b_second primary STATUS t array f  
d_bare  unknown f  f  extension dbcare is not installed on the server
e_hostile  unknown f  f  extension dbcare is not installed on the server
f_shard shard STATUS t array f  ' 'each server has its row, a namesake is not asked'
like "$got" 'c_stopped  unknown f  f  .*(refused|No such file)' 'a stopped server is unknown with a reason'
is "$(postgresql fleet <<<"select server, finding ->> 'check_id', finding ->> 'object' from dbhealth_fleet('{\"servers\": [\"b_second\"]}'),
	jsonb_array_elements(findings) as finding where finding ->> 'check_id' = 'missing_fk_index'")" \
	'b_second missing_fk_index public.child' 'with what it has found'
is "$(postgresql fleet <<<'select count(*) from planted; select count(*) from links.dblink_get_connections() as c where c is not null')" \
	'0
0' 'a function of the name of one of dblink is not called, and no connection stays'
is "$(postgresql fleet <<<"begin read only; $fleet_sql('{\"servers\": [\"local\", \"b_second\"], \"level\": \"fast\"}')" | cut -d' ' -f1)" \
	'local
b_second' 'it answers in a read-only transaction'
like "$(postgresql fleet <<<"select * from dbhealth_fleet('{\"server\": []}')" || true)" \
	'unknown option "server"' 'unknown options are refused'

is "$(postgresql fleet <<<"select string_agg(server, ' ') from dbhealth_fleet('{\"parallel\": 1}');
	select string_agg(server, ' ') from dbhealth_fleet('{\"parallel\": 100}');")" \
	'local a_standby b_second c_stopped d_bare e_hostile f_shard
local a_standby b_second c_stopped d_bare e_hostile f_shard' 'the order does not depend on who answers first'
like "$(postgresql fleet <<<"select * from dbhealth_fleet('{\"parallel\": 101}')" || true)" 'parallel' 'so many are refused'

# ---- servers that hang ----

# One never answers, the other one never answers a request for a report.
mkdir "$tmp/silent" "$tmp/stuck"
cat >"$tmp/hang.py" <<-'END'
	import os, select, socket, sys

	place, real = sys.argv[1:]
	listener = socket.socket(socket.AF_UNIX)
	listener.bind(place + '/.s.PGSQL.5432')
	os.chmod(place + '/.s.PGSQL.5432', 0o777)
	listener.listen(10)
	pairs = {}
	while True:
	    for ready in select.select([listener] * bool(real) + list(pairs), [], [])[0]:
	        if ready is listener:
	            client = listener.accept()[0]
	            server = socket.socket(socket.AF_UNIX)
	            server.connect(real + '/.s.PGSQL.5432')
	            pairs[client] = server
	            pairs[server] = client
	            continue
	        data = ready.recv(65536)
	        if not data or b'dbhealth_report(' in data:
	            del pairs[ready]
	        else:
	            pairs[ready].sendall(data)
END
chmod 777 "$tmp/silent" "$tmp/stuck"
python3 "$tmp/hang.py" "$tmp/silent" '' &
python3 "$tmp/hang.py" "$tmp/stuck" "$tmp/second" &
until [ -S "$tmp/silent/.s.PGSQL.5432" ] && [ -S "$tmp/stuck/.s.PGSQL.5432" ]; do sleep 0.02; done
postgresql fleet <<-END
	$(server_of k_silent postgres_fdw silent | sed "s/, connect_timeout '10'//")
	$(server_of l_stuck postgres_fdw stuck)
END
started=$(milliseconds)
is "$(postgresql fleet <<<"$fleet_sql('{\"servers\": [\"b_second\", \"k_silent\", \"l_stuck\"], \"timeout_seconds\": 2}')" | sed -E 's/ (healthy|warning|critical) / STATUS /; s/connection to server .* failed: (timeout expired)/\1/')" \
	'b_second primary STATUS t array f  
k_silent  unknown f  f  could not establish connection: timeout expired
l_stuck  unknown f  f  no answer within 2 s' 'servers that hang are unknown after a time limit'
seconds=$((($(milliseconds) - started) / 1000))
result $((seconds < 5 || seconds > 20)) 'which is 5 s to connect if there is no other' "$seconds s"
postgresql fleet <<<'drop server k_silent cascade; drop server l_stuck cascade;' 2>>"$tmp/made"

# ---- rights ----

postgresql fleet <<-'END'
	create role guest;
	grant usage on schema public to guest;
	grant execute on function dbhealth_fleet to guest;
END
is "$(postgresql fleet <<<"set role guest; select server from dbhealth_fleet(); select message from dbhealth_fleet('{\"servers\": [\"b_second\"]}')")" \
	'local
permission denied for foreign server b_second' 'servers that the caller may not use are not asked'

# ---- servers of others ----

# refused SERVER: the reason that the caller gets.
refused()
{
	postgresql fleet <<<"select message from dbhealth_fleet('{\"servers\": [\"$1\"]}')"
}

"${psql_shell[@]}" -d postgres -c 'create role app login' -c 'create role evil login'
echo "*:*:*:*:secret" >"$tmp/passfile"
chmod 600 "$tmp/passfile"
[ "$(id -u)" -ne 0 ] || chown --reference="$tmp/primary/data" "$tmp/passfile"
postgresql fleet <<-END >"$tmp/made"
	grant usage on foreign data wrapper postgres_fdw, dblink_fdw to evil, app;
	set role evil;
	create server g_loads foreign data wrapper postgres_fdw
		options (host '$tmp/second', port '5432', dbname 'fleet', options '-c application_name=planted');
	create server h_reads foreign data wrapper dblink_fdw options (host '$tmp/second', port '5432', dbname 'fleet');
	create server i_plain foreign data wrapper postgres_fdw
		options (host '$tmp/second', port '5432', dbname 'fleet', fetch_size '10', connect_timeout '10');
	create server j_bare foreign data wrapper dblink_fdw options (host '$tmp/second', port '5432', dbname 'fleet');
	create user mapping for public server g_loads options (user 'postgres', password 'x');
	create user mapping for public server h_reads options (user 'postgres');
	create user mapping for postgres server i_plain options (user 'postgres', password 'it''s \ x');
	create user mapping for postgres server j_bare options (user 'postgres');
	reset role;
	-- who may, has it sent
	alter server h_reads options (add passfile '$tmp/passfile');
END
is "$(postgresql fleet <<<"select server from dbhealth_fleet('{\"level\": \"fast\"}')" | grep '^[g-j]_')" '' \
	'servers of another role are not asked unless they are named'
is "$(refused g_loads)" 'foreign server g_loads belongs to role "evil": its option "options" is refused' \
	'an option that loads a library there is refused'
is "$(refused h_reads)" 'foreign server h_reads belongs to role "evil": its option "passfile" is refused' \
	'so is one that reads a file here, in a server of dblink'
is "$(refused j_bare)" 'foreign server j_bare belongs to role "evil": the user mapping must have a password' \
	'and one to which libpq would send a password of its own'
is "$(postgresql fleet <<<"$fleet_sql('{\"servers\": [\"i_plain\"]}')" | sed -E 's/ (healthy|warning|critical) / STATUS /')" \
	'i_plain primary STATUS t array f  ' 'one with plain options is asked by name'
postgresql fleet <<<'alter server g_loads owner to postgres' >"$tmp/made"
is "$(postgresql fleet <<<"select server from dbhealth_fleet('{\"level\": \"fast\"}') where server like 'g%' and message is null")" g_loads \
	'what a superuser owns is asked with any options'
is "$(postgresql fleet <<<"grant usage on foreign server g_loads to app; grant execute on function dbhealth_fleet to app;
	alter server g_loads owner to evil; set role evil; create user mapping for app server i_plain options (user 'postgres', password 'x');
	grant usage on foreign server i_plain to app; set role app; select server from dbhealth_fleet('{\"level\": \"fast\"}')")" \
	'local' 'a role without more rights asks those of nobody else either'

# ---- from the standby ----

# shellcheck source=/dev/null
. "$tmp/standby/env"
until_true fleet "select count(*) = 1 from pg_extension where extname = 'dblink'"
until_true fleet "select count(*) = 1 from pg_roles where rolname = 'guest'"
is "$(postgresql fleet <<<"select server, server_role from dbhealth_fleet('{\"servers\": [\"local\", \"b_second\"]}')")" \
	'local standby
b_second primary' 'a standby can ask, too'
finish
