#!/bin/sh
# Installs the Debian packages that a goal of the Makefile needs, and does
# nothing (in a few milliseconds) when all of them are there.
#
# usage: test/deps.sh demo|check|valgrind
#
# PG_MAJOR chooses the PostgreSQL release that is tested (default 15).
set -eu

major=${PG_MAJOR:-15}
demo='gcc libc6-dev libsqlite3-dev libssl-dev sqlite3'
check="$demo clang clang-format-14 libcmocka-dev locales perl postgresql-$major
	postgresql-server-dev-$major postgresql-$major-pgtap
	libtap-parser-sourcehandler-pgtap-perl"

case ${1-} in
	demo) wanted=$demo ;;
	check) wanted=$check ;;
	valgrind) wanted="$demo libc6-dbg valgrind" ;;
	*)
		echo "usage: $0 demo|check|valgrind" >&2
		exit 2
		;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "not a Debian system, so these are taken to be installed:" $wanted >&2
	exit 0
fi

missing=
for package in $wanted; do
	status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) || status=
	[ "$status" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "neither root nor sudo; ask an administrator to run" >&2
		echo "	apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	root=sudo
fi

# Runs apt-get without questions, waiting for another one to finish.
apt()
{
	$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=300 "$@"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install --no-install-recommends $missing; } \
	>"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
