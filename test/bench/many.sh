#!/bin/bash
# dbcare run with many databases: its processor time as a share of one core, and its
# connections, with a sample of each database every minute.  The limit is 20 %.
#
# usage: test/bench/many.sh [FILES [SECONDS]]
#
# FILES: files of SQLite (default: 500), besides ten databases of PostgreSQL, five of them
# with the extension.  Measures for SECONDS (default: 300, in which health checks run
# once) after two minutes, in which the files of samples are made.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

files=${1-500}
seconds=${2-300}
work=$tmp/work
mkdir "$work"

# Hundredths of a second that a process and its children have used.
used()
{
	local pid sum=0 fields

	for pid in "$1" $(pgrep -P "$1"); do
		read -ra fields < <(sed 's/.*) //' "/proc/$pid/stat")
		sum=$((sum + fields[11] + fields[12]))
	done
	echo "$sum"
}

start_server server
sqlite3 "$work/1.db" <<-'END'
	create table customer (id integer primary key, name text not null);
	create table purchase (id integer primary key, customer_id integer references customer);
	create index purchase_customer on purchase (customer_id);
	insert into customer select value, 'name ' || value from generate_series(1, 2000);
	insert into purchase select value, value from generate_series(1, 2000);
END
echo '[databases]' >"$work/dbcare.toml"
for ((i = 1; i <= files; i++)); do
	[ "$i" -eq 1 ] || cp "$work/1.db" "$work/$i.db"
	echo "file_$i = \"$i.db\"" >>"$work/dbcare.toml"
done
for i in 1 2 3 4 5; do
	postgresql_new "with_$i"
	"${psql_shell[@]}" -d postgres -c "create database without_$i"
	printf '%s = "dbname=%s"\n' "with_$i" "with_$i" "without_$i" "without_$i" >>"$work/dbcare.toml"
done
chmod 600 "$work/dbcare.toml"
build/dbcare run --config "$work/dbcare.toml" &
fleet=$!
sleep 120
before=$(used "$fleet")
sleep "$seconds"
after=$(used "$fleet")
connections=$("${psql_shell[@]}" -d postgres -c "select count(*) from pg_stat_activity where application_name = 'dbcare'")
kill "$fleet"
wait "$fleet"
share=$(((after - before) * 100 / seconds))
printf '%d databases: %d.%02d %% of one core, %d connections\n' $((files + 10)) $((share / 100)) $((share % 100)) "$connections"
