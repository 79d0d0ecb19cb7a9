#!/bin/bash
# Builds and tests dbcare with other releases of PostgreSQL and SQLite.
#
# usage: test/matrix.sh DIR [RELEASE ...]
#
# Each RELEASE of Debian (bullseye bookworm trixie sid experimental, if none is given) is
# installed by debootstrap in DIR/RELEASE, unless it is there, and tested in it,
# which needs root.  With PG_CONFIG in the environment, and no RELEASE, that
# PostgreSQL is tested on this machine instead.  Prints a line per place, as
# doc/compatibility.md has it; logs are in DIR/NAME.log and DIR/NAME.tests.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || {
	sed -n 's/^# usage: //p' "$0" >&2
	exit 2
}
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
failed=0

# The PostgreSQL of a release; both engines of bullseye are refused.
major_of()
{
	case $1 in
		bookworm) echo 15 ;;
		trixie) echo 17 ;;
		sid) echo 18 ;;
		experimental) echo 19 ;;
		bullseye) echo 13 ;;
		*)
			echo "unknown release: $1" >&2
			exit 2
			;;
	esac
}

# copy_sources TO: the sources of this tree, without what was built.
copy_sources()
{
	rm -rf "$1"
	mkdir -p "$1"
	{ git ls-files -co --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f -print; } |
		while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done |
		xargs -d '\n' cp --parents -t "$1"
}

# Runs a command in the root of a release.
inside()
{
	local release=$1 pgtap=

	shift
	[ "$release" != experimental ] || pgtap=PGTAP=
	# shellcheck disable=SC2086
	chroot "$dir/$release" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive PG_MAJOR="$(major_of "$release")" $pgtap \
		PROCESSES="${PROCESSES-}" "$@"
}

# Experimental is sid with the packages of the next PostgreSQL, which has no pgTAP yet: that
# of the one before is only SQL.
add_experimental()
{
	sed 's/ sid / experimental /' "$1/etc/apt/sources.list" >"$1/etc/apt/sources.list.d/experimental.list"
	printf '%s\n' 'Package: *postgresql* libpq*' 'Pin: release a=experimental' 'Pin-Priority: 990' \
		>"$1/etc/apt/preferences.d/postgresql"
}

# Installs a release with what the tests need.
prepare()
{
	local root=$dir/$1 place

	[ -e "$root/.installed" ] || {
		debootstrap --variant=minbase "${1/experimental/sid}" "$root"
		# a mirror may be late
		echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90late"
		# no package starts a server
		printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
		chmod 755 "$root/usr/sbin/policy-rc.d"
		[ "$1" != experimental ] || add_experimental "$root"
		touch "$root/.installed"
	}
	for place in proc dev; do
		mountpoint -q "$root/$place" || mount --rbind "/$place" "$root/$place"
	done
	copy_sources "$root/dbcare"
	inside "$1" /dbcare/test/deps.sh matrix
	[ "$1" != experimental ] || inside "$1" sh -c "cd /tmp && apt-get download postgresql-18-pgtap &&
		dpkg -x postgresql-18-pgtap_*.deb pgtap &&
		cp pgtap/usr/share/postgresql/18/extension/* /usr/share/postgresql/$(major_of "$1")/extension/"
}

# unmount RELEASE: undoes the mounts of prepare().
unmount()
{
	local place

	for place in proc dev; do
		! mountpoint -q "$dir/$1/$place" || umount -l "$dir/$1/$place"
	done
}

# report NAME COMMAND ...: runs the suites, prints what they say.
report()
{
	local name=$1 status=0

	shift
	"$@" >"$dir/$name.log" 2>&1 || status=$?
	[ $status -eq 0 ] || failed=1
	printf '| %s | %s |\n' "$name" "$(tail -n 1 "$dir/$name.log")"
}

in_release()
{
	local status=0

	trap 'unmount "$1"' EXIT
	prepare "$1"
	inside "$1" sh -c 'cd /dbcare && test/matrix_suites.sh' || status=$?
	rm -rf "$dir/$1.tests"
	[ ! -d "$dir/$1/dbcare/build/check" ] || cp -a "$dir/$1/dbcare/build/check" "$dir/$1.tests"
	return $status
}

given()
{
	copy_sources "$dir/given"
	cd "$dir/given"
	test/matrix_suites.sh
}

echo '| place | result |'
echo '| --- | --- |'
if [ -n "${PG_CONFIG-}" ] && [ $# -eq 0 ]; then
	report "$("$PG_CONFIG" --version | tr ' ' -)" given
else
	[ $# -gt 0 ] || set -- bullseye bookworm trixie sid experimental
	for release in "$@"; do
		major_of "$release" >/dev/null
		report "$release" in_release "$release"
	done
fi
exit $failed
