#!/bin/bash
# dbhealth_fleet() with many servers: 1000 foreign servers, which are databases of
# three servers on Unix sockets; then with one that accepts connections and never
# answers, and with eleven.  Prints seconds.
#
# usage: test/bench/fleet.sh [SERVERS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

count=${1-1000}

for i in 1 2 3; do
	start_server "server$i" max_connections=200
	for j in 1 2 3 4; do
		postgresql_new "shop$j"
		postgresql "shop$j" <<-'END'
			create table customer (id bigint primary key, name text);
			create table orders (id bigint primary key, customer_id bigint references customer, total numeric);
			insert into customer select n, 'name ' || n from generate_series(1, 1000) as n;
			insert into orders select n, 1 + n % 1000, n from generate_series(1, 10000) as n;
		END
	done
done
start_server watcher
postgresql_new fleet
{
	echo 'create extension postgres_fdw; create extension dblink;'
	for ((i = 0; i < count; i++)); do
		echo "create server s$i foreign data wrapper postgres_fdw
			options (host '$tmp/server$((1 + i % 3))', port '5432', dbname 'shop$((1 + i % 4))');
			create user mapping for current_user server s$i;"
	done
} | postgresql fleet

# timed NAME OPTIONS: seconds, rows and those without an answer.
timed()
{
	local start end

	start=$(milliseconds)
	postgresql fleet <<<"select count(*), count(*) filter (where score is null) from dbhealth_fleet('$2');
		select used_bytes / 1048576 from (select sum(used_bytes) as used_bytes from pg_backend_memory_contexts) as m;" >"$tmp/answer"
	end=$(milliseconds)
	printf '%-44s %6d.%d s  %s\n' "$1" $(((end - start) / 1000)) $(((end - start) / 100 % 10)) "$(paste -sd' ' "$tmp/answer")"
}

echo "$count servers: seconds, rows, rows without a score, MB afterwards"
for parallel in 1 8 32; do
	timed "parallel $parallel" "{\"parallel\": $parallel}"
done

# a server that never answers
mkdir "$tmp/hangs"
python3 -c "import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind('$tmp/hangs/.s.PGSQL.5432')
s.listen(1000)
time.sleep(100000)" &
until [ -e "$tmp/hangs/.s.PGSQL.5432" ]; do sleep 0.05; done
chmod 777 "$tmp/hangs" "$tmp/hangs/.s.PGSQL.5432"
postgresql fleet <<<"alter server s5 options (set host '$tmp/hangs');"
timed 'one hangs' '{}'
postgresql fleet <<<"alter server s5 options (add connect_timeout '2');"
timed 'one hangs, connect_timeout 2' '{}'
for ((i = 10; i < 20 && i < count; i++)); do
	echo "alter server s$i options (set host '$tmp/hangs');"
done | postgresql fleet
timed 'eleven hang' '{}'
