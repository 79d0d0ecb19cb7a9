#!/bin/bash
# A private PostgreSQL server for the tests.
#
#	test/pg_server.sh start DIR [SETTING=VALUE ...]
#	test/pg_server.sh refresh DIR
#	test/pg_server.sh spent DIR [BEFORE]
#	test/pg_server.sh stop DIR [MODE]
#
# start makes everything below DIR, which should be new and short, since it
# also holds the socket (mktemp -d gives one):
#
#	DIR/env		to be sourced: PGHOST, PGPORT, PGUSER and PATH
#	DIR/root	the installation: links to the system's, plus dbcare
#	DIR/data	the cluster; made unless it is there, so that a copy made by
#				pg_basebackup can be started, or a stopped server once more
#	DIR/log		the server's log
#
# PostgreSQL finds its libraries and extensions relative to its own program, so
# that a tree of links around a copy of that program is an installation of its
# own: nothing is written outside DIR, no rights are needed, and any number of
# servers run side by side.  As root, which PostgreSQL refuses to run as, the
# server runs as postgres or nobody.  stop leaves DIR to the caller.
#
# With DBCARE_SHARED in the environment, a directory of a run of all tests, the first
# start keeps a copy of its new cluster there, and those that follow copy it: one
# initdb for the run.  The installation is there, too, and DIR/root a link to it.  A
# test that changes its installation sets OWN_INSTALLATION, and one whose log has other
# segments WAL_SEGSIZE, in megabytes.
#
# After a rebuild no test may use the library of before: start copies dbcare
# anew, and the psql in PATH calls refresh first when the build is newer than the
# copy.  refresh copies it, drops the extension from every database, since its
# functions may have changed, and restarts the server, since workers keep their
# library as long as they run.  A shared installation stays as it is.
#
# spent prints the processor time of a running server, the seconds in user mode and
# those in the kernel, without those of an earlier answer.
set -eu
# results have the members that are declared; a measurement leaves that out
if [ "${DBCARE_ASSERT-1}" = 0 ]; then
	unset DBCARE_ASSERT
else
	export DBCARE_ASSERT=1
fi

source_dir=$(cd "$(dirname "$0")/.." && pwd)
pg_config=${PG_CONFIG:-pg_config}

# Runs a command as the user the server runs as, from a directory it may enter.
as_owner()
{
	if [ "$(id -u)" -ne 0 ]; then
		(cd "$dir" && "$@")
	else
		(cd "$dir" && setpriv --reuid="$owner" --regid="$(id -g "$owner")" \
			--init-groups "$@")
	fi
}

# Makes DIR/root.
make_installation()
{
	local shared=${DBCARE_SHARED-}

	[ -z "${OWN_INSTALLATION-}" ] || shared=
	if [ -n "$shared" ]; then
		ln -s "$shared/root" "$dir/root"
		[ ! -d "$shared/root" ] || return 0
		mkdir "$shared/root"
	fi
	copy_programs
	install_dbcare
	if [ -n "$shared" ]; then
		ln -s "$($pg_config --bindir)/psql" "$bindir/"
	else
		psql_that_refreshes
	fi
}

# Programs that look for their own place must be copies, since they follow links.
copy_programs()
{
	local program from

	mkdir -p "$bindir"
	for program in postgres initdb pg_ctl; do
		cp "$($pg_config --bindir)/$program" "$bindir/"
	done
	# dbbackup starts these, which are not older than the server
	for program in pg_dump pg_restore pg_basebackup pg_verifybackup pg_waldump \
		pg_controldata pg_isready createdb dropdb pg_combinebackup; do
		# the last one is there from PostgreSQL 17 on
		[ ! -e "$($pg_config --bindir)/$program" ] ||
			ln -s "$($pg_config --bindir)/$program" "$bindir/"
	done
	for from in "$($pg_config --pkglibdir)" "$($pg_config --sharedir)"; do
		mkdir -p "$dir/root$from"
		cp -rs "$from/." "$dir/root$from"
	done
	[ -z "${DBCARE_NOSYNC-}" ] || cp "$DBCARE_NOSYNC" "$bindir/nosync.so"
}

psql_that_refreshes()
{
	# pg_prove and the scripts find this psql first
	cat >"$bindir/psql" <<-END
		#!/bin/sh
		[ ! '$source_dir/pg_ext/dbcare.so' -nt '$library' ] ||
			'$source_dir/test/pg_server.sh' refresh '$dir' || exit
		exec '$($pg_config --bindir)/psql' "\$@"
	END
	chmod 755 "$bindir/psql"
}

# Copies dbcare as it is built.
install_dbcare()
{
	cp --remove-destination "$source_dir"/pg_ext/dbcare.control \
		"$source_dir"/pg_ext/dbcare--*.sql \
		"$dir/root$($pg_config --sharedir)/extension/"
	cp --remove-destination "$source_dir/pg_ext/dbcare.so" "$library"
}

