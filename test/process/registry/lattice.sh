#!/bin/bash
# Other people's code runs with the rights of its owner or not at all: every place
# where an owner can put code (lattice.sql, lattice_uses.sql) times every function, with every option
# that it takes, called by a superuser, the owner of another table, and a role of
# each area, with the extension and over the connection.  A superuser who has taken the
# role of that owner (SET ROLE, ALTER DATABASE ... SET role) is one, too: each trap tries
# to leave the role that it runs as.  The list of functions and their arguments comes
# from the catalog, that of options from the error for an unknown one, so that a new
# function is in it by itself.  PostgreSQL alone, SQLite has no roles.  Prints TAP.
#
# usage: test/process/registry/lattice.sh [CALLS [CALLER ...]]
#
# CALLS is how many of the calls are tried for each caller, chosen by the seed
# (default 14; make soak: all), and a third of the repairs.  CALLER is a role, or LOGIN/ROLE, with wire: before it
# over the connection.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

areas='monitor migrate archive audit backup admin'
calls=${1-14}
shift $(($# > 0))
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- postgres postgres/evil app $areas wire:postgres wire:postgres/evil wire:app
sql=("${0%.sh}.sql" "${0%.sh}_uses.sql")

# as ROLE DATABASE: runs SQL as a role, which must work.
as()
{
	{
		echo 'set client_min_messages = error;'
		cat
	} | PGUSER=$1 postgresql "$2" >"$tmp/made" || {
		cat "$tmp/made"
		exit 1
	}
}

# Statements that make the places, as psql runs them in one session.
making()
{
	awk '
		/^-- place:/ { print "set session authorization evil;"; next }
		/^-- as superuser/ { print "reset session authorization;"; next }
		/^-- as evil/ { print "set session authorization evil;"; next }
		!/^--/
		END { print "reset session authorization;" }' "${sql[@]}"
}

# "PLACE STATEMENT" for the statement that springs the trap of each place.
springing()
{
	awk '/^-- place:/ { place = $3 } sub(/^-- springs: /, "") { print place, $0 }' "${sql[@]}"
}

# make_places DATABASE: the traps, and a table for each place.
make_places()
{
	as postgres "$1" <<-'END'
		create schema evil authorization evil;
		create schema app authorization app;
		grant usage, create on schema evil to app;
		grant usage, create on schema app to evil;
		grant usage on schema evil, app to plain;
		-- A session computes what indexes, bounds and keys are when it first uses a
		-- table, and remembers it: so each call is the first one.
		create schema forget;
		grant usage on schema forget to public;
		create function forget.relation(relation regclass) returns void
		language sql security definer set search_path = pg_catalog, pg_temp as $$
		    with part as (select relation as relid union select relid from pg_partition_tree(relation))
		    update pg_class set relpages = relpages
		    where oid in (select relid from part union all
		        select i.indexrelid from part join pg_index as i on i.indrelid = part.relid) $$;
	END
	as evil "$1" <<-'END'
		-- the role that code has after it has tried to leave its own
		create function evil.leave() returns name language plpgsql as $$
		begin
		    if session_user <> current_user then
		        perform set_config('role', 'none', true);
		    end if;
		    return current_user;
		exception when others then
		    return current_user;
		end $$;
		create function evil.spring(place text, answer boolean default true) returns boolean
		language plpgsql immutable as $$
		begin
		    raise warning 'trap of evil at % ran as %', place, evil.leave();
		    return answer;
		end $$;
		create function evil.number(place text, answer integer default 0) returns integer
		language plpgsql immutable as $$
		begin
		    raise warning 'trap of evil at % ran as %', place, evil.leave();
		    return answer;
		end $$;
		create function evil.number(place text, answer text) returns integer language sql immutable as
		    'select evil.number(place)';
		create function evil.fire() returns trigger language plpgsql as $$
		begin
		    raise warning 'trap of evil at % ran as %', tg_name, evil.leave();
		    return coalesce(new, old);
		end $$;
	END
	making | as postgres "$1"
	as postgres "$1" <<-END
		revoke create on schema evil from app;
		revoke create on schema app from evil;
		grant usage on schema evil, app to ${areas// /, };
		grant all on all tables in schema evil, app to ${areas// /, };
		grant select, insert, update, delete on all tables in schema evil, app to app;
	END
}

# The traps that ran since the last call, as "caller: role ran the trap at place,
# called by ...", each once.
sprung()
{
	tail -c "+$((seen + 1))" "$tmp/server/log" |
		sed -nE 's/^(.*)\|WARNING: +trap of evil at (\w+) ran as (\w+)( at character [0-9]+)?$/\3 ran the trap at \2: \1/p' |
		sort -u
}
seen=0
skip_log()
{
	seen=$(stat -c %s "$tmp/server/log")
}

# One call in a transaction that is rolled back: "tag <TAB> statement <TAB> kind".
run_calls()
{
	awk -F '\t' -v timeout="${1-10s}" '
		BEGIN { printf "set client_min_messages = error;\nset statement_timeout = \"%s\";\n", timeout }
		{
			tag = $1; gsub(/'\''/, "", tag)
			printf "set application_name = '\''%s'\'';\n", substr(tag, 1, 63)
			relation = tag; sub(/.* /, "", relation)
			if (relation != "-")
				printf "select forget.relation('\''%s'\'');\n", relation
			if ($3 == "p")
				print "call " $2 ";"
			else
				print "begin;\nselect count(*) from " $2 ";\nset constraints all immediate;\nrollback;"
		}'
}

calls_sql=${0%.sh}_calls.sql

# list_calls DATABASE: "tag <TAB> call <TAB> kind" of all, in the order of the seed.
list_calls()
{
	"${psql_shell[@]}" -d "$1" -v "seed=$seed" -f "$calls_sql"
}

start_server server log_min_messages=warning log_error_verbosity=terse "log_line_prefix='%a|'" \
	"shared_preload_libraries='pg_stat_statements'"
as postgres postgres <<-END
	create role evil login;
	create role app login;
	create role plain login;
	$(printf 'create role %s login; ' $areas)
END
postgresql_new places
make_places places
as postgres places <<-END
	create extension pg_stat_statements;
	select dbcare_install();
	$(printf "select dbcare_grant('%s', '%s'); " $(for area in $areas; do echo "$area $area evil $area"; done))
END

# The control: each trap works, and says who ran it.
skip_log
springing | while read -r place statement; do
	printf "set application_name = '%s';\nbegin;\n%s;\nset constraints all immediate;\nrollback;\n" \
		"$place" "$statement"
done | psql -qAtX -d places >"$tmp/control" 2>&1
is "$(comm -23 <(springing | cut -d ' ' -f 1 | sort -u) <(sprung | sed 's/.*: //' | sort -u))" '' 'each trap works'

list_calls places >"$tmp/calls"
like "$(wc -l <"$tmp/calls")" '^[0-9]{5,}$' 'thousands of calls'
[ -z "${DBCARE_WHOLE-}" ] || calls=$(wc -l <"$tmp/calls")

# Places in tables of app, whose code runs as app: app has put it there.  Area roles
# may write to all tables, and what they write is a statement of theirs, like
# INSERT and SELECT.
of_app='at (borrower|domain_check|domain_in_array|foreign_function|foreign_trigger|owned_heir|owned_part): .*'
statements='(dbops_\w+|dbsync_digest|dbarchive_(export_rows|delete|hold|release|restore)) '
escalations()
{
	sprung | grep -vE "^evil ran |^app ran the trap $of_app|^$1 ran .*: $statements" || true
}

# Rows that are deleted and changes that are logged, and one undone, wherever that is possible.
skip_log
"${psql_shell[@]}" -d places -c "
	select format('%I.%I', n.nspname, t.relname)
	from pg_class as t join pg_namespace as n on n.oid = t.relnamespace
	where n.nspname in ('evil', 'app') and t.relkind in ('r', 'p') order by 1" >"$tmp/tables"
while read -r table; do
	printf "set application_name = 'prepare %s';\n" "$table"
	for call in "dbaudit_enable('$table')" "dbarchive_enable('$table', '{\"mode\": \"trash\"}')" \
		"dbarchive_delete('$table', 1)" "dbarchive_hold('$table', 2, 'test')" \
		"dbcheck_rule_add('$table', '$table', 'id < 1')"; do
		printf "select forget.relation('%s');\nselect %s;\n" "$table" "$call"
	done
	printf "select forget.relation('%s');\nbegin;\nselect %s;\nrollback;\n" "$table" \
		"dbaudit_undo(max(id)) from dbaudit_log('{\"table\": \"$table\"}')"
done <"$tmp/tables" | psql -qAtX -d places >"$tmp/prepared" 2>&1
is "$(escalations nobody)" '' 'rows of all tables are deleted, held, logged and put back'

"${psql_shell[@]}" -d postgres -c 'create database bare'
make_places bare
# attack CALLER TITLE: calls from a file, as that caller.
attack()
{
	local caller=$1 role=${1#wire:}

	skip_log
	# shellcheck disable=SC2030
	run_calls <"$3" | (
		[ "$role" = "${role#*/}" ] || export PGOPTIONS="-c role=${role#*/}"
		case $caller in
			wire:*) build/wire/script "dbname=bare user=${role%/*}" ;;
			*) PGUSER=${role%/*} psql -qAtX -d places ;;
		esac
	) >"$tmp/answers" 2>&1
	# a superuser makes no statement without a switch of roles
	[ "${role%/*}" != postgres ] || role=nobody
	is "$(escalations "$role")" '' "$2, called by $caller"
}

head -n "$calls" "$tmp/calls" >"$tmp/tried"
# what reads most code over a connection is tried on more tables
{
	cat "$tmp/tried"
	grep '^dbcheck_constraints all ' "$tmp/calls" | one_of 3
} >"$tmp/tried.wire"
for caller in "$@"; do
	case $caller in
		wire:*) attack "$caller" 'every function' "$tmp/tried.wire" ;;
		*) attack "$caller" 'every function' "$tmp/tried" ;;
	esac
done

# Repairs change the places, so they come last.
PGOPTIONS='-c client_min_messages=error' "${psql_shell[@]}" -d places -c "
	select format(E'fix %1\$s -\tdbhealth_fix(%1\$L, ''{\"dry_run\": false, \"confirm\": \"places\"}'')\tp', check_id)
	from (select distinct check_id from dbhealth_checks('{\"level\": \"full\"}') where fix_sql is not null) as c
	order by 1" >"$tmp/repairs"
like "$(wc -l <"$tmp/repairs")" '^([5-9]|[0-9]{2})' 'the places need repairs'
one_of 3 <"$tmp/repairs" >"$tmp/tried"
for caller in wire:postgres/evil wire:postgres postgres/evil postgres wire:app admin; do
	attack "$caller" 'every repair' "$tmp/tried"
done
finish
