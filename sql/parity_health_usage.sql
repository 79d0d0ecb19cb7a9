-- What there is and how it is used: the same keys and words on both engines.
create table parent (id integer primary key, name text, code text unique);
create table child (id integer primary key, parent_id integer references parent (id), a text, b text);
create table "Odd one" (a integer, b integer, primary key (b, a));
create view all_of_them as select * from child;
create index child_a on child (a);
create index child_a2 on child (a);
create index child_ab on child (a, b);
create index child_ba on child (b desc, a);
create index child_b on child (b);
create index child_p on child (parent_id) where a is not null;
create index child_e on child (lower(a), b);
create unique index child_u on child (a, id);
-- PostgreSQL's names have a schema, and a primary key always has an index there
select replace(index_name, 'public.', ''), replace(table_name, 'public.', ''), columns, is_unique, is_valid, replace(duplicate_of, 'public.', ''), replace(covered_by, 'public.', ''), definition is not null from dbhealth_indexes() where constraint_name is null and definition is not null order by index_name;
select columns, is_unique, is_valid, duplicate_of, covered_by, definition from dbhealth_indexes() where definition is null and columns <> 'id' order by columns;
select count(*) > 0, min(connections) > 0, min(waiting) >= 0, min(length(database_name)) > 0 from dbhealth_connections() where state = 'active';
select replace(cast(dbhealth_schema() as text), 'public.', '') like '%"tables": [{"columns": 2, "indexes": 1, "triggers": 0, "table_name": "__Odd one__", "primary_key": "b, a", "foreign_keys": 0}, {"columns": 4, "indexes": %, "triggers": 0, "table_name": "child", "primary_key": "id", "foreign_keys": 1}, {%"objects": {"types": %, "views": 1, "tables": 3, "indexes": %, "schemas": 1, "triggers": 0, %, "foreign_keys": 1, %';
select cast(dbhealth_statistics() as text) like '{"since": %, "engine": "%sql%", "commits": %, "conflicts": %, "deadlocks": %, "rollbacks": %, "rows_read": %, "cache_hits": %, "temp_bytes": %, "temp_files": %, "connections": %, "cache_misses": %, "rows_deleted": %, "rows_updated": %, "rows_inserted": %, "cache_hit_ratio": %}';
