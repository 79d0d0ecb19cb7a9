#!/bin/bash
# Names that need quotes, of tables, columns and indexes in migrations and in
# what the health checks find, and of whatever dbcare is told: both engines take
# and give them back as they are, and every fix_sql runs as printed.  On
# PostgreSQL the extension and the tables have schemas of such names, and the
# search_path hides public.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# The last two are 63 bytes long, as long as PostgreSQL has them.
# shellcheck disable=SC2016
names=('Order Details' 'a"b' "it's" select 'таблица' 'ПРОПИСНЫЕ' Mixed 1st '$1' :name
	'100%s' 'back\slash' 'a.b' 'semi;colon' '--' '{object}' '{.ledger}' ' space '
	"$(printf 'n%.0s' {1..63})" "$(printf 'я%.0s' {1..31})1")

# Where the engine of the moment keeps the tables.
declare -A space=([postgresql]='"my ""tables""".' [sqlite]="")

# As an identifier, as a string, and as a string in JSON.
identifier()
{
	printf '"%s"' "${1//\"/\"\"}"
}
literal()
{
	printf "'%s'" "${1//\'/\'\'}"
}
json()
{
	local text=${1//\\/\\\\}

	text=${text//\"/\\\"}
	printf '"%s"' "${text//$'\t'/\\t}"
}

# The name of something that belongs to another name: a letter more, or instead.
derived()
{
	local name=$1

	[ "$(printf %s "$name" | wc -c)" -lt 63 ] || name=${name%?}
	identifier "$name$2"
}

# Makes the database anew; on PostgreSQL with schemas of such names, which its
# sessions have in their path instead of public.
new_database()
{
	if [ "$engine" = sqlite ]; then
		sqlite_new names
		return
	fi
	postgresql postgres <<-'END'
		drop database if exists names;
		create database names;
	END
	postgresql names <<-'END'
		create schema "my ""tables""";
		create schema "my ""care""";
		create extension dbcare schema "my ""care""";
		alter database names set search_path = "my ""tables""", "my ""care""";
	END
}

# ---- arguments ----

words=("${names[@]}" '🐘' '")' "');" '{"key": "value"}' 'https://x.example/?a=b&c=%20#d')

# Gives dbcare each word wherever it takes one: first a migration of that name
# is applied, then one fails for want of a relation of that name.
tell()
{
	local word number=0 text

	for word in "${words[@]}"; do
		number=$((number + 1))
		text=$(json "$word")
		cat <<-END
			select dbcare_set('actor', $(literal "$word"));
			select dbmigrate_add($(literal "$number $word"), $(literal "$word"),
			    'select 1', 'select 2', $(literal "{\"description\": $text}"));
			select dbmigrate_add('z', 'failing', $(literal "select * from $(identifier "$word")"));
			select dbmigrate_apply(null, $(literal "{\"on_error\": \"report\",
			    \"ticket\": $text, \"git_sha\": $text, \"app_version\": $text}"));
		END
	done
}

# ---- what dbcare finds ----

# The migrations: a table that refers to itself without an index, with two
# indexes that are alike, and a table without a key.
add_tables()
{
	local name version=0 table keyless column

	for name in "${names[@]}"; do
		version=$((version + 1))
		table=${space[$engine]}$(identifier "$name")
		keyless=${space[$engine]}$(derived "$name" k)
		column=$(identifier "$name")
		cat <<-END
			select dbmigrate_add('$version', $(literal "$name"),
			    $(literal "create table $table ($column integer not null primary key,
				    \"order\" integer references $table ($column));
				create index $(derived "$name" i) on $table ($column, \"order\");
				create index $(derived "$name" j) on $table ($column, \"order\");
				create table $keyless ($column integer)"),
			    $(literal "drop table $table; drop table $keyless"));
		END
	done
	echo 'select dbmigrate_apply();'
}

# What no migration does: a row without parent and, on PostgreSQL, a constraint,
# a sequence and an index with something wrong.
spoil()
{
	local name table

	for name in "${names[@]}"; do
		table=${space[$engine]}$(identifier "$name")
		if [ "$engine" = sqlite ]; then
			echo "insert into $table values (1, 99);"
			continue
		fi
		cat <<-END
			alter table $table disable trigger all;
			insert into $table values (1, 99);
			alter table $table add constraint $(derived "$name" c) check ("order" > 0) not valid;
			create sequence ${space[$engine]}$(derived "$name" s) as smallint start 32000;
			select nextval($(literal "${space[$engine]}$(derived "$name" s)"));
			create index $(derived "$name" x) on $table (abs("order"));
		END
	done
	[ "$engine" = sqlite ] || cat <<-'END'
		update pg_index set indisvalid = false from pg_class as c
		where c.oid = indexrelid and relname ~ 'x$' and relnamespace = '"my ""tables"""'::regnamespace;
	END
}

# The checks that find something in that.
declare -A checks=(
	[sqlite]='duplicate_indexes missing_fk_index missing_primary_key orphaned_rows'
	[postgresql]='constraints_not_validated disabled_ri_triggers duplicate_indexes
		invalid_indexes missing_fk_index missing_primary_key orphaned_rows sequence_exhaustion')

# findings COLUMNS [MORE]: what they find, with more conditions or an order.
findings()
{
	local list

	# shellcheck disable=SC2086
	list=$(printf '"%s", ' ${checks[$engine]})
	"$engine" names <<<"select $1 from dbhealth_checks('{\"level\": \"full\", \"checks\": [${list%, }]}')
		where severity in ('info', 'warning', 'critical') ${2-};"
}

start_server server
for engine in sqlite postgresql; do
	new_database
	tell | "$engine" names >"$tmp/told" || true
	is "$("$engine" names <<<"select name from dbmigrate_status() where state = 'applied';")" \
		"$(printf '%s\n' "${words[@]}")" "$engine: each word can be the name of a migration"
	is "$("$engine" names <<-'END'
		select count(*) from dbmigrate_history() where event = 'apply'
		    and replace(version, ' ' || name, '') <> version and actor = name
		    and ticket = name and git_sha = name and app_version = name;
		select count(*) from dbmigrate_history() where event = 'failure'
		    and replace(error, actor, '') <> error;
	END
	)" "$(printf '%s\n' ${#words[@]} ${#words[@]})" \
		"$engine: ... and version, actor, ticket, and so on; errors name it"

	new_database
	bare=$("$engine" names <<<'select dbmigrate_fingerprint();')
	add_tables | "$engine" names >"$tmp/added" || true
	is "$("$engine" names <<<"select name from dbmigrate_status() where state = 'applied';")" \
		"$(printf '%s\n' "${names[@]}")" "$engine: migrations make tables of each name"
	spoil | "$engine" names >"$tmp/spoiled"
	is "$("$engine" names <<<'select count(distinct table_name) from dbhealth_tables();')" \
		$((2 * ${#names[@]})) "$engine: all of them are listed"
	is "$(findings 'check_id, count(distinct object)' 'group by check_id order by check_id')" \
		"$(tr -s ' \t' '\n' <<<"${checks[$engine]}" | sed "s/$/ ${#names[@]}/")" \
		"$engine: each check finds each of them"

	# what a finding is about is written as SQL has it
	findings "'select count(*) from ' || object || ';'" \
		"and check_id in ('missing_primary_key', 'missing_fk_index', 'orphaned_rows')" >"$tmp/objects"
	is "$("$engine" names <"$tmp/objects" | sort | uniq -c)" "$(printf '%7d %s\n' \
		${#names[@]} 0 $((2 * ${#names[@]})) 1)" "$engine: the objects it names are there"
	is "$(findings 'count(*)' "and check_id = 'missing_primary_key' and message = object ||
		' has no primary key and no unique key of columns that are NOT NULL'")" \
		"${#names[@]}" "$engine: messages have the names as they are"

	# that of a row without parent moves the row to quarantine
	findings fix_sql "and check_id = 'orphaned_rows'" | "$engine" names >"$tmp/orphans" || true
	is "$(grep -c '"1 row repaired"' "$tmp/orphans")" ${#names[@]} \
		"$engine: fix_sql repairs each row without parent"
	for name in "${names[@]}"; do
		echo "update ${space[$engine]}$(identifier "$name") set \"order\" = 1;"
	done | "$engine" names
	findings fix_sql "and fix_sql is not null" >"$tmp/fix.sql"
	is "$("$engine" names <"$tmp/fix.sql")" '' "$engine: every fix_sql runs as printed"
	is "$(findings 'check_id, count(distinct object)' 'group by check_id')" \
		"missing_primary_key ${#names[@]}" "$engine: ... and leaves only what has none"

	"$engine" names <<<"select dbmigrate_rollback('0');" >"$tmp/rolled" || true
	[ "$engine" = sqlite ] || for name in "${names[@]}"; do
		echo "drop sequence ${space[$engine]}$(derived "$name" s);"
	done | postgresql names
	is "$("$engine" names <<<'select dbmigrate_fingerprint();')" "$bare" "$engine: rollback undoes all migrations"
done
finish
