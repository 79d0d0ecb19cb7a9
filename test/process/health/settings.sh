#!/bin/bash
# Health checks of a server's files: pg_hba.conf, TLS, postgresql.conf, and pages that
# are damaged below amcheck and pg_visibility.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# the server warns of damage as well
export PGOPTIONS='-c client_min_messages=error'

# said CHECK [SQL]: "severity object: message" of its findings, after SQL.
said()
{
	postgresql sick <<-END
		${2-}
		select severity || coalesce(' ' || object, '') || ': ' || coalesce(reason, message)
		from dbhealth_checks('{"checks": ["$1"]}')
		order by object collate "C", message collate "C";
	END
}

# repair CHECK: runs what it says repairs.
repair()
{
	postgresql sick >"$tmp/repair" <<-END
		select fix_sql from dbhealth_checks('{"checks": ["$1"]}') where fix_sql is not null;
	END
	postgresql sick <"$tmp/repair" >"$tmp/repaired"
}

# until_said PATTERN CHECK: waits until a check says something, for a minute at
# most.
until_said()
{
	local until=$((SECONDS + 60))

	until [[ $(said "$2") =~ $1 ]] || [ $SECONDS -ge $until ]; do
		sleep 0.05
	done
	like "$(said "$2")" "$1" "$3"
}

start_server server autovacuum=off
postgresql_new sick
data=$tmp/server/data
postgresql sick <<<'create role hc_guest;'

# ---- pg_hba.conf, which is read anew by whoever asks ----

cp "$data/pg_hba.conf" "$tmp/pg_hba.conf"
cat >"$data/pg_hba.conf" <<-'END'
	local	all	all	scram-sha-256
	host	all	all	10.0.0.0/8	md5
	hostssl	all	all	10.0.0.0/8	password
	host	all	all	10.0.0.0/8	trust
END
is "$(said weak_auth)" 'ok: nothing found' 'remote lines do not count if the server listens only locally'
cat >"$data/pg_hba.conf" <<-'END'
	local	all	"Ann & <Bob>"	trust
	local	all	all	scram-sha-256
END
is "$(said weak_auth)" \
	'warning line 1 of pg_hba.conf: line 1 of pg_hba.conf lets everybody on this machine in as Ann & <Bob> without a password' \
	'a line that asks for no password is found'
like "$(said weak_auth 'set role hc_guest;')" '^unknown: only a superuser can read' 'only a superuser sees pg_hba.conf'
is "$(postgresql sick <<<"set role hc_guest; select dbhealth_score('{\"checks\": [\"weak_auth\", \"pending_restart\"]}');")" \
	100 'others are not punished'
cp "$tmp/pg_hba.conf" "$data/pg_hba.conf"

# on a port that happens to be free
test/pg_server.sh stop "$tmp/server"
tries=0
until
	export PGPORT=$((20000 + RANDOM % 12000))
	test/pg_server.sh start "$tmp/server" "listen_addresses='127.0.0.1'" "port=$PGPORT" 2>"$tmp/started"
do
	tries=$((tries + 1))
	[ $tries -lt 20 ] || exit 1
done
cat >"$data/pg_hba.conf" <<-'END'
	local	all	all	scram-sha-256
	hostssl	all	all	10.0.0.0/8	password
	host	all	all	127.0.0.1/32	password
	host	all	all	10.0.0.0/8	scram-sha-256
END
is "$(said weak_auth)" 'ok: nothing found' 'strong methods, and passwords over TLS or local connections, are no findings'
cat >"$data/pg_hba.conf" <<-'END'
	local	all	all	scram-sha-256
	host	all	all	127.0.0.1/32	trust
	host	all	all	10.0.0.0/8	trust
	host	all	all	all	password
END
is "$(said weak_auth)" 'warning line 2 of pg_hba.conf: line 2 of pg_hba.conf lets everybody on this machine in as any role without a password
critical line 3 of pg_hba.conf: line 3 of pg_hba.conf lets other machines in as any role without a password
warning line 4 of pg_hba.conf: line 4 of pg_hba.conf lets the password of any role be sent in clear text' \
	'where the server listens, lines for other machines are found'
cp "$tmp/pg_hba.conf" "$data/pg_hba.conf"

# ---- tls_off ----

is "$(said tls_off)" 'ok: nothing found' 'ssl may be off if the server listens on this machine only'
test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server" "listen_addresses='localhost, 0.0.0.0'"
is "$(said tls_off)" \
	'warning ssl: ssl is off, but the server listens on 0.0.0.0: passwords and data can be read on the network' \
	'ssl that is off while the server listens on other addresses is found'
