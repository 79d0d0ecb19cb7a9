# The part of run.sh that measures monitoring.
# shellcheck shell=bash disable=SC2154

# The milliseconds of processor time of the backends that have ended.
backends_ms()
{
	awk -v hz="$(getconf CLK_TCK)" '{
			sub(/.*\) /, "")
			print ($14 + $15) * 1000 / hz
		}' "/proc/$(head -n 1 "$server/data/postmaster.pid")/stat"
}

# A sample, of 30.
postgres_samples()
{
	local before

	in_postgres "select dbmonitor_sample();"
	before=$(backends_ms)
	in_postgres "select dbmonitor_start(0.5);"
	sleep 15
	in_postgres "select dbmonitor_stop();"
	until [ -z "$(on_postgres -c "select 1 from pg_stat_activity where backend_type = 'dbcare sampler'")" ]; do
		sleep 0.1
	done
	ms=$(awk "BEGIN { print ($(backends_ms) - $before) / 30 }")
}

# A backend that does nothing, of 30.
postgres_backends()
{
	local before

	before=$(backends_ms)
	for _ in $(seq 30); do
		in_postgres ''
	done
	ms=$(awk "BEGIN { print ($(backends_ms) - $before) / 30 }")
}

# Ten samples of a session.
postgres_ten_samples()
{
	CPU=1 in_postgres "$(ten_times 'select dbmonitor_sample() is null')"
}

# Samples of a session, a sample against a backend that connects and leaves, and looking up
# a row with monitoring and without, in time of the processor.
part_monitor()
{
	local n=1000

	head_line
	postgres_tables
	against_goal "PostgreSQL: ten samples, $n tables" 50 postgres_ten_samples
	db=monitored
	createdb -T bench "$db"
	rounds=3 compare 'PostgreSQL: a sample twice a second / a backend' 2 \
		postgres_samples postgres_backends
	"$work/sqlite_lookups" ./sqlite_ext/dbcare "$rounds" 1000000000 |
		report 'SQLite: 800,000 lookups, each of them timed' 1.15
	"$work/sqlite_lookups" ./sqlite_ext/dbcare "$rounds" 20000 |
		report 'SQLite: the same, 20,000 a second are' 1.03
}
