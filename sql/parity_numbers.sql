-- Numbers in documents are written in full, as in jsonb.
create table k (r double precision primary key, a integer not null);
insert into k values (1, 1), (1.5, 1), (1e20, 1), (1e-7, 1), (123456789.123, 1), (0.1, 1), (1e15, 1), (1e16, 1), (-0.0, 1), (100000, 1), (1234567, 1), (3.0e100, 1), (0.30000000000000004, 1);
select dbcheck_rule_add('a', 'k', 'a > 1') ->> 'action';
select sample_keys from dbcheck_run('{"sources": ["rule"], "samples": 100, "relation": "k"}');
create table k2 (id bigint primary key, a double precision);
insert into k2 values (9223372036854775807, 1.0), (-9223372036854775807, 2.50), (9007199254740993, 1e21);
select dbcheck_rule_add('b', 'k2', 'a < 0') ->> 'action';
select sample_keys from dbcheck_run('{"sources": ["rule"], "relation": "k2"}');