# Makes a running server use dbcare as it is built.
refresh()
{
	local psql database

	exec 9>"$dir/refresh.lock"
	flock 9
	# another process may have been first
	[ "$source_dir/pg_ext/dbcare.so" -nt "$library" ] || return 0
	psql="$($pg_config --bindir)/psql -qAtX -h $dir -p 5432 -U postgres -v ON_ERROR_STOP=1"
	$psql -d postgres -c 'select datname from pg_database
		where datallowconn and not pg_is_in_recovery()' |
		while read -r database; do
			PGOPTIONS='-c client_min_messages=warning' $psql -d "$database" \
				-c 'drop extension if exists dbcare cascade' </dev/null
		done
	install_dbcare
	# a server that inherits the lock would keep it
	as_owner "$bindir/pg_ctl" restart -w -t 120 -m fast -D "$dir/data" \
		-l "$dir/log" -o "-k '$dir'" >/dev/null 9>&-
}

# Prints the processor time of the server: that of its processes, and of those which
# have ended.
spent()
{
	local server

	server=$(head -n 1 "$dir/data/postmaster.pid")
	cat "/proc/$server/stat" $(pgrep -P "$server" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
		awk -v before="${1-0 0}" -v ticks="$(getconf CLK_TCK)" '
			# the name of the process can have blanks
			{ sub(/^.*\) /, ""); user += $12 + $14; kernel += $13 + $15 }
			END {
				split(before, was, " ")
				printf "%.2f %.2f\n", user / ticks - was[1], kernel / ticks - was[2]
			}'
}

# Makes DIR/data.  Settings that dbcare checks (fsync among them) stay as
# initdb leaves it.
make_cluster()
{
	local shared=${DBCARE_SHARED-}

	[ -z "${WAL_SEGSIZE-}" ] || shared=
	if [ -d "$shared/cluster" ]; then
		cp -a "$shared/cluster" "$dir/data"
	else
		as_owner "$bindir/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 \
			--locale=C.UTF-8 --no-sync ${WAL_SEGSIZE:+--wal-segsize="$WAL_SEGSIZE"}
		[ -z "$shared" ] || cp -a "$dir/data" "$shared/cluster"
	fi
	cat >>"$dir/data/postgresql.conf" <<-END
		listen_addresses = ''
		timezone = 'UTC'
		shared_preload_libraries = 'pg_stat_statements'
		# checks read slots, prepared transactions and standbys
		wal_level = logical
		max_replication_slots = 10
		max_prepared_transactions = 10
		# a migration may create thousands of tables in one transaction
		max_locks_per_transaction = 512
		# its locks keep back statements that wait shorter than for a deadlock
		autovacuum_naptime = 1h
	END
}

# Starts the server on DIR/data with the settings given on the command line.
start()
{
	local setting

	mkdir -p "$dir"
	if [ ! -d "$dir/root" ]; then
		make_installation
	elif [ ! -L "$dir/root" ]; then
		install_dbcare
	fi
	if [ "$(id -u)" -eq 0 ]; then
		chown -hR "$owner" "$dir"
	fi
	if [ ! -d "$dir/data" ]; then
		make_cluster >"$dir/initdb.log" 2>&1 || {
			cat "$dir/initdb.log" >&2
			exit 1
		}
	fi
	[ -z "${DBCARE_NOSYNC-}" ] || export LD_PRELOAD=$bindir/nosync.so
	for setting in "$@"; do
		echo "$setting" >>"$dir/data/postgresql.conf"
	done
	as_owner "$bindir/pg_ctl" start -w -t 120 -D "$dir/data" -l "$dir/log" \
		-o "-k '$dir'" >/dev/null || {
		cat "$dir/log" >&2
		exit 1
	}
	cat >"$dir/env" <<-END
		export PGHOST='$dir' PGPORT=5432 PGUSER=postgres
		export PATH='$bindir':'$($pg_config --bindir)':"\$PATH"
	END
}

if [ $# -lt 2 ]; then
	echo "usage: $0 start DIR [SETTING=VALUE ...] | refresh DIR | spent DIR [BEFORE] | stop DIR [MODE]" >&2
	exit 2
fi
command=$1
dir=$(realpath -m "$2")
shift 2
bindir=$dir/root$($pg_config --bindir)
library=$dir/root$($pg_config --pkglibdir)/dbcare.so
owner=postgres
id "$owner" >/dev/null 2>&1 || owner=nobody

case $command in
	start) start "$@" ;;
	refresh) refresh ;;
	spent) spent "$@" ;;
	stop)
		as_owner "$bindir/pg_ctl" stop -w -t 120 -m "${1-fast}" -D "$dir/data" \
			>/dev/null
		;;
	*)
		echo "unknown command: $command" >&2
		exit 2
		;;
esac
