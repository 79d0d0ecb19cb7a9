#!/bin/bash
# dbcare lint --dialect, without a database: the findings are those of the extension in an
# empty database.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Without servers in the environment: nothing is connected to.
lint()
{
	env -u DATABASE_URL -u PGHOST -u PGPORT build/dbcare lint "$@" 2>&1
}

if [[ $(lint --dialect postgresql /dev/null) = *'built without'* ]]; then
	echo "1..0 # SKIP the command was built without PostgreSQL's parser"
	exit
fi

files=0
defaults=0
columns=()
postgresql_new empty
# no time zone is known without a database
postgresql empty <<<"alter database empty set timezone = 'Europe/Berlin'"
mkdir "$tmp/set" "$tmp/each"

# the differences of the findings in a database and without one; only there the size of a table
# is unknown
compare()
{
	set -- --ignore lock-timeout-missing --json "$@"
	diff <(build/dbcare lint --db "$(at postgresql empty)" "$@" 2>&1 | jq -c '.[]?') \
		<(lint --dialect postgresql "$@" | jq -c '.[]?')
}

# ---- every kind of statement ----

# those of another test, with what they need, but for what only the server refuses, and for a
# table whose size it knows
not_here='pg_class|with ties|set a[.]b|varchar[(]0|numeric[(]5000'
statements=test/pgtap/lint/statements.sql
{
	sed -n '/^create schema ls/,/^create schema store/p' $statements | grep -v '^set local'
	sed '1,/\$list\$/d; /\$list\$/,$d; s/$/;/' $statements | grep -vE "$not_here"
} >"$tmp/set/1_all.sql"
is "$(compare "$tmp/set/1_all.sql")" '' 'every kind of statement, as one script'
while IFS= read -r statement; do
	printf '%s\n' "$statement" >"$tmp/each/$((++files + 1000))_one.sql"
done <"$tmp/set/1_all.sql"
is "$(compare --dir "$tmp/each")" '' 'every kind of statement, each in a migration'

# ---- types, defaults and names ----

