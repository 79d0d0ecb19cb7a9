#!/bin/bash
# Installs the wheel that make wheel has made, and runs the examples of its README on a
# file.  Prints TAP.
#
# usage: test/wheel.sh
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

readme=$PWD/sqlite_ext/python/README.md
python=/usr/bin/python3
export PYTHONPATH=$tmp/site PYTHONDONTWRITEBYTECODE=1 PIP_ROOT_USER_ACTION=ignore

# example N: the Nth block of code in the README.
example()
{
	awk -v n="$1" '/^```python/ { code = ++i == n; next } /^```/ { code = 0 } code' "$readme"
}

is "$("$python" -m pip install -q --no-index --target "$tmp/site" build/wheel/dbcare-*.whl 2>&1)" '' 'pip installs the wheel'
is "$(sqlite3 :memory: ".load $("$python" -c 'import dbcare; print(dbcare.path())')" 'select dbcare_version()')" \
	"$(sed -n 's/^version = "\(.*\)"/\1/p' sqlite_ext/python/pyproject.toml)" 'path() is that of the library, of this version'
cd "$tmp"
sqlite3 app.db >"$tmp/made" <<-END
	.load site/dbcare/dbcare
	create table customer (id integer primary key, name text);
	insert into customer values (1, 'Ann');
	select dbaudit_enable('customer');
END
like "$(example 1 | "$python" - 2>&1)" 'Health: ' 'the example of sqlite3 prints a report'
is "$("$python" - 2>&1 <<-'END'
	import sqlite3, dbcare
	db = sqlite3.connect(":memory:")
	dbcare.load(db)
	try:
	    db.execute("select load_extension('x')")
	except sqlite3.OperationalError as error:
	    print(error)
END
)" 'not authorized' 'SQL of that connection loads no library'
for hook in 2:sqlalchemy:"[('bob', '{\"name\": \"Bob\"}')]" 3:django:"[('carol', '{\"name\": \"Carla\"}')]"; do
	module=${hook#*:}
	module=${module%%:*}
	if ! "$python" -c "import $module" 2>"$tmp/why"; then
		skip "the example of $module" "python3-$module is not installed"
		continue
	fi
	is "$(example "${hook%%:*}" | "$python" - 2>&1)" "${hook#*:*:}" "the example of $module names who made a change"
done
finish
