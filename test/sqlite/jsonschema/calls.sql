-- dbcheck_json() on SQLite: where it is called for row after row, and what text
-- may be that jsonb is not.

-- ---- constraints, indexes and generated columns ----

create table orders (
	id integer primary key,
	document text not null constraint is_order check (dbcheck_json(document,
		'{"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}')),
	complete integer as (dbcheck_json(document, '{"required": ["address"]}')) stored
);
insert into orders values (1, '{"total": 1.5}'), (2, '{"total": 0, "address": "x"}');

-- a CHECK refuses invalid documents and text that is not JSON
insert into orders values (3, '{"total": -1}');
insert into orders values (3, '{}');
insert into orders values (3, '{');
update orders set document = '[]';
select id, complete from orders;
--> ERROR: CHECK constraint failed: is_order (19)
--> ERROR: CHECK constraint failed: is_order (19)
--> ERROR: CHECK constraint failed: is_order (19)
--> ERROR: CHECK constraint failed: is_order (19)
--> 1|0
--> 2|1

-- expression and partial indexes can use dbcheck_json()
create index orders_zero on orders (dbcheck_json(document, '{"properties": {"total": {"const": 0}}}'));
create index orders_complete on orders (id) where dbcheck_json(document, '{"required": ["address"]}');
select id from orders indexed by orders_zero where dbcheck_json(document, '{"properties": {"total": {"const": 0}}}') = 1;
select id from orders indexed by orders_complete where dbcheck_json(document, '{"required": ["address"]}');
--> 2
--> 2

-- views and triggers of an untrusted schema may call dbcheck_json()
pragma trusted_schema = off;
create view complete as select id from orders where dbcheck_json(document, '{"required": ["address"]}');
select id from complete;
--> 2
pragma trusted_schema = on;

-- dbcheck_json_errors() can be joined to a table
select id, path, e.keyword from orders, dbcheck_json_errors(orders.document, '{"properties": {"total": {"minimum": 1}}}') as e;
--> 2|/total|/properties/total/minimum

-- ---- the compiled schema is kept, but never the wrong one ----

-- each row may have its own schema, more than the cache holds
with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
select count(*) from n where dbcheck_json(i, '{"const": ' || i || '}');
--> 300

-- a few schemas in turn are cached by text and options
with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
select sum(dbcheck_json(i, '{"multipleOf": ' || (1 + i % 3) || '}')),
	sum(dbcheck_json('"x"', '{"format": "date"}', case when i % 2 then '{"format": true}' end))
from n;
--> 150|150

-- a schema that failed to compile is not cached
select dbcheck_json(1, '{"type": 1}');
select dbcheck_json(1, '{"type": 1}');
select dbcheck_json(1, '{"type": "integer"}');
--> ERROR: dbcare: JSON schema is not valid: /type is none of "array", "boolean", "integer", "null", "number", "object", "string"
--> ERROR: dbcare: JSON schema is not valid: /type is none of "array", "boolean", "integer", "null", "number", "object", "string"
--> 1

-- ---- what a document is ----

-- numbers are read as the JSON they look like, and a blob as text
select dbcheck_json(5, '{"const": 5}'), dbcheck_json(2.5, '{"const": 2.5}'), dbcheck_json(x'5b315d', '{"const": [1]}'), dbcheck_json(x'00', 'true');
--> 1|1|1|0

-- text that is not JSON is not valid, and the error has a position
create table wrong (id integer primary key, text);
insert into wrong (text) values (''), (' '), ('{'), ('[1,]'), ('[1 2]'), ('{"a"}'), ('{"a":}'), ('{"a":1,}'), ('{a:1}'),
	('[1]]'), ('tru'), ('nul'), ('True'), ('01'), ('1.'), ('.5'), ('+1'), ('-'), ('1e'), ('1e+'), ('0x1'), ('NaN'),
	('"'), ('"a'), ('"\x"'), ('"\u12"'), ('"\u123g"'), ('"\ud800"'), ('"\ud800\ud800"'), ('"\udc00"'), ('"a' || char(10) || '"'),
	('''a'''), ('//'), ('[1' || char(0) || ']'), ('1' || char(0)), ('"' || char(0) || '"');