{
	echo "create table made (id bigint primary key);"
	for type in smallint int serial bigint real 'double precision' 'numeric(8,2)' 'numeric(10,2)' 'numeric(10,3)' numeric \
		'varchar(10)' 'varchar(20)' varchar text 'char(4)' 'char(8)' bpchar 'bit(3)' 'bit varying(3)' 'bit varying(8)' \
		'time(2)' 'time with time zone' timestamp 'timestamp(3)' 'timestamp(6)' timestamptz 'timestamptz(3)' date \
		interval 'interval(2)' 'interval year to month' 'interval day to second (3)' json jsonb uuid xml cidr inet oid regclass \
		'int[]' 'varchar(10)[]' 'varchar(20)[]' 'numeric(8,2)[]' boolean '"char"' name money bytea tsvector int4range int4multirange \
		own store.own 'public.own(1)' 'pg_catalog.int4' 'own[]'; do
		columns+=("$type")
		echo "alter table made add column c${#columns[@]} $type;"
		echo "alter table big add column c${#columns[@]} $type;"
	done
	for ((i = 1; i <= ${#columns[@]}; i++)); do
		echo "alter table made alter column c$i type ${columns[(i * 7 + 3) % ${#columns[@]}]};"
		echo "alter table big alter column c$i type ${columns[(i * 5 + 1) % ${#columns[@]}]};"
	done
	for value in 1 "'a'" 'now()' 'random()' 'gen_random_uuid()' 'pg_catalog.clock_timestamp()' 'lower('\''A'\'')' \
		'own()' 'store.lower(1)' 'coalesce(now(), clock_timestamp())' current_timestamp "nextval('s')" 'array[1, random()]' \
		"to_tsvector('a') -- note" "/* note */ now() /* and */ + interval '1 day' not null" '(1) check (1 > 0)'; do
		echo "alter table big add column d$((++defaults)) text default $value"
		echo ";"
	done
} >"$tmp/types.sql"
is "$(compare "$tmp/types.sql")" '' 'types, changes of types, and defaults'
# a change of type is judged where the table is not made by the same script
{
	echo 'create table kept (id int);'
	for ((i = 0; i < ${#columns[@]}; i++)); do
		echo "alter table kept add column c$i ${columns[i]};"
	done
} >"$tmp/each/2000_kept.sql"
for ((i = 0; i < ${#columns[@]}; i++)); do
	for step in 1 2 3 4 8 9; do
		echo "alter table kept alter column c$i type ${columns[(i + step) % ${#columns[@]}]};"
	done
done >"$tmp/each/2001_change.sql"
is "$(compare --dir "$tmp/each" --start-after 2000)" '' 'a type that a later migration changes'

cat >"$tmp/names.sql" <<'END'
create index on big (lower(name), (a || b), (a::text), (case when a then b end), coalesce(a, b));
create index on big (lower(name), (a || b), (a::text), (case when a then b end), coalesce(a, b));
create index on a_table_with_a_name_that_is_quite_long_enough_to_be_cut (a_column_with_a_name_that_is_long_as_well);
drop index big_lower_expr_a_case_coalesce_idx;
drop index big_lower_expr_a_case_coalesce_idx1;
drop index a_table_with_a_name_that_is_qu_a_column_with_a_name_that_is_lo_idx;
create index on "Größe des größten Übels in der größten aller Höhlen" ("ä" ) ;
alter table "Order Lines" add constraint "Check It" check ("Total" > 0 and note is not null);
alter table "user" alter column "Group" set not null;
set search_path = public, store;
create table made (id bigint primary key);
alter table public.made add column a int default random();
set lock_timeout to '2s';
set statement_timeout = 5000;
set search_path to "Own Schema", pg_catalog;
select set_config('search_path', '', false);
reset all;
insert into big select * from other;
with gone as (delete from big returning *) insert into big_old select * from gone;
create subscription s connection 'x' publication p;
END
is "$(compare "$tmp/names.sql")" '' 'names, settings and queries'

# ---- what differs ----

cat >"$tmp/wrong.sql" <<'END'
create table made (id bigint primary key);
create tabel other (id int);
alter table made add colum a int;
alter table big add column b int default random();
select 'unterminated
END
like "$(lint --dialect postgresql "$tmp/wrong.sql")" 'refused.*unterminated quoted string' \
	'a script that cannot be split is refused'
sed -i '$d' "$tmp/wrong.sql"
is "$(lint --dialect postgresql --json "$tmp/wrong.sql" | jq -r '.[] | "\(.line) \(.rule)"')" '2 not-parsed
3 not-parsed
4 add-column-volatile-default
4 lock-timeout-missing' 'a statement that is not parsed is named, and the others are analysed'
like "$(lint --dialect postgresql "$tmp/wrong.sql")" 'CREATE TABEL is not parsed: syntax error at or near "tabel"' \
	'the error is that of the parser'
is "$(printf 'set search_path = app;\ncreate table made (id bigint);\nalter table app.made add column a int default random();' |
	lint --dialect postgresql -)" 'no findings' 'a schema of search_path is taken to exist'

# limits OBJECT SQL: whether a table counts as large.
limits()
{
	like "$(lint --dialect postgresql - <<<"$2")" "warning: lock-timeout-missing.*if $1 is locked" "$1 counts as large"
}
limits big 'alter table big add column a int;'
limits '"Big"' 'create table made (id bigint primary key); alter table made add column b int; drop view "Big";'
is "$(lint --dialect postgresql - <<<"set lock_timeout = '1s'; alter table big add column a int;")" 'no findings' 'a limit is set'
is "$(lint --dialect postgresql - <<<'create table made (id bigint); alter table made add column b int;')" 'no findings' \
	'a table of the same script is empty'
printf 'create table kept (id bigint primary key);' >"$tmp/set/2_kept.sql"
printf 'alter table kept add column a int;' >"$tmp/set/3_change.sql"
is "$(lint --dialect postgresql --json --dir "$tmp/set" --start-after 1 | jq -r '.[] | "\(.file | sub(".*/"; "")) \(.rule)"')" \
	'3_change.sql lock-timeout-missing' 'a table of an earlier migration has grown'
is "$(lint --dialect postgresql --csv "$tmp/set")" "$(lint --dialect postgresql --csv --dir "$tmp/set")" \
	'a folder can stand in the place of a file'
like "$(lint --dialect postgresql "$tmp/set" "$tmp/wrong.sql")" 'one folder is looked at, or files' 'a folder beside a file'

# ---- depth ----

deep()
{
	printf '%s' "$1"
	printf "$2%.0s" $(seq "$4")
	printf '%s' "$3"
}
for script in "$(deep 'select ' '(' '1' 20000)" "$(deep 'select 1' ' + 1' '' 50000)" "$(deep 'select 1' ' union select 1' '' 20000)" \
	"$(deep 'alter table big add check (' 'not ' 'a)' 50000)"; do
	code=0
	printf '%s' "$script" | build/dbcare lint --dialect postgresql - >/dev/null 2>&1 || code=$?
	is "$((code <= 1))" 1 "deep: ${script:0:30}"
done

# ---- the command ----

is "$(lint --dialect postgresql --json - <"$tmp/wrong.sql" | jq -r '.[2] | "\(.file) \(.line) \(.rule)"')" \
	'- 4 add-column-volatile-default' 'an editor gets positions from standard input'
# a name with a version and marks is a migration of a tool
printf -- '-- migrate:up\nalter table big add column a int default random();\n-- migrate:down\nselect 1;\n' >"$tmp/mate.sql"
is "$(lint --dialect postgresql --json --stdin-filepath db/migrations/20260101_mate.sql - <"$tmp/mate.sql" |
	jq -r '.[0] | "\(.file) \(.line) \(.rule)"')" 'db/migrations/20260101_mate.sql 2 add-column-volatile-default' \
	'an editor names the migration that it passes'
like "$(cd "$tmp" && env -i HOME="$tmp" "$OLDPWD/build/dbcare" lint set 2>&1)" 'no database was given.*--dialect postgresql' \
	'the dialect is hinted at'
like "$(lint --dialect mysql "$tmp/wrong.sql")" 'no such dialect.*mysql.*--dialect is postgresql or sqlite' 'another dialect'
like "$(lint --dialect postgresql --db x.db "$tmp/wrong.sql")" '--dialect does not go with a database' 'a database beside a dialect'
like "$(lint --dialect postgresql --new)" '--dialect does not go with a database' '--new beside a dialect'
like "$(lint --dialect postgresql -o unknown=1 "$tmp/wrong.sql")" 'option "unknown"' 'an option that does not exist'
sqlite_new file
echo 'create table made (id integer primary key); alter table other drop column a; drop table made; vacuum;' >"$tmp/lite.sql"
is "$(lint --dialect sqlite --json "$tmp/lite.sql")" "$(build/dbcare lint --db "$tmp/file.db" --json "$tmp/lite.sql")" \
	'the dialect of SQLite'
is "$(lint --dialect sqlite "$tmp/lite.sql" >/dev/null; ls ./*memory* 2>/dev/null)" '' 'SQLite makes no file'

finish
