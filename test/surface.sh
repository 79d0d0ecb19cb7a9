#!/bin/bash
# Compares the objects that dbcare adds to each engine with the committed lists
# expected/surface_*.txt, so that no change goes unnoticed, and checks that no name
# of an argument or a column needs quotes.  Prints TAP.
#
# usage: test/surface.sh [--accept]
#
# The PostgreSQL server is the one the environment names.
set -eu
cd "$(dirname "$0")/.."

accept=${1-}
database=dbcare_surface
out=build/check
mkdir -p "$out"
export PGOPTIONS='-c client_min_messages=warning'

# name(arguments) -> result, volatility and whether everybody may call it.
on_postgresql()
{
	psql -qX -d postgres -v ON_ERROR_STOP=1 \
		-c "drop database if exists $database" -c "create database $database"
	psql -qX -v ON_ERROR_STOP=1 -d $database -c 'create extension dbcare'
	psql -qAtX -v ON_ERROR_STOP=1 -d $database <<-'END'
		select format(E'%s(%s)\n    -> %s\n    %s, %s, %s',
		    p.proname,
		    pg_catalog.pg_get_function_arguments(p.oid),
		    coalesce(pg_catalog.pg_get_function_result(p.oid), 'procedure'),
		    case p.provolatile when 'i' then 'immutable' when 's' then 'stable'
		        else 'volatile' end,
		    case p.proparallel when 's' then 'parallel safe'
		        when 'r' then 'parallel restricted' else 'parallel unsafe' end,
		    case when pg_catalog.has_function_privilege('public', p.oid,
		        'execute') then 'for everybody' else 'by grant' end)
		from pg_catalog.pg_proc p
		where exists (select from pg_catalog.pg_depend d
		    join pg_catalog.pg_extension e on e.oid = d.refobjid
		    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
		    and d.objid = p.oid and d.deptype = 'e'
		    and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		    and e.extname = 'dbcare')
		order by p.proname collate "C",
		    pg_catalog.pg_get_function_identity_arguments(p.oid) collate "C";
		select format('%s %s', d.classid::pg_catalog.regclass,
		    pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))
		from pg_catalog.pg_depend d
		join pg_catalog.pg_extension e on e.oid = d.refobjid
		where d.deptype = 'e' and e.extname = 'dbcare'
		and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass
		order by 1;
	END
}

# Scalars by number of arguments, -1 for the refusals of row functions, then row
# functions with their columns; (x) is a hidden column, that is an argument.  The
# modules of scalars refuse every use.
on_sqlite()
{
	sqlite3 -batch -list :memory: <<-'END'
		create temp table before as
		    select name from pragma_function_list union all
		    select name from pragma_module_list;
		.load ./sqlite_ext/dbcare
		select name || '/' || narg ||
		    iif(flags & 0x800, ', deterministic', '') ||
		    iif(flags & 0x80000, ', direct only', '') ||
		    iif(flags & 0x200000, ', innocuous', '')
		from pragma_function_list where name not in (select name from before)
		order by name, narg;
		select m.name || ' -> ' || (select group_concat(iif(x.hidden,
		    '(' || x.name || ')', x.name || ' ' || x.type), ', ')
		    from pragma_table_xinfo(m.name) x)
		from pragma_module_list m
		where m.name not in (select name from before) and m.name not glob 'pragma_*'
		    and m.name not in (select name from pragma_function_list where narg >= 0)
		order by m.name;
	END
}

# "function name" for every argument and column that the condition holds for.
argument_names()
{
	psql -qAtX -F ' ' -v ON_ERROR_STOP=1 -d $database <<-END
		select p.oid::pg_catalog.regprocedure, a.name
		from pg_catalog.pg_proc p
		join pg_catalog.unnest(p.proargnames) as a(name) on true
		where p.proname ~ '^db[a-z]+_'
		group by 1, 2
		having $1
		order by 1, 2;
	END
}

# Names of arguments and columns that PostgreSQL or SQLite has reserved.
reserved_names()
{
	local name

	argument_names "a.name in (select word from pg_catalog.pg_get_keywords()
		where catcode in ('R', 'T'))"
	for name in $(argument_names true | sed 's/.* //' | sort -u); do
		sqlite3 -batch :memory: "create table t(a, $name); select $name from t;
			select 1 as $name;" >/dev/null 2>&1 ||
			echo "$name is reserved in SQLite"
	done
}

# Prints a test result: passed if the text is empty.
report()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' <<<"$2"
		failed=1
	fi
}

number=0
failed=0
echo '1..4'
for engine in postgresql sqlite; do
	"on_$engine" >"$out/surface_$engine.txt"
	if [ "$accept" = --accept ]; then
		cp "$out/surface_$engine.txt" expected/
	fi
	report "surface on $engine" "$(diff -u "expected/surface_$engine.txt" \
		"$out/surface_$engine.txt" 2>&1)"
done
report 'no name is a reserved word' "$(reserved_names)"
report 'no name is used twice in a function' "$(argument_names 'count(*) > 1')"
psql -qX -d postgres -c "drop database $database"
exit $failed
