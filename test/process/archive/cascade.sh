#!/bin/bash
# A dry run of a policy that deletes with cascade counts the rows of other tables that
# the run then deletes: over several levels and ways, with keys of several columns.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# with -bail, the shell of 3.53 ends after SQL of -cmd
sqlite_shell=(sqlite3 -batch -list -separator ' '
	-cmd '.load ./sqlite_ext/dbcare' -cmd 'pragma foreign_keys = on')

start_server server
for engine in postgresql sqlite; do
	call=call
	[ "$engine" = postgresql ] || call=select
	"${engine}_new" shop
	"$engine" shop >"$tmp/made" <<-'END'
		create table top (id integer primary key, at date, up integer references top (id) on delete cascade);
		create table mid (a integer, b integer, top_id integer references top (id) on delete cascade,
		    other_id integer references top (id) on delete cascade, primary key (a, b));
		create table low (id integer primary key, a integer, b integer, c integer,
		    foreign key (a, b) references mid (a, b) on delete cascade);
		create table "Far out" (id integer primary key, low_id integer references low (id) on delete cascade,
		    top_id integer references top (id) on delete cascade);
		create table loose (id integer primary key, low_id integer references low (id) on delete set null);
		create table firm (id integer primary key, low_id integer references low (id));
		insert into top values (1, '2020-01-01', null), (2, '2020-01-01', null), (3, '2020-01-01', null), (4, '2999-01-01', null), (5, '2020-01-01', null),
		    (6, '2020-01-01', 5), (7, '2020-01-01', null);
		insert into mid values (1, 1, 1, null), (1, 2, 1, 2), (2, 1, null, 2), (2, 2, 4, 1), (3, 1, 3, null), (3, 2, 4, null), (4, 1, 7, null);
		insert into low values (1, 1, 1, 0), (2, 1, 1, 0), (3, 1, 2, 0), (4, 2, 1, 0), (5, 3, 1, 0), (6, 3, 2, 0), (7, 1, null, 0), (8, 4, 1, 0);
		insert into "Far out" values (1, 1, null), (2, 3, 1), (3, null, 2), (4, 4, 4), (5, 6, 1), (6, 6, null), (7, 5, null);
		insert into loose values (1, 1), (2, 6);
		insert into firm values (1, 5);
		select dbarchive_hold('low', 8, 'case') is not null;
		select dbarchive_policy('top', '{"timestamp_column": "at", "delete_after_days": 1, "cascade": true}') is not null;
	END
	# "table rows" of each table
	rows()
	{
		"$engine" shop <<-'END'
			select 'far', count(*) from "Far out" union all select 'low', count(*) from low union all select 'mid', count(*) from mid
			union all select 'top', count(*) from top order by 1;
		END
	}
	rows >"$tmp/before"
	dry=$("$engine" shop <<<"$call dbarchive_apply('{\"dry_run\": true}');")
	like "$("$engine" shop <<<"$call dbarchive_apply();")" '"rows": 3, "error": null' "$engine: a run"
	rows >"$tmp/after"
	is "$(grep -oE '"(public\.)?\\?"?[A-Za-z ]+\\?""?: [0-9]+' <<<"${dry#*children}" | sed -E 's/[^a-zA-Z0-9: ]//g; s/public//; s/Far out/far/; s/://' | sort | grep -E '^(far|low|mid) ')" \
		"$(join "$tmp/before" "$tmp/after" | awk '$1 != "top" { print $1, $2 - $3 }')" "$engine: ... deletes the children that the dry run has counted"
	is "$(join "$tmp/before" "$tmp/after")" $'far 7 2\nlow 8 4\nmid 7 3\ntop 7 4' "$engine: ... on all levels"
	is "$("$engine" shop <<<'select id from top order by id')" $'3\n4\n5\n7' "$engine: ... but rows stay that are held, or have others below them that stay"
done
finish
