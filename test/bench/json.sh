# The part of run.sh that validates documents against a schema of twenty keywords,
# against what looks at them without a schema, and the same rules written by hand in
# PostgreSQL; in time of the processor.
# shellcheck shell=bash disable=SC2154

json_documents=${JSON_DOCUMENTS:-200000}

json_schema='{"type": "object", "required": ["id", "name", "email", "status"],
	"additionalProperties": false, "properties": {
		"id": {"type": "integer", "minimum": 1},
		"name": {"type": "string", "minLength": 1, "maxLength": 40},
		"email": {"type": "string", "pattern": "^[^@]+@[^@]+$"},
		"age": {"type": "integer", "minimum": 0, "maximum": 150},
		"active": {"type": "boolean"}, "score": {"type": "number"},
		"tags": {"type": "array", "maxItems": 10},
		"address": {"type": "object", "required": ["city"]},
		"status": {"enum": ["new", "open", "done"]}}}'
json_count='select count(*) from documents where'
# the same twenty rules
json_rules="jsonb_typeof(d) = 'object' and d ?& array['id', 'name', 'email', 'status']
	and d - array['id', 'name', 'email', 'age', 'active', 'score', 'tags', 'address', 'status'] = '{}'
	and jsonb_typeof(d -> 'id') = 'number' and (d ->> 'id')::numeric % 1 = 0 and (d ->> 'id')::numeric >= 1
	and jsonb_typeof(d -> 'name') = 'string' and length(d ->> 'name') >= 1 and length(d ->> 'name') <= 40
	and jsonb_typeof(d -> 'email') = 'string' and d ->> 'email' ~ '^[^@]+@[^@]+\$'
	and jsonb_typeof(d -> 'age') = 'number' and (d ->> 'age')::numeric % 1 = 0
	and (d ->> 'age')::numeric >= 0 and (d ->> 'age')::numeric <= 150
	and jsonb_typeof(d -> 'active') = 'boolean' and jsonb_typeof(d -> 'score') = 'number'
	and jsonb_typeof(d -> 'tags') = 'array' and jsonb_array_length(d -> 'tags') <= 10
	and jsonb_typeof(d -> 'address') = 'object' and d -> 'address' ? 'city'
	and d ->> 'status' in ('new', 'open', 'done')"

# Sets db to one with a table of documents.
postgres_documents()
{
	new_postgres
	on_postgres <<-END
		create table documents as
		select jsonb_build_object('id', i, 'name', 'Customer number ' || i,
			'email', 'user' || i || '@example.com', 'age', 18 + i % 60,
			'active', i % 2 = 0, 'score', i * 0.25,
			'tags', jsonb_build_array('a', 'b' || i % 10, 'c'),
			'address', jsonb_build_object('street', i || ' Main Street',
				'city', 'Springfield', 'zip', i % 100000),
			'status', (array['new', 'open', 'done'])[1 + i % 3]) as d
		from generate_series(1, $json_documents) as i;
		vacuum analyze documents;
	END
}

sqlite_documents()
{
	new_sqlite
	on_sqlite "create table documents as
		with recursive n (i) as (select 1 union all select i + 1 from n where i < $json_documents)
		select json_object('id', i, 'name', 'Customer number ' || i,
			'email', 'user' || i || '@example.com', 'age', 18 + i % 60,
			'active', json(iif(i % 2, 'false', 'true')), 'score', i * 0.25,
			'tags', json_array('a', 'b' || (i % 10), 'c'),
			'address', json_object('street', i || ' Main Street',
				'city', 'Springfield', 'zip', i % 100000),
			'status', iif(i % 3 = 0, 'new', iif(i % 3 = 1, 'open', 'done'))) as d
		from n;"
}

postgres_schema()
{
	CPU=1 in_postgres "set max_parallel_workers_per_gather = 0;
		$json_count dbcheck_json(d, '$json_schema');"
}

postgres_typeof()
{
	CPU=1 in_postgres "set max_parallel_workers_per_gather = 0;
		$json_count jsonb_typeof(d) = 'object';"
}

postgres_rules()
{
	CPU=1 in_postgres "set max_parallel_workers_per_gather = 0;
		$json_count $json_rules;"
}

part_json()
{
	head_line
	sqlite_documents
	CPU=1 "$work/sqlite_timer" "$db" ./sqlite_ext/dbcare "$rounds" \
		"$json_count dbcheck_json(d, '$json_schema')" \
		"$json_count json_valid(d)" >"$work/rows"
	report "SQLite: $json_documents documents / json_valid" 1.5 <"$work/rows"
	postgres_documents
	compare "PostgreSQL: $json_documents documents / by hand" 0.25 \
		postgres_schema postgres_rules
	compare "PostgreSQL: $json_documents documents / jsonb_typeof" 4 \
		postgres_schema postgres_typeof
}
