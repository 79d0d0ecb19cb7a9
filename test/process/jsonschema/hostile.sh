#!/bin/bash
# JSON Schema and what is made to break it: documents of 20 MB (make soak: 100 MB), a stack
# that is small, work that is cancelled.  Both engines take it in their stride, or say
# what is wrong.  And another encoding, and what a constraint means for who does
# not have dbcare.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new json
sqlite_new json
# the compression of PostgreSQL would take longer than all the rest
postgresql json <<<'create table kept (document jsonb);
	alter table kept alter document set storage external;'
sqlite json <<<'create table kept (document text);'

# SQL for a text, so many times over.
many()
{
	case $1 in
		postgresql) echo "repeat('$2', $3)" ;;
		sqlite) echo "replace(hex(zeroblob($3)), '00', '$2')" ;;
	esac
}

# keep ENGINE TEXT: puts the document that a SQL expression gives in the table.
keep()
{
	"$1" json <<<"delete from kept; insert into kept values (($2)$(
		[ "$1" = sqlite ] || echo ::jsonb));"
}

# checked ENGINE SCHEMA: whether the document in the table is valid, as 0 or 1.
checked()
{
	"$1" json <<<"select dbcheck_json(document, '$2') from kept;" |
		sed 's/^t$/1/; s/^f$/0/'
}

# ---- large documents ----

mb=20
[ -z "${DBCARE_WHOLE-}" ] || mb=100

string=$(printf 'x%.0s' {1..1000})
for engine in postgresql sqlite; do
	keep $engine "'[' || $(many $engine "\"$string\"," $((mb * 1000))) || '1]'"
	is "$(checked $engine '{"items": {"type": ["string", "integer"], "maxLength": 1000}, "maxItems": '$((mb * 1000 + 1))'}')" \
		1 "$engine: a document of $mb MB"
	is "$(checked $engine '{"items": {"type": "string"}}')" \
		0 "$engine: that is not valid in its last value"
	is "$("$engine" json <<<"select path, message from kept, dbcheck_json_errors(kept.document, '{\"items\": {\"type\": \"string\"}}');")" \
		"/$((mb * 1000)) is number, not string" "$engine: the errors of it"
	keep $engine "'\"' || $(many $engine 0123456789 $((mb * 100000))) || '\"'"
	is "$(checked $engine '{"pattern": "^[0-9]*$", "minLength": '$((mb * 1000000))'}')" \
		1 "$engine: a string of $mb MB and a pattern"
	keep $engine "'[' || $(many $engine '1,2,' $((mb * 5000))) || '3]'"
	is "$(checked $engine '{"uniqueItems": true}')" \
		0 "$engine: $((mb * 10000)) values that are not unique"
done

# SQLite alone has arrays as long
keep sqlite "'[' || $(many sqlite '1,2,' $((mb * 50000))) || '3]'"
is "$(checked sqlite '{"items": {"type": "integer", "maximum": 3}}')" \
	1 "sqlite: $((mb * 100000)) values"

# ---- little that could take much ----

# frugal COMMAND...: runs it with half a GB of memory and ten seconds.
frugal()
{
	(
		ulimit -v 500000 -t 10
		"$@"
	)
}

# members COUNT ORDER: SQL for an object with so many members in an order.
members()
{
	echo "(with recursive n (i) as (select 1 union all select i + 1 from n where i < $1)
		select json_group_object('key' || i, i) from (select i from n order by $2))"
}

keep sqlite "$(many sqlite '{"a":0,"a":' 500000) || 1 || $(many sqlite '}' 500000)"
is "$(frugal checked sqlite '{"properties": {"a": {"maxProperties": 1}}, "maxProperties": 1}')" \
	1 'sqlite: the same key twice, half a million times in each other'
keep sqlite "'[' || $(members 300000 i) || ',' || $(members 300000 '-i') || ']'"
is "$(frugal checked sqlite '{"uniqueItems": true}')" \
	0 'sqlite: large objects with their members in opposite order'
keep sqlite "'[' || $(many sqlite '{"kind":"last"},' 500000) || '{}]'"
is "$(frugal checked sqlite "{\"items\": {\"oneOf\": [$(printf '{"properties": {"kind": {"enum": ["%s"]}}},' {1..20}) true]}}")" \
	0 'sqlite: half a million values that violate most of what they may be'
