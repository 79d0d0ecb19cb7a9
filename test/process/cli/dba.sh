#!/bin/bash
# The scripts and examples of sql/dba on both engines: what they print, their exit
# codes, the schedules and CI examples as far as they run without an installation
# (make packages-check runs the others), and a backup through a pipe to object storage.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

dba=$PWD/sql/dba
mkdir "$tmp/bin"
# build may have another sqlite3
ln -s "$PWD/build/dbcare" "$tmp/bin/"
export DBCARE_SQLITE=$PWD/sqlite_ext/dbcare PATH=$tmp/bin:$PATH
mkdir -m 777 "$tmp/backups" "$tmp/storage" "$tmp/work"
start_server server "dbcare.backup_roots='$tmp/backups'" fsync=on

# run SCRIPT: its output, and a line with 0 or failed.
run()
{
	if "$dba/run.sh" "$1" "$place" 2>&1; then echo "status 0"; else echo 'status failed'; fi
}

# sends [DIRECTORY]: what to_storage.sh prints and its status.
sends()
{
	"$dba/to_storage.sh" "$place" ":local:$tmp/storage" "$@" 2>"$tmp/errors" || echo failed
}

for engine in postgresql sqlite; do
	"${engine}_new" shop
	place=$(at "$engine" shop)

	# ---- scripts ----
	"$engine" shop <<-END >"$tmp/made"
		select dbcare_set('environment', 'production');
		select dbcare_set('backup_directory', '$tmp/backups');
		select dbmigrate_add('1', 'one', 'create table one (id bigint primary key, n int check (n > 0))', 'drop table one');
	END
	like "$(run before_deployment)" $'1 .*one.*\nstatus 0$' "$engine: before_deployment lists what is pending"
	said=$(run after_deployment)
	like "$said" 'refused: migrations are not applied: 1.*status failed$' \
		"$engine: after_deployment fails while a migration is pending, with a sentence"
	is "$(grep -c constraint <<<"$said" || true)" 0 "$engine: which is no violated constraint"
	"$engine" shop <<<'select dbmigrate_apply(); insert into one values (1, 1);' >"$tmp/made"
	like "$(run after_deployment)" 'passed[[:space:]]*status 0$' "$engine: and succeeds when it is applied"
	like "$(run after_deployment)" 'warning .*passed[[:space:]]*status 0$' "$engine: a warning does not block a deployment"
	"$engine" shop <<<"select dbcare_set('deployment_blocked_by_warnings', true)" >"$tmp/made"
	for script in before_deployment after_deployment; do
		like "$(run "$script")" 'refused: the database has findings that block a deployment: [1-9].*status failed$' \
			"$engine: $script fails for a warning where the setting says so"
	done
	"$engine" shop <<<"select dbcare_set('deployment_blocked_by_warnings', null)" >"$tmp/made"
	rm -rf "${tmp:?}/backups"/*
	run before_deployment >"$tmp/made"
	like "$(run daily)" "shop-.*status 0$" "$engine: daily makes a backup, in production, too"
	is "$(ls "$tmp/backups" | wc -l)" 2 "$engine: before_deployment has made one, too"
	"$engine" shop <<-END >"$tmp/made"
		create table dated (id bigint primary key, at timestamp);
		select dbarchive_policy('dated', '{"timestamp_column": "at", "delete_after_days": 30}');
		drop table dated;
	END
	like "$(run daily)" 'dated +.*does not exist.*a retention policy failed.*status failed$' \
		"$engine: daily fails, and says so, where a retention policy does"
	"$engine" shop <<<'create table dated (id bigint primary key, at timestamp)' >"$tmp/made"
	like "$(run daily)" 'status 0$' "$engine: and succeeds without it"
	"$engine" shop <<<'drop table dated' >"$tmp/made"
	policies=dbcare.policy
	[ "$engine" = postgresql ] || policies=dbcare_policy
	"$engine" shop <<<"delete from $policies"
	like "$(run weekly_report)" 'Health: .*table_name.*one.*status 0$' "$engine: weekly_report"

	"$engine" shop <<<"select dbmigrate_add('2', 'two', 'delete from one', null);
		select dbmigrate_add('3', 'three', 'create table three (id bigint primary key', null)" >"$tmp/made"
	like "$(run before_deployment)" 'lint finds errors in pending migrations.*status failed$' \
		"$engine: before_deployment fails where lint does"
	"$engine" shop <<<"select dbmigrate_remove('2'); select dbmigrate_remove('3'); alter table one add column more text" >"$tmp/made"
	for script in before_deployment after_deployment; do
		like "$(run "$script")" 'dbmigrate_verify\(\) has findings.*status failed$' "$engine: $script fails where the schema drifted"
	done
	rm -rf "${tmp:?}/backups"/*

	# ---- object storage ----
	if ! command -v rclone >/dev/null; then
		skip "$engine: a backup by a pipe" 'rclone is not installed'
		continue
	fi
	directory=
	[ "$engine" = sqlite ] || directory=$tmp/backups
	object=$(sends $directory)
	like "$object" '/[0-9TZ]+-[0-9]+\.tar$' "$engine: to_storage.sh prints the object"
	rm -rf "$tmp/back"
	mkdir -m 777 "$tmp/back"
	rclone cat "$object" | tar -C "$tmp/back" -xf -
	chmod -R a+rX "$tmp/back"
	if [ "$engine" = sqlite ]; then
		name=$(basename "$object" .tar)
		dbcare --db "$place" --quiet restore-backup "$name" "$tmp/again.db" --directory "$tmp/back"
		is "$(sqlite again <<<'select id, n from one')" '1 1' 'sqlite: the object is a backup that is restored'
	else
		is "$(ls "$tmp/backups")" '' 'postgresql: nothing is left in the directory'
		cp -r "$tmp/back"/. "$tmp/backups"
		chown -R --reference="$tmp/server/data" "$tmp/backups"/*
		dbcare --db "$place" --quiet restore-backup "$(basename "$object" .tar)" again --as-superuser --directory "$tmp/backups"
		is "$(postgresql again <<<'select id, n from one')" '1 1' 'postgresql: the object is a backup that is restored'
	fi
	rm -rf "${tmp:?}/storage"/* "${tmp:?}/backups"/*
	place=${place/shop/none}
	is "$(sends $directory)" failed "$engine: a backup that fails fails the script"
	is "$(ls "$tmp/storage" | grep -v 'unfinished$' || true)" '' "$engine: and leaves no object with the name of a backup"
done

# ---- an extension in a schema of its own, as dbcare setup makes it ----

psql -qd postgres -c 'create database placed'
psql -qd placed -c 'create schema care' -c 'create extension dbcare schema care' -c 'alter database placed set search_path = nothing' \
	-c "create function public.dbcare_get(name text) returns text language sql as 'select 1/0'"
place=$(at postgresql placed)
for script in daily before_deployment after_deployment weekly_report; do
	like "$(run "$script")" 'status 0$' "$script finds the functions of dbcare, and no others"
done

# beside functions of others, which fit better: those of the owner of the database
psql -qd postgres -c 'create role keeper' -c 'create database fitting owner keeper'
psql -qd fitting -c 'create extension dbcare' -c 'set role keeper' \
	-c "create function public.dbhealth_text(text) returns text language plpgsql as 'begin raise exception \$\$planted code ran as %\$\$, current_user; end'"
place=$(at postgresql fitting)
like "$(run weekly_report)" 'schema public of the extension dbcare lets keeper create functions.*status failed$' 'a schema in which others create functions is refused'
psql -qd fitting -c 'create schema care' -c 'alter extension dbcare set schema care'
like "$(run weekly_report)" 'Health: .*status 0$' '... until the extension has a schema of its own'
psql -qd fitting -c 'drop extension dbcare'
like "$(run weekly_report)" 'the extension dbcare is not installed.*status failed$' 'functions of others do not stand for those of the extension'

# ---- run.sh ----

for place in none.db dir/none; do
	is "$(run daily)" "run.sh: there is no file $place
status failed" "$place is a file, not the name of a database"
done
like "$(run none)" 'there is no file' 'another script'
place=dbname=shop
is "$(run none)" $'run.sh: there is no script none\nstatus failed' 'a script that does not exist'
like "$("$dba/run.sh" 2>&1 || true)" '^usage: run.sh daily' 'run.sh prints its usage'

# ---- CI examples: a pull request, and main, on both engines ----

# steps_of FILE: the lines that call git checkout or dbcare.
steps_of() { sed -nE "s/^(\t*sh '| *- (run: )?)((git checkout|dbcare) .*[^'])'?$/\3/p" "$1"; }

# migration VERSION TEXT
migration() { printf -- '-- migrate:up\n%s;\n-- migrate:down\n%s;\n' "$2" "$3" >"db/migrations/${1}_$1.sql"; }

# change NAME WANTED: whether the steps of a pull request with the files as they are pass.
change()
{
	local status=passed

	git add db && git commit -qm "$1"
	dropdb --if-exists throwaway 2>"$tmp/errors"
	createdb throwaway
	rm -f throwaway.db lint.xml
	head -n -1 "$tmp/steps" | BASE=main CHANGE=$1 bash -e >"$tmp/said" 2>&1 || status=failed
	like "$status: $(tail -n 5 "$tmp/said"; cat lint.xml 2>/dev/null)" "$2" "$example on $engine: a change that is $1"
	git checkout -q main
}

for file in "$dba"/ci/*; do
	example=$(basename "$file")
	is "$(steps_of "$file" | wc -l)" 10 "$example has the ten steps"
	for engine in postgresql sqlite; do
		rm -rf "$tmp/work"
		git init -qb main "$tmp/work"
		cd "$tmp/work"
		git config user.name tests
		git config user.email tests@localhost
		mkdir -p db/migrations
		url=postgresql:///throwaway
		[ "$engine" = postgresql ] || url=sqlite:throwaway.db
		export DATABASE_URL=$url
		steps_of "$file" | sed "s/--dialect postgresql/--dialect $engine/" >"$tmp/steps"
		echo '*.xml' >.gitignore
		git add . && git commit -qm first
		git checkout -qb first
		migration 1 'create table t (id bigint primary key, mail text)' 'drop table t'
		change first '^passed'
		git merge -q first
		git checkout -qb good
		migration 2 'create table more (id bigint primary key)' 'drop table more'
		change good '^passed'
		git checkout -qb dangerous
		migration 2 'drop table t' 'select 1'
		change dangerous '^failed.*drop-table'
		[ "$engine" = sqlite ] || {
			git checkout -qb locking
			migration 2 'create index t_mail on t (mail)' 'drop index t_mail'
			change locking '^failed.*index-not-concurrent'
			git checkout -qb concurrent
			printf -- '-- migrate:up transaction:false\ncreate index concurrently t_mail on t (mail);\n-- migrate:down transaction:false\ndrop index concurrently t_mail;\n' >db/migrations/2_2.sql
			change concurrent '^passed'
		}
		git checkout -qb broken
		migration 2 'drop table none' 'select 1'
		change broken '^failed'
		git checkout -qb edited
		migration 1 'create table t (id bigint primary key, mail text, more text)' 'drop table t'
		change edited '^failed.*modified'
		git checkout -qb late
		migration 0 'create table late (id bigint primary key)' 'drop table late'
		change late '^failed.*older than'
		# main is deployed to what it had
		git merge -q good
		DATABASE_URL=${url/throwaway/real}
		[ "$engine" = sqlite ] || { dropdb --if-exists real 2>"$tmp/errors"; createdb real; }
		is "$(tail -n 1 "$tmp/steps")" 'dbcare deploy' "$example deploys main"
		like "$(tail -n 1 "$tmp/steps" | bash -e 2>&1)" '2 migrations applied' "$example on $engine: a merge is deployed"
		unset DATABASE_URL
		cd "$OLDPWD"
	done
done

# ---- schedules ----

if command -v systemd-analyze >/dev/null; then
	mkdir "$tmp/units"
	for unit in "$dba"/schedule/dbcare-*; do
		sed "s#/usr/share/dbcare/dba#$dba#" "$unit" >"$tmp/units/$(basename "$unit")"
	done
	for name in daily weekly; do
		is "$(cd "$tmp/units" && systemd-analyze verify --man=no "./dbcare-$name@.timer" "./dbcare-$name@.service" 2>&1 |
			grep dbcare- || true)" '' "dbcare-$name is accepted by systemd"
	done
else
	skip 'units are accepted by systemd' 'systemd-analyze is not installed'
fi

# A systemd of this user alone, as the machine's own would start the timers, but every
# second.  It wants to be the machine's, and control groups.
units=$tmp/config/systemd/user
instance()
{
	exec unshare --mount bash -ec "
		mount -t tmpfs none /run
		mkdir -p /run/systemd/system
		mount -t tmpfs none /sys/fs/cgroup
		mount -t cgroup2 none /sys/fs/cgroup
		mount --bind '$tmp/journal' /dev/console
		XDG_RUNTIME_DIR='$tmp/runtime' XDG_CONFIG_HOME='$tmp/config' exec /lib/systemd/systemd --user --log-target=console"
}
mkdir -p "$units/timers.target.wants" "$units/default.target.wants" "$tmp/runtime" "$tmp/conf"
ln -s /usr/lib/systemd/user/timers.target "$units/default.target.wants/"
for unit in "$dba"/schedule/dbcare-*; do
	sed "s#/usr/share/dbcare/dba#$dba#; s#/etc/dbcare#$tmp/conf#; /^User=/d; s#^OnCalendar=.*#OnCalendar=*:*:0/1#
		s/^RandomizedDelaySec=.*/AccuracySec=100ms/
		s#^ExecStart=.*#&\nStandardOutput=append:$tmp/%n\nExecStopPost=/bin/sh -c 'echo \$\$SERVICE_RESULT \$\$EXIT_STATUS >>$tmp/%n'#" \
		"$unit" >"$units/$(basename "$unit")"
