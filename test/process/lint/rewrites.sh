#!/bin/bash
# What dbmigrate_lint suggests runs as it is, ends where the statement it is for
# would have ended, and has no finding of its own.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

postgresql_new rewrites
postgresql rewrites <<'END' >/dev/null
select dbcare_set('lint_large_table_mb', 0.01);
create table parents (id bigint primary key);
create table "Order Lines" (id bigint primary key, "Parent" bigint, note text, amount integer);
create table parts (id bigint, day date) partition by range (day);
create table lists (id bigint, kind text) partition by list (kind);
create table part (id bigint, day date);
create table list (id bigint, kind text);
insert into parents select i from generate_series(1, 1000) i;
insert into "Order Lines" select i, i, 'note ' || i, i from generate_series(1, 1000) i;
insert into part select i, '2025-01-01' from generate_series(1, 1000) i;
insert into list select i, 'it''s' from generate_series(1, 1000) i;
create materialized view totals as select id, count(note) as total from "Order Lines" group by id;
create unique index totals_id on totals (id);
create index on "Order Lines" ("Parent");
create table parts_old partition of parts for values from ('2024-01-01') to ('2025-01-01');
insert into parts select i, '2024-02-01' from generate_series(1, 1000) i;
analyze;
END

# rewrite RULE SQL: what the rule suggests, which is an error here.
rewrite()
{
	postgresql rewrites <<<"select suggestion from dbmigrate_lint(\$lint\$$2\$lint\$)
		where rule = '$1' and severity = 'error'"
}

# Each migration of a rewrite, ended by a line with a dot.
migrations()
{
	awk 'NR > 1 && /^-- (migration|a separate migration)/ { print "." } { print }
		END { print "." }' <<<"$1"
}

# follows RULE SQL QUERY [NOTE]: the rewrite runs, each of its migrations passes
# the lint, the query gives true afterwards, and PostgreSQL notes that it had no
# rows to read.  Whatever builds a key may fail on rows that are there, and a
# column that is replaced is dropped in the end.
follows()
{
	local sql migration='' line said='' notes=''

	sql=$(rewrite "$1" "$2")
	while IFS= read -r line; do
		if [ "$line" != . ]; then
			migration+=$line$'\n'
			continue
		fi
		said+=$(postgresql rewrites <<<"select rule, severity, message
			from dbmigrate_lint(\$lint\$$migration\$lint\$, '{\"transactional\": false}')
			where severity <> 'info' and rule not in
				('lock-timeout-missing', 'unique-on-existing', 'drop-column')")
		notes+=$(PGOPTIONS='-c client_min_messages=debug1' \
			postgresql rewrites <<<"$migration" || true)
		migration=
	done < <(migrations "$sql")
	is "$said$(grep -E '^(ERROR|psql)' <<<"$notes")$(postgresql rewrites <<<"$3")" \
		t "$1: ${2%%$'\n'*}"
	[ -z "${4-}" ] || like "$notes" "$4" "$1: no row is read for it"
}

follows index-not-concurrent 'create index lines_note on "Order Lines" (note)' \
	"select indisvalid from pg_index where indexrelid = 'lines_note'::regclass"
follows reindex-not-concurrent 'reindex table "Order Lines"' 'select true'
follows unique-constraint-direct \
	'alter table "Order Lines" add constraint "Notes" unique (note, id)' \
	"select contype = 'u' and conkey = '{3,1}' from pg_constraint where conname = 'Notes'"
follows unique-constraint-direct 'alter table part add primary key (id)' \
	"select contype = 'p' from pg_constraint where conname = 'part_pkey'"
follows fk-not-valid 'alter table "Order Lines" add constraint lines_parent
	foreign key ("Parent") references parents' \
	"select convalidated from pg_constraint where conname = 'lines_parent'"
follows fk-not-valid 'alter table "Order Lines" add foreign key (id) references parents' \
	"select convalidated from pg_constraint where conname = 'Order Lines_id_fkey'"
follows check-not-valid 'alter table "Order Lines" add check (amount > 0)' \
	"select convalidated from pg_constraint where conname = 'Order Lines_amount_check'"
follows set-not-null 'alter table "Order Lines" alter column "Parent" set not null' \
	"select attnotnull and not exists (select from pg_constraint where contype = 'c' and conname like '%not_null')
		from pg_attribute where attrelid = '\"Order Lines\"'::regclass and attname = 'Parent'" \
	'sufficient to prove'
follows partition-attach "alter table parts attach partition part
	for values from ('2025-01-01') to ('2026-01-01')" \
	"select relispartition from pg_class where relname = 'part'" 'implied by existing'
follows partition-attach "alter table lists attach partition list for values in ('it''s', 'b')" \
	"select relispartition from pg_class where relname = 'list'" 'implied by existing'
follows add-column-volatile-default \
	'alter table "Order Lines" add column mark text not null default gen_random_uuid()::text' \
	"select count(distinct mark) = 1000 from \"Order Lines\""
follows change-type 'alter table "Order Lines" alter column amount type bigint' \
	"select atttypid = 'int8'::regtype and
			(select array_agg(amount order by id) from \"Order Lines\") =
			(select array_agg(i) from generate_series(1::bigint, 1000) i)
		from pg_attribute where attrelid = '\"Order Lines\"'::regclass and attname = 'amount'"
follows matview-refresh 'refresh materialized view totals' 'select true'

finish