keep sqlite "'[' || $(many sqlite '1,' 1000000) || '1]'"
is "$(frugal checked sqlite "{\"anyOf\": [$(printf '{"maxItems": %d},' {1..500}) true], \"unevaluatedItems\": true}")" \
	1 'sqlite: a million values, noted as evaluated again and again'
# compiled SCHEMA: whether 1 is valid against the schema that a SQL expression gives
compiled()
{
	sqlite json <<<"select dbcheck_json('1', $1);"
}
is "$(frugal compiled "'{\"properties\": {\"' || $(many sqlite 1234567890 100000) || '\": {\"allOf\": [' || $(many sqlite true, 5000) || 'true]}}}'")" \
	1 'sqlite: a schema with many schemas below a long name'
is "$(frugal compiled "(with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
	select json_object('\$defs', json_group_object('name' || i, json('true')),
		'allOf', json_group_array(json_object('\$ref', '#/\$defs/name' || i))) from n)")" \
	1 'sqlite: a schema with thousands of references'

# ---- a small stack ----

# small SCHEMA: the same as checked on a small stack.
small()
{
	(
		ulimit -s 512
		checked sqlite "$1"
	)
}

keep sqlite "$(many sqlite '{"a":' 330) || 1 || $(many sqlite '}' 330)"
is "$(small '{"properties": {"a": {"allOf": [{"$ref": "#"}]}}}')" \
	1 'sqlite: as deep as it goes, on a stack of 512 KiB'
is "$(small '{"properties": {"a": {"anyOf": [{"$ref": "#"}]}}, "unevaluatedProperties": false}')" \
	1 'sqlite: the same, noting what was evaluated'
is "$(small "{\"const\": $(printf '{"a":%.0s' {1..330})1$(printf '}%.0s' {1..330})}")" \
	1 'sqlite: the same, comparing'

# Schemas that depend on each other in a row, and migrations that do so against
# the order of their versions.
chain="select jsonb_build_object('engine', 'postgresql', 'objects', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	'type', @, 'name', 'public.o' || i, 'definition', 'AS (' || name || ' integer)',
	'details', jsonb_build_object('kind', 'c', 'not_null', false, 'columns', jsonb_build_array(name || ' integer'),
		'attributes', jsonb_build_array(name || ' integer')),
	'depends_on', case when i > 1 then jsonb_build_array(@ || ' public.o' || i - 1) end))))
	from generate_series(1, 5000) as i"
for kind in view type domain; do
	documents=${chain//@/\'$kind\'}
	like "$(
		postgresql json <<-END
			set max_stack_depth = '100kB';
			with named (name, document) as (select n.name, ($documents) from (values ('a'), ('b')) as n (name))
			select dbmigrate_diff(a.document, b.document) is not null from named as a, named as b where a.name = 'a' and b.name = 'b';
		END
	)" '^t$|the documents cannot be compared: the chain of dependencies is too long' \
		"postgresql: a row of ${kind}s, changed, on a small stack"
done
for engine in postgresql sqlite; do
	"${engine}_new" chain
	table=dbcare.
	[ "$engine" = postgresql ] || table=dbcare_
	false=0
	[ "$engine" = sqlite ] || false=false
	"$engine" chain >"$tmp/made" <<-END
		select dbcare_set('environment', 'testing');
		insert into ${table}migration (version, name, up_sql, checksum, definition, transactional, repeatable, registered_by)
		with recursive c (n) as (select 1 union all select n + 1 from c where n < 5000)
		select cast(n as text), 'x', 'select 1', 'x', 'x', $false, $false, 'x' from c;
		insert into ${table}dependency (version, depends_on)
		with recursive c (n) as (select 1 union all select n + 1 from c where n < 4999)
		select cast(n as text), cast(n + 1 as text) from c;
	END
	for call in 'select count(*) from dbmigrate_plan()' 'select count(*) from dbmigrate_status()' 'select dbmigrate_apply()'; do
		like "$(ulimit -s 512; PGOPTIONS='-c max_stack_depth=100kB' "$engine" chain <<<"$call" 2>&1 || true)" \
			'more than 1000 migrations in a row depend on migrations with higher versions, up to "1002"' \
			"$engine: dependencies without end: $call"
	done