done
for place in shop file none; do
	ln -s "../dbcare-daily@.timer" "$units/timers.target.wants/dbcare-daily@$place.timer"
done
ln -s "../dbcare-weekly@.timer" "$units/timers.target.wants/dbcare-weekly@shop.timer"
echo "DATABASE=host=$PGHOST user=postgres dbname=shop" >"$tmp/conf/shop.conf"
printf '%s\n' "DATABASE=$tmp/shop.db" "DBCARE_SQLITE=$DBCARE_SQLITE" >"$tmp/conf/file.conf"
echo "DATABASE=$tmp/none.db" >"$tmp/conf/none.conf"
# the server cannot read backups of root
mkdir "$tmp/files"
sqlite shop <<<"select dbcare_set('backup_directory', '$tmp/files')" >"$tmp/made"
if [ "$(id -u)" -eq 0 ] && [ -x /lib/systemd/systemd ] &&
	unshare --mount bash -ec 'mount -t tmpfs none /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup' 2>"$tmp/errors"; then
	: >"$tmp/journal"
	instance >"$tmp/errors" 2>&1 &
	for wanted in 'daily@shop sampled' 'daily@file sampled.*success 0' 'weekly@shop Health: .*success 0' \
		'daily@none there is no file.*exit-code 2'; do
		output=$tmp/dbcare-${wanted%% *}.service
		until=$((SECONDS + 120))
		until [[ $(cat "$output" 2>&1) =~ ${wanted#* } ]] || [ $SECONDS -ge $until ]; do
			sleep 0.1
		done
		like "$(cat "$output" 2>&1 || true)" "${wanted#* }" "systemd starts ${wanted%% *} by its timer"
	done
	kill $!
	wait $! || true
else
	skip 'systemd starts the timers' 'needs root, systemd and control groups'
fi
for line in "$dba"/schedule/cron "$dba"/schedule/*.service; do
	is "$(grep -oE '/run\.sh [a-z_]+' "$line" | cut -d ' ' -f 2 | sort -u | while read -r script; do
		ls "$dba/$script".* >/dev/null 2>&1 || echo "$script"
	done)" '' "$(basename "$line") names scripts that exist"
done
# the calls of the pg_cron example
jobs_of() { perl -0ne 'print $1 // $2, ";\n" while /(?:\x27([^\x27]*)\x27|\$\$(.*?)\$\$), \x27shop\x27\)/gs' "$1"; }
rm -rf "${tmp:?}/backups"/*
psql -qAtX -d placed -c "select care.dbcare_set('backup_directory', '$tmp/backups')" >"$tmp/made"
is "$(jobs_of "$dba/schedule/pg_cron.sql" | wc -l)" 4 'pg_cron.sql has four jobs'
like "$(jobs_of "$dba/schedule/pg_cron.sql" | postgresql placed)" '"name": ".*"kept": [1-9].*"failed": 0.*"failed": 0' 'and all of them run'
finish
