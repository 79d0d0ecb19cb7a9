#!/bin/bash
# dbcare serve: requests that are changed at random, names with markup and control characters in
# every place, and more clients than it serves at once.  Prints TAP.
#
# usage: test/process/cli/serve_fuzz.sh [SECONDS [CLIENTS]]
#
# SECONDS: how long requests are changed (default 3), CLIENTS: how many connect at once
# (default 200).  DBCARE names the command: make soak has one under the sanitizers.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

seconds=${1-3}
clients=${2-200}
dbcare=${DBCARE:-$PWD/build/dbcare}
client=test/process/cli/serve_client.py
work=$tmp/work
mkdir "$work"
unset DATABASE_URL PGDATABASE
export PGCONNECT_TIMEOUT=60
# each client is a file
ulimit -n "$(ulimit -Hn)"

if [[ $("$dbcare" serve --listen 0.0.0.1:1 --db x 2>&1) == *'built without libmicrohttpd'* ]]; then
	skip 'dbcare serve' 'the command was built without libmicrohttpd'
	finish
fi

# ---- names ----

names=('<script>alert(1)</script>' '"><img src=x onerror=alert(1)>' "'-alert(1)-'" '&amp;&#x3c;b&#x3e;' '</style></script></title>'
	']]>' '<!--' '%3cb%3e %s %n' '${x} {{x}} `x`' $'line\nand\ttab\rreturn' $'\001\002\033[31m\177' $'\302\205\342\200\256\357\277\276'
	'javascript:alert(1)' ' blank ' '😀')
sql=
for i in "${!names[@]}"; do
	name=${names[i]//\"/\"\"}
	text=${names[i]//\'/\'\'}
	relation="'\"${name//\'/\'\'}\"'"
	sql+="create table \"$name\" (id integer primary key, \"$name\" text, other integer references parent);
		create index \"$name $i\" on \"$name\" (\"$name\");
		create index \"again $name\" on \"$name\" (\"$name\");
		select dbmigrate_add('$i', '$text', 'select 1') is not null;
		insert into ALERT (alert_id, alert, severity, object, message, pending_at, raised_at, last_at, acked_by)
		values ($i, 'storage', 'warning', '$text', '$text', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '$text');
		select dbarchive_enable($relation) is not null;
		insert into \"$name\" values (1, '$text', null), (2, '$text', null);
		select dbarchive_hold($relation, '1', '$text') is not null;
		delete from \"$name\" where id = 2;
"
done
sql="create table parent (id integer primary key);
	select dbcare_install() is not null;
	$sql
	select dbmigrate_apply() is not null;
	create table drifted (id integer primary key, \"<b>\" text);"
start_server pg
postgresql_new ext
postgresql ext <<<"${sql//ALERT/dbcare.alert}" >"$tmp/filled" || true
is "$(grep -A 2 ERROR "$tmp/filled")" "" "PostgreSQL: the names are there"
"${psql_shell[@]}" -d postgres -c 'alter database ext rename to "<b>''&"'
sqlite_new '<b>&'
sqlite '<b>&' <<<"${sql//ALERT/dbcare_alert}" >"$tmp/filled" || true
is "$(grep -i -A 2 error "$tmp/filled")" "" "SQLite: the names are there"
# a name that is no UTF-8
printf 'create table "no \377 utf-8" (a "\200", b);' | sqlite '<b>&' >"$tmp/filled"
cat >"$work/dbcare.toml" <<-END
	[databases]
	none = "<i>none&.db"
	file = "$tmp/<b>&.db"
	ext = "dbname='<b>\\\\'&'"
	END
chmod 600 "$work/dbcare.toml"
(cd "$work" && exec "$dbcare" serve --listen 127.0.0.1:0 >said 2>&1 </dev/null) &
server=$!
until grep -q -e '/ until this command is interrupted' "$work/said" 2>/dev/null || ! kill -0 "$server" 2>/dev/null; do sleep 0.02; done
port=$(sed -nE 's#.* at https?://127.0.0.1:([0-9]+)/ .*#\1#p' "$work/said")

paths=(/ /metrics /openapi.json /readyz /missing)
for name in file ext none; do
	paths+=("/db/$name")
	for view in $(sed -nE 's/^SERVE_VIEW\(\w+, "([^"]+)".*/\1/p' cli/serve.def); do
		paths+=("/db/$name/$view" "/api/$name/$view" "/db/$name/$view?q=%3Cscript&refresh=on" "/db/$name/$view?q=%00%ff%22%27%3e")
	done
done
is "$("$client" walk "$port" "${paths[@]}" 2>&1)" '' 'a name is text on each page and in each document'

# ---- requests ----

size() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }

is "$("$client" fuzz "$port" "$seed" "$seconds" file ext none other 2>&1)" '' 'requests that are changed at random are answered, or cut off'
before=$(size)
is "$("$client" fuzz "$port" "$((seed + 1))" "$seconds" file ext none other 2>&1)" '' '... again and again'
after=$(size)
result $((after - before > 32768)) '... and cost no memory' "$before kB before, $after kB after"
is "$("$client" crowd "$port" "$clients" 2>&1)" "$((clients / 2)) of $((clients / 2))" "$clients clients at once: those who ask are answered"
is "$("$client" walk "$port" / /healthz /db/file/tables 2>&1)" '' 'the server is alive'
code=0
kill "$server"
wait "$server" || code=$?
is "$code" 0 '... and ends as it should'
is "$(tail -n +2 "$work/said")" '' 'nothing else was printed'
finish
