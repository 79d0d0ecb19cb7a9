#!/bin/bash
# Builds the Debian packages, the zip for PGXN, the archive with install.sh, the npm packages
# and the wheel, and tries each on a Debian that has nothing else: the steps of a newcomer
# on both engines, the scripts and schedules of sql/dba, the CI examples.  Prints TAP.  Takes minutes, needs
# root, debootstrap and the network.
#
# usage: test/packages.sh [ROOT]
#
# ROOT is a new Debian, bookworm made by debootstrap unless it is there; it is copied,
# and stays as it is.  There are packages for each PostgreSQL that it has; the last one
# is tried.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

base=$(realpath -m "${1:-build/bookworm}")
work=$PWD/build/packages
version=$(sed -n 's/^	"version": "\(.*\)",/\1/p' META.json)
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
	skip 'packages on a clean Debian' 'needs root and debootstrap'
	finish
fi

# inside ROOT COMMAND: a shell in a copy; processes that it leaves end with it.
inside()
{
	unshare --mount --pid --fork --kill-child chroot "$work/$1" /bin/bash -c \
		"mount -t proc proc /proc; export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
		DEBIAN_FRONTEND=noninteractive; cd; $2" </dev/null 2>&1
}

# typed ROOT COMMAND [WAIT ANSWER ...]: the same on a pseudo terminal, with what is
# typed there.
typed()
{
	test/process/cli/on_terminal.py 100 "${@:3}" -- unshare --mount --pid --fork --kill-child \
		chroot "$work/$1" /bin/bash -c "mount -t proc proc /proc; export PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		LC_ALL=C.UTF-8 HOME=/root; cd; $2" 2>&1
}

# passes NAME ROOT COMMAND: whether a command inside succeeds; its last lines if not.
passes()
{
	local status=0

	inside "$2" "set -e; $3" >"$work/log" || status=$?
	cat "$work/log" >>"$work/$2.log"
	result "$status" "$1" "$(tail -n 15 "$work/log")"
}

