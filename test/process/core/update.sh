#!/bin/bash
# ALTER EXTENSION UPDATE with a script that gen makes from two install scripts.  The
# older one is made up: the current one with random changes.  After the update the
# catalog must be that of a new extension.
#
# usage: test/process/core/update.sh [STATES [SEED]]
. "$(dirname "$0")/../../lib.sh"

states=${1:-5}
seed=${2:-1}
current=$(sed -n "s/^default_version = '\(.*\)'/\1/p" pg_ext/dbcare.control)
script=pg_ext/dbcare--$current.sql

# older_state SEED: an install script that differs in a third of the routines.
older_state()
{
	perl -e '
		srand shift;
		local $/;
		my ($head, @routines) = split /\n\n(?=create )/, <STDIN>;
		chomp $routines[-1];
		print $head;
		for (@routines) {
			my $change = int rand 24;
			# new in the current version
			next if $change == 0 && !/capture|record_change|dbcare_install|dbmigrate_status/;
			# the last argument is new
			if ($change == 1) {
				my $type = qr/[^,()]+/;
				s/,\n\t\w+ $type default null\)\nreturns/)\nreturns/
					and s/(comment on function \w+\(.*), $type\) is/$1) is/
					and s/(revoke all on routine \w+\(.*), $type\) from/$1) from/;
			}
			# the last column is new, or has another type
			s/,\n\t\w+ [\w ]+\)\nlanguage/)\nlanguage/ if $change == 2 && /returns table/;
			s/\n\t(\w+) \w+\)\nlanguage/\n\t$1 json)\nlanguage/ if $change == 3 && /returns table/;
			# an argument or a column has another name
			s/\(\n\t\w+ /(\n\tunknown / if $change == 4;
			s/ volatile / stable /, s/ immutable / volatile / if $change == 5;
			s/\trevoke.*// if $change == 6;
			s/\nrevoke all .*// if $change == 7;
			s/(comment on (.*) is\n.*)/$1\nrevoke all on $2 from public;/ if $change == 8 && !/revoke all/;
			s/ is\n\t\x27.*/ is\n\t\x27It\x27\x27s older.\x27;/ if $change == 9;
			print "\n\n$_";
			# no longer there
			if ($change == 10) {
				s/\bdb(\w+)(?=\()/db$1_before/g;
				print "\n\n$_";
			}
		}
		print "\n"' "$1" <"$script"
}

# The routines of the extension with all that CREATE gives them.
catalog_sql="
	select p.oid::regprocedure, p.prokind, p.proretset, p.prorettype::regtype, p.proallargtypes::regtype[],
		p.proargmodes, p.proargnames, p.pronargdefaults, p.provolatile, p.proparallel, p.proisstrict, p.prosecdef,
		p.probin, p.prosrc, (select array_agg(a::text order by a::text)
			from unnest(coalesce(p.proacl, acldefault('f', p.proowner))) as a),
		obj_description(p.oid, 'pg_proc')
	from pg_depend as d join pg_proc as p on p.oid = d.objid and d.classid = 'pg_proc'::regclass
	where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
		and d.refobjid = (select oid from pg_extension where extname = 'dbcare')
	order by p.oid::regprocedure::text collate \"C\""

# store VERSION: the script of stdin as the install script of a version, and the
# script that updates from it, are where the server finds them.
store()
{
	local from=$tmp/server/root$extensions/dbcare--$1.sql

	cat >"$from"
	build/gen upgrade-sql "$from" "$script" >"${from%.sql}--$current.sql"
}

# older DATABASE VERSION: a database with the extension of a version.
older()
{
	dropdb --if-exists "$1"
	createdb "$1"
	postgresql "$1" <<<"create extension dbcare version '$2'"
}

extensions=$(${PG_CONFIG:-pg_config} --sharedir)/extension
OWN_INSTALLATION=1 start_server server
psql -qX -d postgres -c 'create role watcher login'
postgresql_new fresh
postgresql fresh <<<"$catalog_sql" >"$tmp/fresh"

# ---- random states ----

for ((state = seed; state < seed + states; state++)); do
	older_state "$state" | store "0.0.$state"
	older old "0.0.$state"
	like "$(postgresql old <<<"$catalog_sql" | diff "$tmp/fresh" - | grep -c '^[<>]')" '^[1-9][0-9]+$' \
		"state $state: the older extension differs"
	# the new library with the older declarations
	read_all postgresql | sed '/^\\echo/d' >"$tmp/calls"
	is "$(psql -qAtX -d old -f "$tmp/calls" 2>&1 >"$tmp/made" |
		grep -E 'server closed|connection|PANIC|FATAL' || true)" '' "state $state: calls between the new library and the update are safe"
	is "$(postgresql old <<<'alter extension dbcare update')" '' "state $state: update"
	is "$(postgresql old <<<"$catalog_sql" | diff "$tmp/fresh" -)" '' "state $state: the catalog is that of a new extension"
