#!/bin/sh
# Installs the Debian packages that a goal of the Makefile needs, and does
# nothing (in a few milliseconds) when all of them are there.
#
# usage: test/deps.sh demo|check|matrix|html-check|valgrind|deb|packages|wheel|site|applications
#
# PG_MAJOR chooses the PostgreSQL release that is tested (default 15), and PGTAP the
# package of pgTAP, if it has another name than that of the release.
set -eu

major=${PG_MAJOR:-15}
demo='gcc libc6-dev libpcre2-dev libsqlite3-dev libssl-dev libzstd-dev sqlite3'
matrix="$demo jq libcmocka-dev libmicrohttpd-dev libncurses-dev libpq-dev locales make perl postgresql-$major
	postgresql-server-dev-$major ${PGTAP-postgresql-$major-pgtap}
	libtap-parser-sourcehandler-pgtap-perl python3"
check="$matrix clang libclang-rt-dev zlib1g-dev"
# tests that need one of these are skipped without it
wishes=

case ${1-} in
	demo) wanted=$demo ;;
	check)
		wanted=$check
		wishes="clang-format-14 check-postgres curl mkdocs pgbouncer libpg-query-dev libxml2-utils openssl prometheus prometheus-node-exporter
			pgbackrest postgresql-$major-partman prometheus-postgres-exporter prometheus-sql-exporter python3-pymdownx python3-pyte
			rclone sqlcipher sqlite3-tools"
		;;
	matrix)
		wanted=$matrix
		wishes="clang libpg-query-dev postgresql-$major-partman sqlcipher"
		;;
	html-check) wanted="$check chromium npm python3-websocket" ;;
	valgrind) wanted="$demo libc6-dbg valgrind" ;;
	deb)
		wanted="debhelper dpkg-dev fakeroot gcc libmicrohttpd-dev libncurses-dev libpcre2-dev libpg-query-dev libpq-dev
			libsqlite3-dev libssl-dev libzstd-dev lintian postgresql-server-dev-all"
		;;
	packages) wanted="debootstrap python3-build python3-pip python3-setuptools python3-wheel zip" ;;
	wheel) wanted='binutils python3-build python3-setuptools python3-wheel' ;;
	applications)
		wanted="$check golang-go golang-github-mattn-go-sqlite3-dev python3-django python3-fastapi python3-flask
			python3-httpx python3-psycopg2 python3-sqlalchemy ruby-activerecord ruby-sqlite3"
		;;
	site) wanted='mkdocs perl python3-pymdownx' ;;
	*)
		echo "usage: $0 demo|check|matrix|html-check|valgrind|deb|packages|wheel|site|applications" >&2
		exit 2
		;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "not a Debian system, so these are taken to be installed:" $wanted >&2
	exit 0
fi

# Those of some packages that are not installed, each after a blank.
missing_of()
{
	for package in "$@"; do
		status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) || status=
		[ "$status" = 'install ok installed' ] || printf ' %s' "$package"
	done
}

missing=$(missing_of $wanted)
wishes=$(missing_of $wishes)
[ -n "$missing$wishes" ] || exit 0

echo "installing:$missing$wishes"
root=
if [ "$(id -u)" -ne 0 ]; then
	if [ -z "$missing" ] && ! command -v sudo >/dev/null; then
		exit 0
	elif ! command -v sudo >/dev/null; then
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
apt update >"$log" 2>&1 || true
if [ -n "$missing" ] && ! apt install --no-install-recommends $missing \
	>>"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
if [ -n "$wishes" ] && ! apt install --no-install-recommends $wishes \
	>>"$log" 2>&1; then
	echo "could not install$wishes; tests that need it are skipped" >&2
fi