select sum(dbcheck_json(text, 'true')) from wrong;
select group_concat(substr(message, 11), char(10)) from wrong, dbcheck_json_errors(text, 'true');
--> 0
--> unexpected end at byte 1
--> unexpected end at byte 2
--> unexpected end at byte 2
--> unexpected character at byte 4
--> a comma or closing bracket is missing at byte 4
--> a colon is missing at byte 5
--> unexpected character at byte 6
--> a key is missing at byte 8
--> a key is missing at byte 2
--> unexpected character after the value at byte 4
--> unexpected character at byte 1
--> unexpected character at byte 1
--> unexpected character at byte 1
--> unexpected character after the value at byte 2
--> a digit is missing at byte 3
--> unexpected character at byte 1
--> unexpected character at byte 1
--> a digit is missing at byte 2
--> a digit is missing at byte 3
--> a digit is missing at byte 4
--> unexpected character after the value at byte 2
--> unexpected character at byte 1
--> unexpected end at byte 2
--> unexpected end at byte 3
--> unknown escape at byte 3
--> \u needs four hexadecimal digits at byte 4
--> \u needs four hexadecimal digits at byte 4
--> unpaired surrogate at byte 8
--> unpaired surrogate at byte 8
--> unpaired surrogate at byte 8
--> control character in a string at byte 3
--> unexpected character at byte 1
--> unexpected character at byte 1
--> a comma or closing bracket is missing at byte 3
--> unexpected character after the value at byte 2
--> control character in a string at byte 2

-- invalid UTF-8 is not JSON
select sum(dbcheck_json(cast(x'22' || bytes || x'22' as text), 'true')), count(*) from (
	select x'c3' as bytes union all select x'c328' union all select x'80' union all select x'c0af'
	union all select x'e28228' union all select x'e080af' union all select x'eda080' union all select x'f0808080'
	union all select x'f4908080' union all select x'f8888080' union all select x'ff' union all select x'e282');
select message from dbcheck_json_errors(cast(x'5b2261ff225d' as text), 'true');
--> 0|12
--> not JSON: invalid UTF-8 at byte 4

-- escapes, NUL, white space and all of Unicode are JSON
select dbcheck_json('"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"', json_object('const', char(34, 92, 47, 8, 12, 10, 13, 9, 233, 128512)));
select dbcheck_json('"a\u0000b"', '{"const": "a\u0000b", "minLength": 3, "maxLength": 3}'), dbcheck_json('"a\u0000b"', '{"const": "a"}');
select path, keyword from dbcheck_json_errors('{"a\u0000b": 1}', '{"properties": {"a\u0000b": {"type": "string"}}}');
select dbcheck_json(char(32, 9, 10, 13) || '[ 1 , { "a" : 2 } ]' || char(10), '{"const": [1, {"a": 2}]}');
select dbcheck_json('"' || char(0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff) || '"', '{"maxLength": 8, "minLength": 8}');
--> 1
--> 1|0
--> /a\u0000b|/properties/a\u0000b/type
--> 1
--> 1

-- the last of duplicate keys counts, in small and large objects
select dbcheck_json('{"a": 1, "b": {"a": 2, "a": 3}, "a": [1, 2], "\u0061": "x"}', '{"const": {"b": {"a": 3}, "a": "x"}, "maxProperties": 2}');
with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
select dbcheck_json('{' || group_concat('"k' || (i % 100) || '": [' || i || ']') || '}',
	'{"minProperties": 100, "maxProperties": 100, "additionalProperties": {"items": {"minimum": 901}}}')
from n;
--> 1
--> 1

-- ---- documents without end ----

-- documents and schemas nested too deeply are refused
create table deep as select replace(hex(zeroblob(50000)), '00', '[[') as opening, replace(hex(zeroblob(50000)), '00', ']]') as closing;
select dbcheck_json(opening || closing, '{"type": "array", "maxItems": 1}'), dbcheck_json(opening, 'true'), dbcheck_json(opening || '}', 'true') from deep;
select dbcheck_json(opening || closing, '{"items": {"$ref": "#"}}') from deep;
select dbcheck_json('[' || opening || closing || ',' || opening || closing || ']', '{"uniqueItems": true}') from deep;
select dbcheck_json(1, replace(opening, '[', '{"not":') || '{}' || replace(closing, ']', '}')) from deep;
select count(*) from deep, dbcheck_json_errors(opening || closing, '{"items": {"items": {"type": "string"}}}');
--> 1|0|0
--> ERROR: dbcare: document or schema is nested too deeply: the check needs more than 1000 nested schemas. Every schema applied inside another one counts, including references. The schema itself is first checked against its metaschema, which takes up to three levels for each of its own.
--> ERROR: dbcare: values are nested too deeply to be compared: more than 1000 levels
--> ERROR: dbcare: document or schema is nested too deeply: the check needs more than 1000 nested schemas. Every schema applied inside another one counts, including references. The schema itself is first checked against its metaschema, which takes up to three levels for each of its own.
--> 1

