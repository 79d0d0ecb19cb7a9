#!/bin/bash
# Backups of pgBackRest, Barman and WAL-G are listed where the tools are installed,
# for roles that may run programs.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

OWN_INSTALLATION=1 start_server server
postgresql_new shop
bindir=$(dirname "$(find "$tmp/server/root" -name pg_ctl)")

# tool NAME: installs a tool, which runs the lines of standard input.
tool()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$bindir/$1"
	chmod 755 "$bindir/$1"
}

list='select source, name, kind, size_bytes, parent, encrypted, problem from dbbackup_list()'
tool pgbackrest <<-'END'
	[ "$*" = 'info --output=json' ] || exit 1
	cat <<'JSON'
	[{"backup":[{"database":{"id":1},"error":false,"info":{"repository":{"delta":3062717},"size":23214171},
	"label":"20260101-030000F","prior":null,"timestamp":{"start":1767236400,"stop":1767236407},"type":"full"},
	{"database":{"id":1},"error":false,"info":{"repository":{"delta":428},"size":23214171},"label":"20260101-030000F_20260102-030000I",
	"prior":"20260101-030000F","timestamp":{"start":1767322800,"stop":1767322801},"type":"incr"}],
	"cipher":"aes-256-cbc","db":[{"id":1,"system-id":7711434083729065208}],"name":"main"}]
	JSON
END
tool barman <<-'END'
	[ "$*" = '-f json list-backups all' ] || exit 1
	[ -n "$HOME" ] && [ "$HOME" != /nonexistent ] || exit 2
	echo '{"main": [{"backup_id": "20260103T030000", "end_time_timestamp": "1767409200", "size_bytes": 7, "status": "DONE"}]}'
END
is "$(postgresql shop <<<"$list")" "pgbackrest main/20260101-030000F base 3062717  t 
pgbackrest main/20260101-030000F_20260102-030000I incremental 428 main/20260101-030000F t 
barman main/20260103T030000 base 7  f " 'backups of other tools are listed'
postgresql shop <<<"create role reader; grant usage on schema public to reader; create role operator; grant pg_execute_server_program to operator" >/dev/null
is "$(postgresql shop <<<"set role reader; $list")" '' 'they are not listed for roles that may not run programs on the server'
is "$(postgresql shop <<<"set role operator; select count(*) from dbbackup_list()")" 3 '... and are for others'
mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
is "$(postgresql shop <<<"set dbcare.backup_roots = '$tmp/backups'; select count(*) from dbbackup_list('{\"directory\": \"$tmp/backups\"}')")" 0 \
	'they are not in a directory that is asked for'

# health checks and metrics do not start a tool each time
tool barman <<<"echo x >>'$tmp/server/asked'; echo '{\"main\": []}'"
: >"$tmp/server/asked"
chmod 666 "$tmp/server/asked"
asked()
{
	wc -l <"$tmp/server/asked"
}
metrics="set dbcare.backup_roots = '$tmp/backups'; select dbhealth_metrics() is null"
rm -f "$tmp/server/data/pg_stat_tmp"/dbcare-*
for i in 1 2 3; do
	postgresql shop <<<"$metrics" >"$tmp/out"
done
is "$(asked)" 1 'metrics of several sessions ask a tool once'
postgresql shop <<<"$list" >"$tmp/out"
is "$(asked)" 2 '... dbbackup_list() asks it'
touch -d '6 minutes ago' "$tmp/server/data/pg_stat_tmp/dbcare-barman.answer"
postgresql shop <<<"$metrics" >"$tmp/out"
is "$(asked)" 3 '... and metrics do after some minutes'

# a tool that fails hides nothing of others
tool barman <<<'echo "no configuration file" >&2; exit 3'
tool wal-g <<<'echo "not JSON"'
is "$(postgresql shop <<<"$list where source <> 'pgbackrest'")" "barman  base    barman failed with exit code 3: no configuration file
wal-g  base    wal-g has not printed JSON" 'a tool that fails is listed with its problem'
rm "$bindir/barman" "$bindir/wal-g"

# a tool that hangs ends with the call
tool pgbackrest <<<"echo \$\$ >'$tmp/server/pid'; sleep 1000"
like "$(postgresql shop <<<"set statement_timeout = '2s'; $list")" 'statement timeout' 'a tool that hangs can be canceled'
until ! kill -0 "$(cat "$tmp/server/pid")" 2>/dev/null; do sleep 0.02; done
result 0 '... and does not go on'
rm "$bindir/pgbackrest"

# the real one
if command -v pgbackrest >/dev/null; then
	mkdir -p "$tmp/rest"
	cat >"$tmp/rest/conf" <<-END
		[global]
		repo1-path=$tmp/rest/repo
		log-path=$tmp/rest
		lock-path=$tmp/rest
		spool-path=$tmp/rest
		archive-check=n
		[main]
		pg1-path=$tmp/server/data
		pg1-port=$PGPORT
		pg1-socket-path=$PGHOST
		pg1-user=$PGUSER
	END
	owner=$(stat -c %U "$tmp/server/data")
	chown -R "$owner" "$tmp/rest"
	tool pgbackrest <<<"exec $(command -v pgbackrest) --config=$tmp/rest/conf \"\$@\""
	postgresql shop <<<"alter system set wal_level = replica; alter system set archive_mode = on; alter system set archive_command = 'true'" >/dev/null
	for command in '--stanza=main stanza-create' '--stanza=main backup'; do
		# shellcheck disable=SC2086
		(cd "$tmp" && setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups "$bindir/pgbackrest" $command) >"$tmp/out" 2>&1 || true
	done
	is "$(postgresql shop <<<"select source, kind, database_bytes > 1000000, started_at > now() - interval '1 hour', problem from dbbackup_list()")" \
		'pgbackrest base t t ' 'a backup of the installed pgBackRest is listed'
else
	skip 'a backup of the installed pgBackRest is listed' 'pgBackRest is not installed'
fi

finish
