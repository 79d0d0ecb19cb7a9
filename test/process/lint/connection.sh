#!/bin/bash
# Lint over a connection, to a database without the extension: the findings, and the locks
# of plans, are those of the extension in a database with the same tables.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

if [[ $(build/dbcare lint --dialect postgresql /dev/null 2>&1) = *'built without'* ]]; then
	echo "1..0 # SKIP the command was built without PostgreSQL's parser"
	exit
fi

start_server server
postgresql_new extended
psql -qd postgres -c 'create database plain'
mkdir "$tmp/each" "$tmp/plan"
statements=test/pgtap/lint/statements.sql
locks=test/process/lint/locks.sh
# the tables of two other tests, and what these have not
{
	sed -n '/^\tcreate table setting/,/^\tcreate publication/p' $locks
	cat <<-'END'
		create schema ls;
		set search_path = ls, public;
	END
	sed -n '/^create table customers/,/^create statistics/p' $statements | grep -vE '^create (domain|type|function)'
	cat <<-'END'
		create domain name_ as varchar(20);
		create domain short_ as name_;
		create domain checked as short_ check (value <> '');
		create type pair as (a int, b int);
		create collation ours from "C";
		create function ls.fixed(int) returns int language sql immutable as 'select 1';
		create function ls.loose(int, int default 1) returns int language sql as 'select 1';
		create function ls.now() returns timestamptz language sql as 'select clock_timestamp()';
		create table typed_ (id bigint primary key, n name_, s short_, c checked, v varchar(10), t text, m public.mood, p pair,
			a varchar(10)[], k int, net cidr, at timestamptz, "Odd Name" int, collated text collate "C", ours text collate ours,
			constraint both_there check (k is not null and (t is not null) and v <> 'x'), check (m is null), unique (v, t),
			constraint odd check ("Odd Name" is not null), exclude using gist (net inet_ops with &&));
		create index on typed_ (lower(t));
		create index on typed_ (v) include (t);
		create index on typed_ (n);
		create index on typed_ (k) where at is not null;
		create index on typed_ using hash (m);
		create index on typed_ (collated, ours);
		create table grown (id int primary key, note text);
		insert into grown select g, repeat('x', 500) from generate_series(1, 30000) as g;
		create table fresh (id int primary key, note text);
		create table store.parent (id int, at date not null, check (id > 0)) partition by range (at, (id + 1));
		create table store.part partition of store.parent for values from ('2024-01-01', 0) to ('2025-01-01', 0);
		create table store.loner (id int, at date not null check (at >= '2025-01-01'));
		vacuum analyze;
		-- whose wrapper cannot be analysed
		create foreign data wrapper w;
		create server far foreign data wrapper w;
		create foreign table store.away partition of store.parent for values from ('2026-01-01', 0) to ('2027-01-01', 0) server far;
	END
} >"$tmp/tables.sql"
for database in extended plain; do
	psql -qXd "$database" -f "$tmp/tables.sql" >>"$tmp/made" 2>&1
	psql -qXd postgres -c "alter database $database set search_path = ls, public"
done
is "$(grep ERROR "$tmp/made")" '' 'the tables are made'

count=0
while IFS= read -r statement; do
	printf '%s;\n' "$statement" >"$tmp/each/$((++count + 1000))_one.sql"
