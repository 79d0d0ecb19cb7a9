#!/bin/bash
# Pages with bytes that were overwritten: what reads the rows of a table to check it
# does not read beyond them, so that no server process ends.  Prints TAP.
#
# usage: damaged_pages.sh [TABLES [SEED]]
#
# TABLES is the number of tables, each with other damage (default 100).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

tables=${1:-100}
seed=${2:-${DBCARE_SEED:-1}}

# few buffers, so that what lies beyond a page is soon beyond all of them
start_server server shared_buffers=1MB
postgresql_new damaged

# damage FIRST LAST: tables d<N> with the pages of table source, each with one to four
# other bytes, half of them among the line pointers; their TOAST tables likewise.  The LSN
# of a page stays: the server writes no page whose LSN is beyond the end of its WAL.
damage()
{
	postgresql damaged <<-END
		select setseed(($seed % 1000000 + $1) / 2000000.0) is not null;
		do \$\$
		declare
			pages bytea;
			place integer;
			kept oid;
			file text;
		begin
			for i in $1..$2 loop
				execute format('create table d%s (like source including storage including constraints)', i);
				foreach file in array array[pg_relation_filepath('d' || i),
					pg_relation_filepath((select reltoastrelid from pg_class where relname = 'd' || i))] loop
					pages := pg_read_binary_file(case when file = pg_relation_filepath('d' || i)
						then pg_relation_filepath('source')
						else pg_relation_filepath((select reltoastrelid from pg_class where relname = 'source')) end);
					for j in 0..floor(random() * 4) loop
						place := 8192 * floor(random() * (length(pages) / 8192)) +
							case when random() < 0.5 then 24 + floor(random() * 80) else 8 + floor(random() * 8184) end;
						pages := set_byte(pages, place, floor(random() * 256)::integer);
					end loop;
					kept := lo_from_bytea(0, pages);
					perform lo_export(kept, file), lo_unlink(kept);
				end loop;
			end loop;
		end \$\$;
	END
}

postgresql damaged <<-'END'
	create table source (id integer, name text, long text, amount numeric, c char(9), j json,
		check (id > 0), check (length(long) < 10000), check (length(name) < 100));
	alter table source alter long set storage external;
	insert into source select n, repeat('n', n % 90), case n % 9 when 0 then repeat('long ', 900) end,
		case n % 4 when 0 then null else n / 7.0 end, 'c' || n, json_build_object('n', n) from generate_series(1, 90) as n;
	checkpoint;
END
damage 1 "$tables" >"$tmp/damaged"
is "$(cat "$tmp/damaged")" t "$tables tables are damaged"
postgresql damaged <<<'create unique index on source (id)'
for call in 'dbcheck_integrity()' 'dbcheck_constraints()' "dbhealth_checks('{\"level\": \"full\"}')"; do
	like "$(postgresql damaged <<<"select count(*) from $call")" '^[0-9]+$' "${call%%(*}() reads them to the end"
done
like "$(postgresql damaged <<<'select distinct message from dbcheck_constraints() where violations is null')" \
	'row \([0-9]+,[0-9]+\) of table "d[0-9]+" cannot be read: its page is damaged' 'what cannot be read is unknown'
is "$(for ((i = 1; i <= tables; i += 4)); do
	postgresql damaged <<<"select (r ->> 'rows')::integer between 0 and 90 from dbcheck_salvage('d$i', 'saved_d$i') as r"
done | sort | uniq -c | sed 's/^ *//')" "$(((tables + 3) / 4)) t" 'dbcheck_salvage() saves what can be read'
is "$(grep -c 'was terminated by signal' "$tmp/server/log")" 0 'no server process ends'
finish