# clean_root NAME: a new copy.  No service starts by itself.
clean_root()
{
	rm -rf "${work:?}/$1"
	cp -a "$base" "$work/$1"
	printf '#!/bin/sh\nexit 101\n' >"$work/$1/usr/sbin/policy-rc.d"
	chmod 755 "$work/$1/usr/sbin/policy-rc.d"
	cp /etc/resolv.conf "$work/$1/etc/resolv.conf"
	# packages that other copies have fetched
	mkdir -p "$work/archives"
	echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >"$work/$1/etc/apt/apt.conf.d/99keep"
	cp -l "$work/archives"/*.deb "$work/$1/var/cache/apt/archives/" 2>/dev/null || true
	inside "$1" 'apt-get -q update' >>"$work/$1.log"
}
keep_archives() { cp -ln "$work/$1"/var/cache/apt/archives/*.deb "$work/archives/" 2>/dev/null || true; }

install='apt-get -q -y install'
mkdir -p "$work"
rm -f "$work"/*.log
[ -d "$base/usr" ] || debootstrap --variant=minbase bookworm "$base" >"$work/debootstrap.log"

# ---- built from nothing ----

clean_root build
rm -rf "$work/build/root/source"
mkdir -p "$work/build/root/source"
{ git ls-files -co --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f -print; } |
	xargs -d '\n' cp --parents -t "$work/build/root/source"
passes 'the Debian packages are built with what debian/control names' build "
	$install --no-install-recommends build-essential
	cd source; apt-get -q -y build-dep --no-install-recommends ./
	export DEB_PG_SUPPORTED_VERSIONS=installed
	pg_buildext updatecontrol
	dpkg-buildpackage -us -uc -b -j2"
keep_archives build
mapfile -t majors < <(inside build 'cd source; DEB_PG_SUPPORTED_VERSIONS=installed pg_buildext supported-versions | sort -n')
major=${majors[-1]}
rm -rf "$work/debs"
mkdir "$work/debs"
find "$work/build/root" -maxdepth 1 -name '*.deb' -exec cp -t "$work/debs" {} +
is "$(cd "$work/debs" && ls | grep -v dbgsym | sed 's/_.*//' | sort)" \
	"$(printf '%s\n' dbcare "${majors[@]/#/postgresql-}" sqlite3-dbcare | sed -E 's/^postgresql-[0-9]+$/&-dbcare/')" \
	"the packages, for PostgreSQL ${majors[*]}"

# As PGXN does it.  The zip has what the sources have, for there may be no git.
if git rev-parse HEAD >/dev/null 2>&1; then
	make -s dist
	cp "build/dist/dbcare-$version.zip" "$work/build/root/"
	passes 'the zip is installed by the client of PGXN' build "
		$install --no-install-recommends pgxnclient
		pgxn install --nosudo --pg_config /usr/lib/postgresql/$major/bin/pg_config ./dbcare-$version.zip
		test -f /usr/share/postgresql/$major/extension/dbcare.control
		test -f /usr/lib/postgresql/$major/lib/dbcare.so"
else
	skip 'the zip for PGXN' 'not a checkout of git'
fi

# ---- a newcomer ----

clean_root try
mkdir -p "$work/try/srv/packages"
cp "$work/debs"/*.deb "$work/try/srv/packages/"
chmod 755 "$work/try/srv/packages"

# newcomer URL USER: setup, a first migration, a first report.
newcomer()
{
	echo "mkdir -p /srv/$2; chown $2 /srv/$2; cd /srv/$2
		cat >first.sh <<-'EOF'
			set -e
			export DATABASE_URL=$1
			dbcare setup --quick
			file=\$(dbcare new add_customers)
			cat >\"\${file##* }\" <<-'SQL'
				-- migrate:up
				create table customer (id bigint primary key, name text not null);
				-- migrate:down
				drop table customer;
			SQL
			dbcare lint
			dbcare test
			dbcare migrate
			dbcare status | grep -q applied
			dbcare health || [ \$? -eq 1 ]
		EOF
		setpriv --reuid=$2 --regid=$2 --clear-groups bash first.sh"
}

began=$SECONDS
passes 'SQLite: install, setup, first migration, first report' try "
	$install sqlite3 /srv/packages/{dbcare,sqlite3-dbcare}_*.deb
	$(newcomer sqlite:shop.db nobody | sed 's/--regid=nobody/--regid=nogroup/')"
like "$(typed try 'mkdir /srv/guided; cd /srv/guided; dbcare setup && dbcare settings environment' \
	'[app.db]' 'shop.db\n' '.env?' 'y\n' 'Environment' 'testing\n' 'db/migrations?' 'y\n')" \
	'connection +ok.*Health: .*dbcare new NAME.*testing.*exit 0' 'SQLite: setup with answers that are typed'
like "$((SECONDS - began))" '^([12]?[0-9]?[0-9])$' "SQLite: under five minutes ($((SECONDS - began)) s)"
passes 'SQLite: the extension is found by the shell' try \
	"cd /srv/nobody; sqlite3 -cmd '.load /usr/lib/sqlite3/dbcare' shop.db 'select dbcare_version()' | grep -Fx $version"
passes 'SQLite: the scripts for DBAs' try \
	'cd /srv/nobody; for script in daily before_deployment after_deployment weekly_report; do
		setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/share/dbcare/dba/run.sh $script shop.db; done'
keep_archives try

began=$SECONDS
passes 'PostgreSQL: install, setup, first migration, first report' try "
	$install postgresql-$major /srv/packages/postgresql-$major-dbcare_*.deb
	pg_ctlcluster $major main start
	setpriv --reuid=postgres --clear-groups createdb shop
	$(newcomer postgresql:///shop postgres)
	pg_ctlcluster $major main stop"
like "$(typed try "pg_ctlcluster $major main start
	setpriv --reuid=postgres --clear-groups createdb guided
	mkdir /srv/guided_server; chown postgres /srv/guided_server; cd /srv/guided_server
	setpriv --reuid=postgres --clear-groups bash -c 'dbcare setup && dbcare settings environment; echo code \$?; dbcare -q monitor stop'
	pg_ctlcluster $major main stop" \
	'[app.db]' 'postgresql:///guided\n' '.env?' 'y\n' 'extension dbcare?' 'y\n' 'Environment' 'testing\n' \
	'db/migrations?' 'y\n' 'monitoring?' 'y\n' 'daily backup' '03:30\n')" \
	'connection +ok.*no daily backup yet.*Health: .*dbcare new NAME.*testing.*code 0.*exit 0' 'PostgreSQL: setup with answers that are typed'
like "$((SECONDS - began))" '^([12]?[0-9]?[0-9])$' "PostgreSQL: under five minutes ($((SECONDS - began)) s)"
keep_archives try

# ---- what belongs to the packages ----

passes 'the manual page, completions, examples and documents are there' try "
	zcat /usr/share/man/man1/dbcare.1.gz | grep -q dbcare
	test -s /usr/share/bash-completion/completions/dbcare
	test -s /usr/share/zsh/vendor-completions/_dbcare
	test -s /usr/share/fish/vendor_completions.d/dbcare.fish
	test -x /usr/share/dbcare/dba/run.sh
	test -s /usr/share/dbcare/dba/ci/github.yml"
for package in dbcare "postgresql-$major-dbcare" sqlite3-dbcare; do
	is "$(inside try "for file in \$(dpkg -L $package); do
		[ ! -f \$file ] || ! head -c 4 \$file | grep -q ELF || ldd \$file; done" | grep 'not found' || true)" \
		'' "$package: what its files need is installed"
done

# ---- CI examples ----

# steps_of FILE: the commands of an example.
steps_of() { sed -nE "s/^(\t*sh '| *- run: | *- )((apt-get|git|pg_ctlcluster|setpriv|createdb|dbcare) .*[^'])'?$/\2/p" "$1"; }

for file in sql/dba/ci/*; do
	is "$(steps_of "$file" | sed 's/^dbcare lint.*/dbcare lint/')" \
		"$(steps_of sql/dba/ci/github.yml | sed 's/^dbcare lint.*/dbcare lint/')" "$(basename "$file") has the same steps"
done
clean_root ci
mkdir -p "$work/ci/root/packages" "$work/ci/root/db/migrations"
cp "$work/debs"/*.deb "$work/ci/root/packages/"
chmod 755 "$work/ci/root"
in_ci() { git -C "$work/ci/root" -c user.name=tests -c user.email=tests@localhost "$@"; }
in_ci init -qb main
in_ci commit -qm base --allow-empty
in_ci checkout -qb change
cp "$work/try"/srv/postgres/db/migrations/*.sql "$work/ci/root/db/migrations/"
in_ci add db
in_ci commit -qm change
passes 'the CI example, from nothing' ci "export DATABASE_URL=postgresql:///throwaway BASE=main CHANGE=change
	$(steps_of sql/dba/ci/github.yml | sed "s/\b15\b/$major/g")
	pg_ctlcluster $major main stop"

# ---- schedules ----

# cron and pg_cron start jobs every minute.
sed -E 's/^[0-9]+ [0-9]+ \* \* [0-9*]+/* * * * */; s#/srv/shop.db#/srv/nobody/shop.db#; s/www-data/nobody/; /weekly/d' \
	sql/dba/schedule/cron >"$work/try/srv/cron"
sed -E "s/'[0-9]+ [0-9]+ \* \* \*'/'* * * * *'/" sql/dba/schedule/pg_cron.sql >"$work/try/srv/pg_cron.sql"
cat >"$work/try/srv/schedules.sh" <<'EOF'
set -e
sql() { setpriv --reuid=postgres --clear-groups psql -qAtX "$@"; }
# daily runs that have come to their end: PostgreSQL, SQLite
runs()
{
	local events="select count(*) from dbcare_events() where function_name = 'dbhealth_optimize'"

	echo "$(PGOPTIONS='-c search_path=care' sql -d shop -c "$events") $(sqlite3 -cmd '.load /usr/lib/sqlite3/dbcare' /srv/nobody/shop.db "$events")"
}
cat >>/etc/postgresql/$major/main/postgresql.conf <<-'CONF'
	shared_preload_libraries = 'pg_cron'
	cron.host = '/var/run/postgresql'
	dbcare.backup_roots = '/var/lib/postgresql/backups'
CONF
setpriv --reuid=postgres --clear-groups mkdir -p /var/lib/postgresql/backups
pg_ctlcluster "$major" main start
sql -d shop -c "select care.dbcare_set('backup_directory', '/var/lib/postgresql/backups')"
sql -d postgres -c 'create extension pg_cron'
sql -d postgres -f - </srv/pg_cron.sql
until=$((SECONDS + 140))
until [ $SECONDS -ge $until ]; do
	sleep 1 # cron has one run in a minute
	ended=$(sql -d postgres -c "select count(distinct jobid) from cron.job_run_details where status = 'succeeded'")
	[ "$ended" -lt 4 ] || break
done
# both at the same minute would be in each other's way
sql -d postgres -c 'select count(cron.unschedule(jobid)) from cron.job'
before=$(runs)
install -m 644 /srv/cron /etc/cron.d/dbcare
cron
until=$((SECONDS + 140))
until [ $SECONDS -ge $until ]; do
	sleep 1 # cron has one run in a minute
	after=$(runs)
	[ "${after%% *}" = "${before%% *}" ] || [ "${after#* }" = "${before#* }" ] || break
done
sql -d postgres -c 'select jobid, status, return_message from cron.job_run_details order by 1'
echo "runs before: $before, after: $after; jobs of pg_cron: $ended"
pg_ctlcluster "$major" main stop -m fast
[ "$ended" -ge 4 ] && [ "${after%% *}" != "${before%% *}" ] && [ "${after#* }" != "${before#* }" ]
EOF
passes 'cron and pg_cron run the examples of schedules' try "$install --no-install-recommends cron postgresql-$major-cron
	major=$major bash /srv/schedules.sh"

# ---- removal ----

passes 'the packages are removed without a rest' try "
	apt-get -q -y purge dbcare postgresql-$major-dbcare sqlite3-dbcare
	! find /etc /usr /var/lib -name '*dbcare*' -not -path '/etc/cron.d/*' | grep ."

# ---- without packages ----

make -s tarball wheel >"$work/files.log"
clean_root bare
cp build/tarball/*.tar.gz build/wheel/*.whl "$work/bare/srv/"
passes 'the archive: install.sh, setup, first migration, first report' bare "
	tar -xf /srv/dbcare-*.tar.gz
	dbcare-*/install.sh
	PATH=/usr/local/bin:\$PATH
	$(newcomer sqlite:shop.db nobody | sed 's/--regid=nobody/--regid=nogroup/')"
like "$(inside bare "mv dbcare-* /srv; setpriv --reuid=nobody --regid=nogroup --clear-groups /srv/dbcare-*/install.sh; echo code \$?")" \
	'/usr/local: no right to write there.*code 1' 'a user without rights is told where to install'
is "$(inside bare '/srv/dbcare-*/install.sh --remove >/dev/null; find /usr/local -type f')" '' 'install.sh --remove leaves nothing'
passes 'the wheel is loaded by the Python of Debian' bare "
	$install --no-install-recommends python3 python3-pip
	pip install -q --no-index \$(python3 -c 'import sys; print(\"--break-system-packages\" if sys.version_info >= (3, 11) else \"\")') /srv/*.whl
	python3 -c 'import dbcare, sqlite3; db = sqlite3.connect(\":memory:\"); dbcare.load(db); print(db.execute(\"select dbcare_version()\").fetchone()[0])' | grep -Fx $version"
keep_archives bare

# ---- Node.js and Python ----

# tests_of NAME SCRIPT ...: those of a script, as tests of this one.
tests_of()
{
	while read -r line; do
		[[ $line != 'not ok'* ]] || failed=1
		number=$((number + 1))
		sed -E "s/^((not )?ok) [0-9]+ -/\1 $number - $1:/" <<<"$line"
	done < <("${@:2}" | grep -E '^(not )?ok')
}
if command -v npm >/dev/null; then
	make -s npm >"$work/npm.log"
	tests_of npm test/npm.sh ${NODE_MODULES-}
else
	skip 'the npm packages' 'npm is not installed'
fi
tests_of wheel test/wheel.sh
[ -n "${KEEP-}" ] || rm -rf "$work"/{build,try,ci,bare}
finish