-- numbers may have any size
select dbcheck_json('1e999999999', '{"type": "integer", "minimum": 1e999999998, "multipleOf": 0.01}'),
	dbcheck_json('1e-999999999', '{"exclusiveMinimum": 0}'), dbcheck_json('1e-999999999', '{"multipleOf": 0.01}'),
	dbcheck_json('1e99999999999999999999999', '{"type": "integer"}'), dbcheck_json('0e99999999999999999999999', '{"const": 0}');
select dbcheck_json(replace(hex(zeroblob(500000)), '00', '12') || '.5', '{"multipleOf": 0.5, "minimum": 1e999999, "exclusiveMaximum": 1e1000000}');
select message from dbcheck_json_errors('0', '{"minimum": ' || replace(hex(zeroblob(50)), '00', '12') || '}');
select message from dbcheck_json_errors('0', '{"minimum": ' || replace(hex(zeroblob(15)), '00', '12') || '.' || replace(hex(zeroblob(50)), '00', '12') || '}');
select message from dbcheck_json_errors('0', '{"minimum": 1.25e-7, "exclusiveMinimum": 12e-50}');
--> 1|1|0|1|1
--> 1
--> is less than 1.212121212121212121212121212121212121212...e99
--> is less than 121212121212121212121212121212.1212121212...
--> is not more than 1.2e-49
--> is less than 0.000000125

-- ---- schemas without end ----

-- references that double the work at every step are limited
create table doubling as
	with recursive n (i) as (select 0 union all select i + 1 from n where i < 39)
	select '{"$ref": "#/$defs/a0", "$defs": {"a40": true, ' || group_concat('"a' || i || '": {"allOf": [{"$ref": "#/$defs/a' ||
		(i + 1) || '"}, {"$ref": "#/$defs/a' || (i + 1) || '"}]}') || '}}' as definition from n;
select dbcheck_json(1, definition) from doubling;
--> ERROR: dbcare: JSON schema takes too many steps. References that each double the work of another one can cause this.

-- backtracking and oversized expressions are limited
select dbcheck_json('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"', '{"pattern": "^(a|a)*$"}');
select dbcheck_json('{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab": 1}', '{"patternProperties": {"^(a*)*$": true}}');
select dbcheck_json('""', '{"pattern": "' || replace(hex(zeroblob(5000)), '00', '(') || '"}');
select dbcheck_json('""', '{"pattern": "\\C"}');
--> ERROR: dbcare: regular expression "^(a|a)*$" takes too many steps
--> ERROR: dbcare: regular expression "^(a*)*$" takes too many steps
--> ERROR: dbcare: JSON schema is not valid: /pattern has an invalid regular expression, "((((((((((((((((((((((((((((((((((((((((...": parentheses are too deeply nested
--> ERROR: dbcare: JSON schema is not valid: /pattern has an invalid regular expression, "\C": using \C is disabled by the application

-- schema and options must be JSON
select dbcheck_json(1, '{');
select dbcheck_json(1, '{}', '{');
--> ERROR: dbcare: JSON schema is not JSON: unexpected end at byte 2
--> ERROR: dbcare: options are not JSON: unexpected end at byte 2

-- uniqueItems handles long arrays
with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
select dbcheck_json(json_group_array(i), '{"uniqueItems": true}'), dbcheck_json(json_group_array(i % 19999), '{"uniqueItems": true}'),
	dbcheck_json(json_group_array(7), '{"uniqueItems": true}') from n;
--> 1|0|0

-- ---- long strings ----

-- formats accept long values
with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000),
	long (format, text) as (select 'uri', 'data:image/png;base64,' || group_concat('abcdefgh', '') from n
		union all select 'json-pointer', '/' || group_concat('a-b', '') from n
		union all select 'email', '"' || group_concat('a b', '') || '"@example.com' from n)
select format, dbcheck_json(json_quote(text), json_object('format', format), '{"format": true}'),
	dbcheck_json(json_quote(text || '~ '), json_object('format', format), '{"format": true}')
from long;
--> uri|1|0
--> json-pointer|1|0
--> email|1|0

-- the memory of repeated groups is limited
with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000)
select dbcheck_json(json_quote(group_concat('abcd', '')), '{"pattern": "^(?:[a-z]{4})*+$"}') from n;
with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000)
select dbcheck_json(json_quote(group_concat('abcd', '')), '{"pattern": "^(?:[a-z]{4})*$"}') from n;
--> 1
--> ERROR: dbcare: regular expression "^(?:[a-z]{4})*$" takes too much memory

-- a NUL in a value is shown escaped
select message from dbcheck_json_errors('"a"', '{"const": "a\u0000b"}');
--> is not "a\u0000b"
