# shellcheck shell=bash
# PgBouncer in front of the server that start_server() has started; after test/lib.sh.

# start_bouncer SIZE: starts it at $tmp/bouncer, in transaction pooling with so many
# connections for each database and user; role postgres is its administrator, guest a user.
# Ends the test where it is not installed.
start_bouncer()
{
	local bouncer owner as=()

	bouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer || true)
	if [ -z "$bouncer" ]; then
		skip 'PgBouncer' 'it is not installed'
		finish
	fi
	mkdir "$tmp/bouncer"
	printf '"postgres" ""\n"guest" ""\n' >"$tmp/bouncer/users"
	cat >"$tmp/bouncer/ini" <<-END
		[databases]
		* = host=$PGHOST port=$PGPORT user=postgres
		[pgbouncer]
		listen_addr =
		listen_port = 6432
		unix_socket_dir = $tmp/bouncer
		logfile = $tmp/bouncer/log
		auth_type = trust
		auth_file = $tmp/bouncer/users
		admin_users = postgres
		pool_mode = transaction
		default_pool_size = $1
	END
	# it refuses to run as root
	if [ "$(id -u)" -eq 0 ]; then
		owner=$(stat -c %U "$PGHOST")
		chown -R "$owner" "$tmp/bouncer"
		as=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --init-groups)
	fi
	"${as[@]}" "$bouncer" -q "$tmp/bouncer/ini" &
	until [ -S "$tmp/bouncer/.s.PGSQL.6432" ]; do
		kill -0 $! || exit 1
		sleep 0.05
	done
}