is "$(said tls_off 'set role hc_guest;')" "$(said tls_off)" 'by every role'
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-keyout "$data/server.key" -out "$data/server.crt" 2>"$tmp/openssl"
chown --reference="$data/pg_hba.conf" "$data/server.key" "$data/server.crt"
chmod 600 "$data/server.key"
postgresql sick <<<'alter system set ssl = on; select pg_reload_conf();' >"$tmp/reload"
until_said '^ok' tls_off 'until ssl is on'
postgresql sick <<<'alter system reset ssl; select pg_reload_conf();' >"$tmp/reload"
until_said '^warning ssl: ' tls_off 'and again when it is off'

# ---- postgresql.conf ----

is "$(said pending_restart)" 'ok: nothing found' 'valid configuration files are no finding'
postgresql sick <<<"alter system set max_prepared_transactions = 12"
is "$(said pending_restart)" \
	'warning max_prepared_transactions: max_prepared_transactions has a new value in the configuration files' \
	'a setting that waits for a reload and a restart is found, and is not invalid'
postgresql sick <<<'select pg_reload_conf();' >"$tmp/reload"
until_said '^warning max_prepared_transactions: max_prepared_transactions has a new value in the configuration files$' \
	pending_restart 'a setting that waits for a restart is found'
postgresql sick <<<'alter system reset all; select pg_reload_conf();' >"$tmp/reload"
until_said '^ok' pending_restart 'until it is taken back'
echo 'work_mem = much' >>"$data/postgresql.conf"
like "$(said pending_restart)" '^critical line [0-9]+ of .*/postgresql.conf: .* is invalid: work_mem: setting could not be applied$' \
	'as is a line that is wrong'
like "$(said pending_restart 'set role hc_guest;')" '^unknown configuration files: only a superuser can see' 'only a superuser sees pending_restart'
sed -i '$d' "$data/postgresql.conf"

is "$(said autovacuum_off)" 'critical autovacuum: autovacuum is off for every table' 'autovacuum = off is found'
repair autovacuum_off
until_said '^ok' autovacuum_off 'and turned on'
is "$(said replica_role_default)" 'ok: nothing found' 'session_replication_role = origin is no finding'
postgresql sick <<<'alter system set session_replication_role = replica; select pg_reload_conf();' >"$tmp/reload"
until_said '^critical the server: the server: session_replication_role is set to replica' \
	replica_role_default 'unless the server says otherwise'
postgresql sick <<<'alter system reset all; alter system set autovacuum = off; select pg_reload_conf();' >"$tmp/reload"
until_said '^ok' replica_role_default 'and not after that'

# ---- damage: a page below amcheck, a map below pg_visibility ----

is "$(said heap_structure)" "not_applicable: amcheck's verify_heapam is not installed" 'without amcheck nothing is checked'
postgresql sick <<-'END'
	create schema "Ext";
	create extension amcheck schema "Ext";
	create extension pg_visibility schema "Ext";
	create table "Rows" (a int);
	insert into "Rows" select generate_series(1, 100);
	create table "Map" (a int);
	insert into "Map" select generate_series(1, 100);
	vacuum (freeze) "Map";
	checkpoint;
END
is "$(said heap_structure)" 'ok: nothing found' 'undamaged rows are no finding'
is "$(said visibility_map)" 'ok: nothing found' 'an undamaged visibility map is no finding'
like "$(said heap_structure 'set role hc_guest;')" '^unknown: EXECUTE on .*verify_heapam is needed$' 'a role that cannot read rows gets unknown'
like "$(said visibility_map 'set role hc_guest;')" '^unknown: EXECUTE on the functions of pg_visibility is needed$' 'a role that cannot read visibility maps gets unknown'
rows=$data/$(postgresql sick <<<"select pg_relation_filepath('\"Rows\"');")
map=$data/$(postgresql sick <<<"select pg_relation_filepath('\"Map\"');")
cp "${map}_vm" "$tmp/map"
postgresql sick <<<'update "Map" set a = a + 1; checkpoint;'
test/pg_server.sh stop "$tmp/server"
# the first row is the last on its page: it was made by a transaction to come
printf '\xf0\xff\xff\x7f' | dd of="$rows" bs=1 seek=$((8192 - 32)) conv=notrunc status=none
cat "$tmp/map" >"${map}_vm"
test/pg_server.sh start "$tmp/server"
# 18 has checksums
like "$(said heap_structure)" \
	'^critical public."Rows": public."Rows": (1 problem in its rows; see dbcheck_integrity\(\)|unknown problems in its rows; invalid page in block 0 .*)$' \
	'a damaged row is found'
like "$(said visibility_map)" '^critical public."Map": public."Map": [0-9]+ rows contradict the visibility map$' \
	'as is a map that calls frozen what is not'
repair visibility_map
is "$(said visibility_map)" 'ok: nothing found' 'fix_sql rebuilds the visibility map'
finish