done

# ---- privileges and views ----

# has a routine without a change, one with a change in place, and one without its last column
perl -0pe "s/(comment on function dbhealth_score\(.*\n\t').*/\$1Older.';/;
	s/,\n\tduration_ms [^\n]*(?=\nlanguage[^\n]*\nas 'MODULE_PATHNAME', 'dbmonitor_queries')//;
	s/(create function dbhealth_size\(\)\nreturns table \(\n\tpart text),\n\tbytes bigint\)/\$1)/" "$script" | store 0.0
older old 0.0
postgresql old <<-'END'
	grant execute on function dbhealth_score(jsonb), dbcare_set(text, "any") to watcher;
	grant execute on function dbhealth_size() to watcher with grant option;
	revoke execute on function dbhealth_size() from public;
END
is "$(PGOPTIONS='' postgresql old <<<'alter extension dbcare update' | sed '/^LOCATION/d; s/^CONTEXT.*//; /^$/d')" \
	"WARNING:  privileges on dbhealth_size() must be revoked again
DETAIL:  Its arguments or columns have changed, so it was created anew.
HINT:  REVOKE EXECUTE ON function dbhealth_size() FROM PUBLIC;
WARNING:  privileges on dbhealth_size() must be granted again
DETAIL:  Its arguments or columns have changed, so it was created anew.
HINT:  GRANT EXECUTE ON function dbhealth_size() TO watcher;" 'privileges of routines that are created anew are named'
is "$(postgresql old <<-'END'
	select has_function_privilege('watcher', 'dbhealth_score(jsonb)', 'execute'),
		has_function_privilege('watcher', 'dbcare_set(text, "any")', 'execute');
END
)" 't t' 'the other privileges stay'
is "$(pg_dump -d old | grep -c 'TO watcher')" 2 'and are part of a dump'

# operators of others, which fit better than those of pg_catalog, and default privileges
older old 0.0
postgresql old <<-'END'
	set client_min_messages = error;
	create function trap(oid, regclass) returns boolean language plpgsql as $$begin raise exception 'trapped'; end$$;
	create function trap(oid, regprocedure) returns boolean language plpgsql as $$begin raise exception 'trapped'; end$$;
	create function trap(oid, integer) returns boolean language plpgsql as $$begin raise exception 'trapped'; end$$;
	create operator = (leftarg = oid, rightarg = regclass, function = trap);
	create operator = (leftarg = oid, rightarg = regprocedure, function = trap);
	create operator = (leftarg = oid, rightarg = integer, function = trap);
	grant execute on function dbhealth_size() to watcher;
	alter default privileges grant execute on functions to watcher;
	alter extension dbcare update;
END
is "$(postgresql old <<<"select extversion, has_function_privilege('watcher', 'dbcare_grant(text, text, jsonb)', 'execute'),
	(select proacl from pg_proc where proname = 'dbhealth_size') from pg_extension where extname = 'dbcare'")" \
	"$current f {=X/postgres,postgres=X/postgres}" 'an update runs no operator of others, and gives nobody new routines'

older old 0.0
postgresql old <<<'create view sizes as select * from dbhealth_size(); create view score as select dbhealth_score() as n'
like "$(postgresql old <<<'alter extension dbcare update')" \
	'cannot drop function dbhealth_size\(\) because other objects depend on it.*view sizes depends' \
	'a view of a routine that must be created anew stops the update'
is "$(postgresql old <<<"select extversion from pg_extension where extname = 'dbcare'; drop view sizes;
	alter extension dbcare update; select n between 0 and 100 from score")" "$(printf '%s\n' 0.0 t)" \
	'nothing has changed; without that view it succeeds, and a view of another routine stays'

# ---- what gen refuses ----

like "$(build/gen upgrade-sql test/calls.def "$script" 2>&1 || true)" 'gen: .*no routine' 'gen refuses what is no install script'
like "$(build/gen upgrade-sql none.sql "$script" 2>&1 || true)" 'gen: cannot read none.sql' 'gen refuses a missing file'
finish
