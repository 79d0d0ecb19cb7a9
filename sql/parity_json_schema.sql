-- JSON Schema: the same documents are valid, and the same words say why others are not.
-- ---- one value ----
select * from dbcheck_json_errors('"x"', '{"type": "integer"}');
select * from dbcheck_json_errors('1.5', '{"type": "integer"}');
select * from dbcheck_json_errors('true', '{"type": ["null", "string", "number"]}');
select dbcheck_json('1.0', '{"type": "integer"}'), dbcheck_json('1e3', '{"type": "integer"}'), dbcheck_json('10e-1', '{"type": "integer"}'), dbcheck_json('15e-1', '{"type": "integer"}');
select * from dbcheck_json_errors('"closed"', '{"enum": ["new", 1, null, true, [1], {"a": 1}]}');
select * from dbcheck_json_errors('0', '{"enum": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}');
select * from dbcheck_json_errors('0', '{"enum": []}');
select dbcheck_json('{"b": [1.0, 2], "a": null}', '{"const": {"a": null, "b": [1, 2.00]}}');
select * from dbcheck_json_errors('{"a": 1}', '{"const": "a string of more than forty characters: é, ü and others"}');
select dbcheck_json('0', '{"const": false}'), dbcheck_json('0', '{"const": -0.0}'), dbcheck_json('"1"', '{"const": 1}');
-- ---- numbers are exact ----
select * from dbcheck_json_errors('10', '{"minimum": 10.5, "maximum": 9, "exclusiveMinimum": 10, "exclusiveMaximum": 10, "multipleOf": 3}');
select * from dbcheck_json_errors('1', '{"minimum": 1e400, "exclusiveMinimum": 1.50e2, "multipleOf": 0.0000000003}');
select dbcheck_json('0.3', '{"multipleOf": 0.1}'), dbcheck_json('0.35', '{"multipleOf": 0.1}'), dbcheck_json('1e300', '{"multipleOf": 7}'), dbcheck_json('7e300', '{"multipleOf": 7}');
select dbcheck_json('12345678901234567890.1', '{"exclusiveMaximum": 12345678901234567890.10000001}'), dbcheck_json('-0.00001', '{"maximum": -1e-5}'), dbcheck_json('1e400', '{"minimum": 9.99e399}');
select dbcheck_json('"10"', '{"minimum": 11}');
select dbcheck_json('1', '{"multipleOf": 1.234567890123456789}');
-- ---- strings ----
select * from dbcheck_json_errors('"äöü"', '{"minLength": 4, "maxLength": 2, "pattern": "^[a-z]+$"}');
select dbcheck_json('"äöü"', '{"minLength": 3, "maxLength": 3}'), dbcheck_json('"\ud83d\ude00"', '{"maxLength": 1}'), dbcheck_json('"a\nb"', '{"pattern": "^a\\sb$"}');
select dbcheck_json('"٣"', '{"pattern": "^\\d$"}'), dbcheck_json('"Ab"', '{"pattern": "^\\u0041b$"}'), dbcheck_json('"x\n"', '{"pattern": "^x$"}');
select dbcheck_json('"\r"', '{"pattern": "^.$"}'), dbcheck_json('"xb"', '{"pattern": "^a|b$"}'), dbcheck_json('"a"', '{"pattern": "^(?:a|b)$"}');
select dbcheck_json('""', '{"pattern": "(*UTF)"}');
select dbcheck_json('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"', '{"pattern": "^(a+)+$"}');
-- ---- arrays ----
select * from dbcheck_json_errors('[1, "b", 3.5]', '{"items": {"type": "integer"}, "minItems": 4, "maxItems": 1}');
select * from dbcheck_json_errors('[1, 2, "c", 4]', '{"prefixItems": [{"type": "string"}, true], "items": {"type": "string"}}');
select * from dbcheck_json_errors('[1, 2]', '{"contains": {"const": 3}}');
select * from dbcheck_json_errors('[1, 3, 3]', '{"contains": {"const": 3}, "maxContains": 1}');
select * from dbcheck_json_errors('[1, 3, 3]', '{"contains": {"const": 3}, "minContains": 3}');
select dbcheck_json('[]', '{"contains": true, "minContains": 0}'), dbcheck_json('[]', '{"contains": true}');
select * from dbcheck_json_errors('[{"a": 1, "b": 2}, 1, {"b": 2.0, "a": 1.0}]', '{"uniqueItems": true}');
select * from dbcheck_json_errors('[1, 2, 3, 4, 5, 6, 7, 8, 9, 1.0, "x", "x", 3]', '{"uniqueItems": true}');
select dbcheck_json('[1, true, "1", [1], {"a": 1}, 0, false, null, "", [], {}]', '{"uniqueItems": true}');
-- ---- objects ----
select * from dbcheck_json_errors('{"a": "x", "c": 1, "x1": "y", "a/b~c": 0}', '{"properties": {"a": {"type": "integer"}, "b": true}, "required": ["a", "b", "d"], "patternProperties": {"^x": {"type": "number"}}, "additionalProperties": false}');
select * from dbcheck_json_errors('{"a": 1, "b": 1}', '{"dependentRequired": {"a": ["b", "c"], "x": ["y"]}, "dependentSchemas": {"b": {"required": ["z"]}}, "minProperties": 3, "maxProperties": 1}');
select * from dbcheck_json_errors('{"abc": 1, "d": 2}', '{"propertyNames": {"maxLength": 2}}');
select * from dbcheck_json_errors('{"a": {"b": [{"c": 1}, {"c": "x"}]}}', '{"properties": {"a": {"properties": {"b": {"items": {"properties": {"c": {"type": "string"}}}}}}}}');
select dbcheck_json('{"a": 1, "a": "x"}', '{"properties": {"a": {"type": "string"}}, "maxProperties": 1}');
-- ---- schemas of schemas ----
select * from dbcheck_json_errors('5', '{"allOf": [{"minimum": 6}, {"maximum": 4}], "anyOf": [{"type": "string"}, false], "oneOf": [true, {"type": "integer"}], "not": {"const": 5}}');
select * from dbcheck_json_errors('5', '{"oneOf": [false, {"type": "string"}]}');
select * from dbcheck_json_errors('5', '{"if": {"type": "integer"}, "then": {"minimum": 10}, "else": {"minimum": 20}}');
select * from dbcheck_json_errors('5.5', '{"if": {"type": "integer"}, "then": {"minimum": 10}, "else": {"minimum": 20}}');
select * from dbcheck_json_errors('5', 'false');
select * from dbcheck_json_errors('{"a": 1, "b": 2, "c": 3}', '{"anyOf": [{"properties": {"a": true}, "required": ["a"]}, {"properties": {"b": true}, "required": ["x"]}], "unevaluatedProperties": {"type": "string"}}');
select * from dbcheck_json_errors('[1, "x", 2]', '{"prefixItems": [true], "contains": {"const": 2}, "unevaluatedItems": false}');
-- ---- references ----
select * from dbcheck_json_errors('{"value": 1, "children": [{"value": "x", "children": [{"children": 5}]}]}', '{"$defs": {"node": {"properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["value"]}}, "$ref": "#/$defs/node"}');
select * from dbcheck_json_errors('{"a": 1, "b": "x"}', '{"$id": "https://example.com/root", "properties": {"a": {"$ref": "other#here"}, "b": {"$ref": "#there"}}, "$defs": {"one": {"$id": "other", "$defs": {"x": {"$anchor": "here", "type": "string"}}}, "two": {"$anchor": "there", "type": "integer"}}}');
select * from dbcheck_json_errors('{"foo": ["x", 1]}', '{"$id": "https://example.com/strings", "$ref": "list", "properties": {"foo": {"$ref": "list"}}, "$defs": {"item": {"$dynamicAnchor": "item", "type": "string"}, "list": {"$id": "list", "items": {"$dynamicRef": "#item"}, "$defs": {"any": {"$dynamicAnchor": "item"}}}}}');
select dbcheck_json('{"type": "integer", "properties": {"a": {"minLength": 1}}}', '{"$ref": "https://json-schema.org/draft/2020-12/schema"}'), dbcheck_json('{"properties": {"a": {"minLength": -1}}}', '{"$ref": "https://json-schema.org/draft/2020-12/schema"}');
select dbcheck_json('1', '{"$ref": "#/$defs/a~1b~0c~01/allOf/1", "$defs": {"a/b~c~1": {"allOf": [true, false]}}}'), dbcheck_json('1', '{"$ref": "#/$defs//%25%22", "$defs": {"": {"title": "a", "%\"": false}}}');
select dbcheck_json('1', '{"$ref": "#/allOf/01", "allOf": [true, true]}');
select dbcheck_json('1', '{"$ref": "#/allOf/2", "allOf": [true, true]}');
select dbcheck_json('1', '{"$ref": "#/allOf/99999999999999999999", "allOf": [true, true]}');
select dbcheck_json('1', '{"$ref": "#/allOf/-1", "allOf": [true, true]}');
select dbcheck_json('1', '{"$ref": "#/$defs/a~2", "$defs": {"a~2": true}}');
select dbcheck_json('1', '{"$ref": "#/$defs/a~", "$defs": {"a~": true}}');
select dbcheck_json('1', '{"$ref": "#/title/0", "title": "x"}');
-- ---- formats are asserted on request ----
select dbcheck_json('"2024-02-30"', '{"format": "date"}'), dbcheck_json('"2024-02-30"', '{"format": "date"}', '{"format": true}'), dbcheck_json('"2024-02-29"', '{"format": "date"}', '{"format": true}');
select * from dbcheck_json_errors('["a@b.example", "@", "::1", "1:2", "01:02:03Z", "25:00:00Z", "P1D", "P", "a-b.example", "-a", "/a/~0", "/~2"]', '{"prefixItems": [{"format": "email"}, {"format": "email"}, {"format": "ipv6"}, {"format": "ipv6"}, {"format": "time"}, {"format": "time"}, {"format": "duration"}, {"format": "duration"}, {"format": "hostname"}, {"format": "hostname"}, {"format": "json-pointer"}, {"format": "json-pointer"}]}', '{"format": true}');
select * from dbcheck_json_errors('["https://example.com/?q#f", "a b", "x/../y", "%", "(", "a{1}", "{x,y}", "{", "550e8400-e29b-41d4-a716-446655440000", "550e8400", "1.2.3.4", "1.2.3.400"]', '{"prefixItems": [{"format": "uri"}, {"format": "uri"}, {"format": "uri-reference"}, {"format": "uri-reference"}, {"format": "regex"}, {"format": "regex"}, {"format": "uri-template"}, {"format": "uri-template"}, {"format": "uuid"}, {"format": "uuid"}, {"format": "ipv4"}, {"format": "ipv4"}]}', '{"format": true}');
select dbcheck_json('"x"', '{"format": "no-such-format"}', '{"format": true}'), dbcheck_json('"x"', '{"format": "date"}', '{"format": false}'), dbcheck_json('"x"', '{"format": "date"}', null);
-- ---- nulls ----
select dbcheck_json(null, '{}') is null, dbcheck_json('1', null) is null, dbcheck_json('null', '{"type": "null"}');
select count(*) from dbcheck_json_errors(null, 'false');
select count(*) from dbcheck_json_errors('1', null);
-- ---- what is no schema ----
select dbcheck_json('1', '{"type": 5}');
select dbcheck_json('1', '{"type": "integr"}');
select dbcheck_json('1', '{"type": []}');
select dbcheck_json('1', '{"properties": {"a/b": {"minLength": -1}}}');
select dbcheck_json('1', '{"$defs": {"a": {"multipleOf": 0}}}');
select dbcheck_json('1', '{"required": ["a", "a"]}');
select dbcheck_json('1', '{"items": [true]}');
select dbcheck_json('1', '{"allOf": []}');
select dbcheck_json('1', '5');
select dbcheck_json('1', '{"pattern": "("}');
select dbcheck_json('1', '{"patternProperties": {"[": true}}');
select dbcheck_json('1', '{"$ref": "#/$defs/none"}');
select dbcheck_json('1', '{"properties": {"a": {"$ref": "#none"}}}');
select dbcheck_json('1', '{"$ref": "https://example.com/other"}');
select dbcheck_json('1', '{"$ref": "#/other", "other": {"type": 5}}');
select dbcheck_json('1', '{"$schema": "http://json-schema.org/draft-07/schema#"}');
select dbcheck_json('1', '{"$ref": "#"}');
select dbcheck_json('1', '{"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/b"}');
select dbcheck_json('1', '{}', '{"formats": true}');
select dbcheck_json('1', '{}', '{"format": "yes"}');
select dbcheck_json('1', '{}', '[]');
select count(*) from dbcheck_json_errors('1', '{"type": 5}');
-- ---- unknown keywords are ignored, and so are references in values ----
select dbcheck_json('{"$ref": "#/none"}', '{"const": {"$ref": "#/none"}, "x-note": {"type": 5}, "title": "t", "default": 1}');