done < <(
	sed '1,/\$list\$/d; /\$list\$/,$d' $statements | grep -vE 'pg_class|with ties|set a[.]b|varchar[(]0|numeric[(]5000'
	sed -n "/^done <<-'END_STATEMENTS'/,/^\tEND_STATEMENTS/p" $locks | grep -vE 'END_STATEMENTS|^finish|^.\[1[678]\]' | sed 's/^\t//'
	for column in n s c v t m p a k net at collated ours; do
		for type in text 'varchar(5)' 'varchar(10)' 'varchar(30)' name_ short_ checked 'public.mood' pair 'varchar(20)[]' int bigint \
			inet timestamp nothere 'text collate "C"' 'text collate ours' 'text collate public.x' 'nothere.t'; do
			echo "alter table typed_ alter column $column type $type"
		done
		echo "alter table typed_ alter column $column set not null"
		echo "alter table typed_ drop column $column cascade"
		echo "create index on typed_ ($column)"
	done
	for value in 'fixed(1)' 'loose(1)' 'loose(1, 2)' 'ls.loose(1, 2, 3)' 'now()' 'ls.now()' 'now(123)' 'nothere(1)' 'lower(1)' \
		'nothere.f()' 'a.b.c()' "concat('a', 1, 2)" 'pg_catalog.random()'; do
		echo "alter table grown add column d text default $value"
	done
	echo 'alter table typed_ alter column "Odd Name" set not null'
	for table in grown fresh ls.grown store.goods public.orders nothere; do
		echo "alter table $table add column added int"
		echo "create index on $table (id)"
		echo "truncate $table cascade"
		echo "drop table $table cascade"
		echo "alter table $table set tablespace pg_default"
		echo "vacuum full $table"
	done
	cat <<-'END'
		alter table store.parent attach partition store.loner for values from ('2025-01-01', 0) to ('2026-01-01', 0)
		alter table store.parent alter column id set not null
		drop schema store cascade
		drop domain name_ cascade
		drop type pair cascade
		drop function fixed cascade
		drop extension plpgsql cascade
		alter domain name_ add check (value <> 'x')
		set search_path = store, nothere; alter table goods add column a int; create table made (id int)
		set search_path = nothere; alter table grown add column a int default random()
		set timezone = 'UTC'; alter table typed_ alter column at type timestamp
		set timezone = 'Europe/Berlin'; alter table typed_ alter column at type timestamp
	END
)

# The differences between what two databases answer to a verb; which of several tables comes
# first is left open.
compare()
{
	diff <(build/dbcare "$1" --db "$(at postgresql extended)" "${@:2}" 2>&1 | jq -c '.[]?' | sort) \
		<(build/dbcare "$1" --db "$(at postgresql plain)" "${@:2}" 2>&1 | jq -c '.[]?' | sort)
}

is "$(compare lint --json "$tmp"/each/*.sql)" '' 'every kind of statement, each as a script'
cp "$tmp"/each/1[0-4]*.sql "$tmp/plan"
is "$(compare lint --json --dir "$tmp/plan")" '' 'every kind of statement, one after the other'
for file in "$tmp"/plan/*.sql; do
	grep -vE '^(begin|commit|rollback|abort|end|start|savepoint|release|prepare|copy)' "$file" >"$file.new" || true
	mv "$file.new" "$file"
done
is "$(compare plan --json --dir "$tmp/plan" | head -n 20)" '' 'the locks of plans'

# ---- sizes ----

# judges SQL: what lint says of it over the connection.
judges()
{
	build/dbcare lint --db "$(at postgresql plain)" - <<<"$1" 2>&1
}
psql -qXd plain -c 'create table unseen (id int)' -c 'alter table unseen set (autovacuum_enabled = off)'
like "$(judges 'create index on unseen (id);')" 'error: index-not-concurrent.*blocks writes to unseen' \
	'a table that no ANALYZE has seen, and no row, counts as large'
psql -qXd plain -c 'create table seen (id int)' -c 'analyze seen'
is "$(judges 'create index on seen (id);')" 'no findings' 'one that was empty when it was analysed is empty'
psql -qXd plain -c 'insert into unseen select generate_series(1, 2000000)'
like "$(judges 'create index on unseen (id);')" 'warning: .*unseen \([0-9.]+ MB\)' 'rows that no ANALYZE has seen are counted'

# ---- locks ----

psql -qXd plain >"$tmp/locked" <<-'END' &
	begin;
	lock table typed_, grown, store.parent;
	select 'locked';
	select pg_sleep(60);
END
locker=$!
until grep -q locked "$tmp/locked"; do sleep 0.1; done
like "$(PGOPTIONS='-c lock_timeout=1' judges 'alter table typed_ alter column v type text, alter column k set not null;
	alter table grown add check (id > 0); drop table store.parent cascade; drop domain name_ cascade;')" 'grown' \
	'nothing waits for a lock'
psql -qXd plain -c "select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'" >"$tmp/cancelled"
wait "$locker" || true

# ---- production ----

mkdir "$tmp/production"
printf 'create index on grown (note);' >"$tmp/production/1_index.sql"
for setting in 'environment production' 'lint_large_table_mb 1'; do
	# shellcheck disable=SC2086
	build/dbcare settings --db "$(at postgresql plain)" $setting >/dev/null
done
like "$(build/dbcare migrate --db "$(at postgresql plain)" --dir "$tmp/production" 2>&1)" 'index-not-concurrent' 'in production lint comes first'
finish