done

# ---- cancel ----

# cancelled ENGINE SCHEMA WHAT: the document in the table takes long; who does
# not want to wait need not.
cancelled()
{
	local start=$SECONDS got

	case $1 in
		postgresql)
			got=$(PGOPTIONS='-c statement_timeout=200' checked "$1" "$2")
			like "$got" 'canceling statement due to statement timeout' "$1: $3 is cancelled"
			;;
		sqlite)
			rm -f "$tmp/begun"
			"${sqlite_shell[@]}" "$tmp/json.db" ".shell touch $tmp/begun" \
				"select dbcheck_json(document, '$2') from kept" >"$tmp/answer" 2>&1 &
			interrupt $! "$tmp/begun"
			wait $! || true
			like "$(cat "$tmp/answer")" interrupted "$1: $3 is interrupted"
			;;
	esac
	# on a busy machine it takes seconds to read the document
	result $((SECONDS - start > 20)) "$1: at once"
}

for engine in postgresql sqlite; do
	keep $engine "'[' || $(many $engine "$(printf '12345678%.0s' {1..2000})," 4000) || '1]'"
	# many times as long as a machine may keep the interrupt waiting
	cancelled $engine "{\"items\": {\"allOf\": [$(printf '{"not": {"multipleOf": 1234567%02d}},' {1..50}) true]}}" \
		'an array of which each value takes many steps'
	keep $engine "'\"' || $(many $engine a 1000000) || '\"'"
	cancelled $engine '{"pattern": "[a-z]*[0-9]"}' 'the search in a long string'
done

# ---- another encoding ----

createdb -T template0 -E LATIN1 --locale=C latin1
postgresql latin1 <<<'create extension dbcare;'
is "$(postgresql latin1 <<<"select dbcheck_json('\"äöü\"', '{\"maxLength\": 3, \"pattern\": \"^[ä-ü]+\$\"}');")" \
	t 'postgresql: characters of LATIN1 are characters'
is "$(postgresql latin1 <<<"select path, message from dbcheck_json_errors('{\"ä\": 1}', '{\"properties\": {\"ä\": {\"const\": \"ü\"}}}');")" \
	'/ä is not "ü"' 'postgresql: and come back as such'
createdb -T template0 -E SQL_ASCII --locale=C ascii
postgresql ascii <<<'create extension dbcare;'
is "$(postgresql ascii <<<"select dbcheck_json('\"äöü\"', '{\"maxLength\": 3}');")" \
	t 'postgresql: without an encoding they are UTF-8'
like "$(postgresql ascii <<<"select dbcheck_json(to_jsonb(E'\\xe4'::text), '{\"maxLength\": 3}');")" \
	'invalid byte sequence for encoding "UTF8"' 'postgresql: or an error'

# ---- without the extension ----

sqlite json <<<"create table ordered (id integer primary key,
		document text check (dbcheck_json(document, '{\"type\": \"object\"}')));
	insert into ordered values (1, '{}');"
# one statement in a program that has not loaded dbcare
plain()
{
	sqlite3 -batch "$tmp/json.db" "$1" 2>&1 | head -n 1
}
is "$(plain 'select document from ordered')" '{}' 'sqlite: can be read without the extension'
is "$(plain 'delete from ordered where id = 2')" '' 'sqlite: rows can be deleted'
like "$(plain "insert into ordered values (2, '[]')")" 'unknown function: dbcheck_json()' \
	'sqlite: but nothing be written that is not checked'

postgresql json <<<"create table ordered (id integer primary key,
		document jsonb check (dbcheck_json(document, '{\"type\": \"object\"}')));
	insert into ordered values (1, '{}');"
like "$(postgresql json <<<'drop extension dbcare;')" 'other objects depend on it' \
	'postgresql: a constraint keeps the extension'
createdb restored
pg_dump -t ordered -e dbcare json | psql -qX -d restored >"$tmp/out"
like "$(postgresql restored <<<"insert into ordered values (2, '[]');")" 'violates check constraint' \
	'postgresql: it comes back with a dump'

finish
