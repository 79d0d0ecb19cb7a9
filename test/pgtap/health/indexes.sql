-- Health checks of indexes: missing_fk_index, duplicate_indexes,
-- invalid_indexes.
begin;
\ir begin.psql
select no_plan();
create schema hc;

-- ---- missing_fk_index ----

create table hc.parent (a int, b int, primary key (a, b));
create table hc.one (id int primary key);

-- the corpus: eleven ways to have, or not to have, an index
create table hc.plain (a int references hc.one); create index on hc.plain (a);
create table hc.none (a int references hc.one);
create table hc.permuted (a int, b int, foreign key (a, b) references hc.parent); create index on hc.permuted (b, a);
create table hc.partial (a int references hc.one, del bool); create index on hc.partial (a) where del;
create table hc.partial_null (a int references hc.one); create index on hc.partial_null (a) where a is not null;
create table hc.included (a int references hc.one, x int); create index on hc.included (x) include (a);
create table hc.gap (a int, c int, b int, foreign key (a, b) references hc.parent); create index on hc.gap (a, c, b);
create table hc.brin (a int references hc.one); create index on hc.brin using brin (a);
create table hc.invalid (a int references hc.one); create index on hc.invalid (a);
update pg_index set indisvalid = false where indexrelid = 'hc.invalid_a_idx'::regclass;
create table hc.hashed (a int references hc.one); create index on hc.hashed using hash (a);
create table hc.parted (a int references hc.one) partition by range (a);
create table hc.parted_1 partition of hc.parted for values from (0) to (10);
create table hc.parted_2 partition of hc.parted for values from (10) to (20);
select is(pg_temp.found('missing_fk_index'),
	'hc."none" info, hc.brin info, hc.gap info, hc.included info, hc.invalid info, hc.parted info, hc.partial info',
	'missing_fk_index judges all eleven foreign keys');

-- near misses, and near hits
create index on hc.parted (a);
select is(pg_temp.found('missing_fk_index', 'hc.parted%'), 'nothing', 'an index of a partitioned table covers its partitions');
create table hc.prefix (a int references hc.one, b int); create index on hc.prefix (a, b);
create table hc.expression (a int references hc.one); create index on hc.expression ((a + 0));
create table hc.hashed_2 (a int, b int, foreign key (a, b) references hc.parent); create index on hc.hashed_2 using hash (a);
create table hc.null_2 (a int, b int, foreign key (a, b) references hc.parent);
create index on hc.null_2 (a, b) where b is not null and a is not null;
create table hc.null_other (a int references hc.one, b int); create index on hc.null_other (a) where b is not null;
select is(pg_temp.found('missing_fk_index', 'hc.prefix'), 'nothing', 'an index with more columns covers the key');
select is(pg_temp.found('missing_fk_index', 'hc.expression'), 'hc.expression info', 'an expression index does not cover a key');
select is(pg_temp.found('missing_fk_index', 'hc.hashed_2'), 'hc.hashed_2 info', 'a hash index on one of two columns does not cover a key');
select is(pg_temp.found('missing_fk_index', 'hc.null_2'), 'nothing', 'a predicate IS NOT NULL on the key''s columns covers it');
select is(pg_temp.found('missing_fk_index', 'hc.null_other'), 'hc.null_other info', 'a predicate on another column does not cover the key');

-- of a unique index, some of the columns find the row
create table hc.one_a (a int, b int, foreign key (a, b) references hc.parent); create unique index on hc.one_a (b);
create table hc.half (a int, b int, foreign key (a, b) references hc.parent); create index on hc.half (b);
create table hc.one_other (a int, b int, c int, foreign key (a, b) references hc.parent); create unique index on hc.one_other (b, c);
create table hc.one_some (a int, b int, foreign key (a, b) references hc.parent); create unique index on hc.one_some (b) where b > 1;
create table hc.doubled (a int, b int, foreign key (a, b) references hc.parent); create index on hc.doubled (a, a);
select is(pg_temp.found('missing_fk_index', 'hc.one_a'), 'nothing', 'a unique index on one of two columns is enough');
select is(pg_temp.found('missing_fk_index', 'hc.half') || ', ' || pg_temp.found('missing_fk_index', 'hc.one_%') || ', '
	|| pg_temp.found('missing_fk_index', 'hc.doubled'),
	'hc.half info, hc.one_other info, hc.one_some info, hc.doubled info',
	'other indexes on one of two columns are not enough');

-- the index has to know the operator and the collation of the foreign key
create table hc.words (w text primary key);
create table hc.pattern (w text references hc.words); create index on hc.pattern (w text_pattern_ops);
create table hc.collated (w text references hc.words); create index on hc.collated (w collate "POSIX");
select is(pg_temp.found('missing_fk_index', 'hc.pattern'), 'nothing', 'an index with text_pattern_ops covers a key');
select is(pg_temp.found('missing_fk_index', 'hc.collated'), 'hc.collated info', 'an index with another collation does not cover a key');
create table hc.wide (a bigint references hc.one); create index on hc.wide (a);
select is(pg_temp.found('missing_fk_index', 'hc.wide'), 'nothing', 'types may differ within an operator family');

-- names, words and repair
create table hc."Order ""Details""" ("select" int, "Б б" int, foreign key ("Б б", "select") references hc.parent);
select is(pg_temp.told('missing_fk_index', 'hc."Order ""Details"""', 'message'),
	'foreign key of hc."Order ""Details""" on ("Б б", "select") has no index', 'the message names table and columns');
select is(pg_temp.told('missing_fk_index', 'hc."Order ""Details"""', 'fix_sql'),
	'CREATE INDEX CONCURRENTLY ON hc."Order ""Details""" ("Б б", "select");', 'fix_sql quotes the names');
select lives_ok($$create index on hc."Order ""Details""" ("Б б", "select")$$, 'the suggested index can be created');
select is(pg_temp.found('missing_fk_index', 'hc."Order%'), 'nothing', 'the new index ends the finding');
create table hc.two (id int primary key);
create table hc.twice (a int, foreign key (a) references hc.one, foreign key (a) references hc.two);
select is(pg_temp.found('missing_fk_index', 'hc.twice'), 'hc.twice info', 'two foreign keys on the same columns lack one index');

-- severity: rows of the child, and whether anybody changes parents
update pg_class set reltuples = 10000 where oid = 'hc.twice'::regclass;
select is(pg_temp.found('missing_fk_index', 'hc.twice'), 'hc.twice warning', '10,000 rows are a warning');
update pg_class set reltuples = 1000000 where oid = 'hc.twice'::regclass;
select is(pg_temp.found('missing_fk_index', 'hc.twice'), 'hc.twice warning', 'a million rows are a warning while no parent row changes');
create table hc.busy (id int primary key) partition by range (id);
alter table hc.twice add foreign key (a) references hc.busy;
select is(pg_temp.found('missing_fk_index', 'hc.twice'), 'hc.twice critical', 'a million rows are critical once parent rows change');
create table hc.rows (a int references hc.one) partition by range (a);
create table hc.rows_1 partition of hc.rows for values from (0) to (10);
create table hc.rows_2 partition of hc.rows for values from (10) to (20);
update pg_class set reltuples = 6000 where oid in ('hc.rows_1'::regclass, 'hc.rows_2'::regclass);
select is(pg_temp.found('missing_fk_index', 'hc.rows%'), 'hc.rows warning', 'rows of partitions count for the parent');
select is(pg_temp.told('missing_fk_index', 'hc.rows', 'value'), '12000', 'all partitions count for the parent');
select is(pg_temp.told('missing_fk_index', 'hc.rows', 'fix_sql'), 'CREATE INDEX ON hc.rows (a);',
	'a partitioned table cannot be indexed concurrently');

-- ---- duplicate_indexes ----

create table hc.d (id int primary key, a int, b int, t text, r int4range, j jsonb);
create index d_one on hc.d (a, b);
create index d_two on hc.d (a, b);
select is(pg_temp.found('duplicate_indexes'), 'hc.d_two info', 'duplicate_indexes finds the second of two equal ones');
insert into hc.d select n from generate_series(1, 1000) as n;
select is(pg_temp.told('duplicate_indexes', 'hc.d_two', 'value')::float8, pg_relation_size('hc.d_two')::float8,
	'the size is that of the file, also before ANALYZE');
delete from hc.d;
select is(pg_temp.told('duplicate_indexes', 'hc.d_two', 'message'), 'index hc.d_two is identical to index hc.d_one', 'the message names the equal index');
select is(pg_temp.told('duplicate_indexes', 'hc.d_two', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.d_two;', 'fix_sql drops the duplicate');
create table hc.d_kept_too (a int constraint d_first unique);
alter table hc.d_kept_too add constraint d_second unique (a);
select is(pg_temp.told('duplicate_indexes', 'hc.d_second', 'suggestion'), 'Drop the constraint that index hc.d_second belongs to if that of index'
	' hc.d_first says the same; if it is the replica identity, or the table is clustered by it, choose the other index for that first.',
	'an index of a constraint is not dropped');
drop table hc.d_kept_too;
set local dbcare.check_duplicate_indexes_warning = '8192';
select is(pg_temp.found('duplicate_indexes'), 'hc.d_two warning', 'the size of the duplicate sets the severity');
reset dbcare.check_duplicate_indexes_warning;
drop index hc.d_two;
select is(pg_temp.found('duplicate_indexes'), 'nothing', 'dropping the duplicate ends the finding');

-- all that may differ
create index on hc.d (b, a);
create index on hc.d (a desc, b);
create index on hc.d (a, b nulls first);
create index on hc.d (a) include (b);
create index on hc.d (a, b) where a > 0;
create index on hc.d (a, b) where a > 1;
create index on hc.d using hash (a);
create index on hc.d (t);
create index on hc.d (t collate "C");
create index on hc.d (t text_pattern_ops);
create index on hc.d (lower(t));
create index on hc.d (upper(t));
create index on hc.d using gin (j);
create index on hc.d using gin (j jsonb_path_ops);
create index on hc.d using brin (a);
create index on hc.d using brin (a) with (pages_per_range = 4);
select is(pg_temp.found('duplicate_indexes'), 'nothing', 'indexes that differ in any property are no duplicates');
create index d_brin on hc.d using brin (a);
create index d_lower_too on hc.d  (   lower(t)   );
create index d_where on hc.d (a, b) where a > 0;
select is(pg_temp.found('duplicate_indexes'), 'hc.d_brin info, hc.d_lower_too info, hc.d_where info',
	'expressions and predicates are compared as SQL');
drop index hc.d_brin, hc.d_lower_too, hc.d_where;

-- who stays
create index d_id on hc.d (id);
select is(pg_temp.told('duplicate_indexes', 'hc.d_id', 'message'), 'index hc.d_id is identical to index hc.d_pkey', 'a plain index is dropped before the primary key');
drop index hc.d_id;
create unique index a_unique on hc.d (id);
select is(pg_temp.told('duplicate_indexes', 'hc.a_unique', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.a_unique;', 'a unique index is dropped before a constraint''s');
drop index hc.a_unique;
alter table hc.d add constraint d_again unique (id);
select is(pg_temp.found('duplicate_indexes'), 'hc.d_pkey info', 'of two equal constraints one is a duplicate');
select is(pg_temp.told('duplicate_indexes', 'hc.d_pkey', 'fix_sql'), null, 'fix_sql does not drop a constraint''s index');
alter table hc.d drop constraint d_again;
alter table hc.d add constraint d_deferred unique (b) deferrable;
create unique index d_at_once on hc.d (b);
select is(pg_temp.found('duplicate_indexes'), 'hc.d_deferred info', 'an immediate unique index is no duplicate of a deferrable constraint');
alter table hc.d drop constraint d_deferred;
drop index hc.d_at_once;
alter table hc.d alter a set not null;
create unique index d_ident on hc.d (a);
create unique index d_ident_2 on hc.d (a);
alter table hc.d replica identity using index d_ident_2;
select is(pg_temp.found('duplicate_indexes'), 'hc.d_ident info', 'the index of the replica identity stays');
drop index hc.d_ident, hc.d_ident_2;
select :SERVER_VERSION_NUM >= 150000 as since_15 \gset
\if :since_15
create unique index d_distinct on hc.d (a);
create unique index d_not_distinct on hc.d (a) nulls not distinct;
select is(pg_temp.found('duplicate_indexes'), 'hc.d_distinct info', 'the stricter index stays');
\endif

create index d_first on hc.d (b);
create index d_last on hc.d (b) with (fillfactor = 50);
alter table hc.d cluster on d_last;
select is(pg_temp.found('duplicate_indexes', 'hc.d_%st'), 'hc.d_first info', 'the clustered index stays; fillfactor makes no difference');
drop index hc.d_first, hc.d_last;

create table hc.p (a int) partition by range (a);
create table hc.p_1 partition of hc.p for values from (0) to (10);
create index p_one on hc.p (a);
create index p_two on hc.p (a);
select is(pg_temp.found('duplicate_indexes', 'hc.p%'), 'hc.p_two info', 'partitioned indexes are reported once');
select is(pg_temp.told('duplicate_indexes', 'hc.p_two', 'fix_sql'), 'DROP INDEX hc.p_two;', 'fix_sql drops partitioned indexes without CONCURRENTLY');
drop index hc.p_two;
create index p_1_own on hc.p_1 (a);
select is(pg_temp.found('duplicate_indexes', 'hc.p%'), 'hc.p_1_own info', 'a duplicate on one partition is dropped');

-- ---- invalid_indexes ----

create table hc.i (a int primary key, b int);
create index i_b on hc.i (b);
select is(pg_temp.found('invalid_indexes', 'hc.i%'), 'hc.invalid_a_idx warning', 'invalid_indexes finds an invalid index, and no other');
update pg_index set indisvalid = false where indexrelid = 'hc.i_b'::regclass;
select is(pg_temp.told('invalid_indexes', 'hc.i_b', 'message'),
	'index hc.i_b is not valid: queries do not use it', 'the message of invalid_indexes has the state');
select is(pg_temp.told('invalid_indexes', 'hc.i_b', 'fix_sql'), 'REINDEX INDEX CONCURRENTLY hc.i_b;', 'fix_sql rebuilds the invalid index');
create index i_b_twin on hc.i (b);
select is(pg_temp.told('invalid_indexes', 'hc.i_b', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.i_b;', 'fix_sql drops an invalid index that has a duplicate');
update pg_index set indisready = false where indexrelid = 'hc.i_b'::regclass;
select is(pg_temp.told('invalid_indexes', 'hc.i_b', 'message'),
	'index hc.i_b is not ready: writes do not maintain it', 'an index that is not ready is reported');
update pg_index set indislive = false where indexrelid = 'hc.i_b'::regclass;
select is(pg_temp.told('invalid_indexes', 'hc.i_b', 'message'), 'index hc.i_b is partly dropped', 'a partly dropped index is reported');
update pg_index set indisvalid = false where indexrelid = 'hc.i_pkey'::regclass;
select is(pg_temp.told('invalid_indexes', 'hc.i_pkey', 'fix_sql'), 'REINDEX INDEX CONCURRENTLY hc.i_pkey;',
	'the index of a constraint is built again');
create table hc.made (a int, b text);
insert into hc.made values (1, 'x'), (1, 'y'), (2, 'z'), (-1, 'u'), (-1, 'v');
create index made_key on hc.made (a, lower(b)) where a > 0;
create index made_a on hc.made (a) where a > 0;
update pg_index set indisunique = true, indisvalid = false where indrelid = 'hc.made'::regclass;
select is(pg_temp.found('invalid_indexes', 'hc.made%'), 'hc.made_a warning, hc.made_key warning', 'a unique index whose build failed is a warning');
select is(pg_temp.told('invalid_indexes', 'hc.made_key', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.made_key;',
	'fix_sql drops it, since rows that repeat its key would make a rebuild fail');
select is((select fix_risk from dbhealth_checks('{"checks": ["invalid_indexes"]}') where object = 'hc.made_a'), 'locks', '... which destroys nothing');
select matches(pg_temp.told('invalid_indexes', 'hc.made_key', 'message'), 'SELECT a, lower\(b\), count\(\*\) FROM hc\.made WHERE \(a > 0\) GROUP BY a, lower\(b\) HAVING count\(\*\) > 1$',
	'the message has the query that lists the rows');
select regexp_replace(pg_temp.told('invalid_indexes', 'hc.made_a', 'message'), '^.*: (?=SELECT)', '') as listing \gset
select is((select string_agg(r::text, ' ') from (:listing) as r), '(1,2)', '... and it runs');
select is(pg_temp.found('duplicate_keys', 'hc.made%'), 'nothing', 'rows that repeat the key of such an index are no finding');
select is((select count(*) from dbcheck_constraints('hc.made')), 0::bigint, '... nor do they violate a constraint');
select is((select is_unique from dbhealth_indexes() where index_name = 'hc.i_pkey'), false, 'an invalid index is not unique');
create table hc.cc (a int);
insert into hc.cc values (1), (1);
create unique index cc_a on hc.cc (a) where a > 1;
create unique index cc_a_ccnew on hc.cc (a) where a > 1;
create index cc_a_ccold1 on hc.cc (a);
update pg_index set indisvalid = false where indrelid = 'hc.cc'::regclass;
select results_eq($$select object, severity, fix_sql from dbhealth_checks('{"checks": ["invalid_indexes"]}') where object like 'hc.cc%' order by 1$$,
	$$values ('hc.cc_a', 'warning', 'DROP INDEX CONCURRENTLY hc.cc_a;'), ('hc.cc_a_ccnew', 'warning', 'DROP INDEX CONCURRENTLY hc.cc_a_ccnew;'),
		('hc.cc_a_ccold1', 'warning', 'REINDEX INDEX CONCURRENTLY hc.cc_a_ccold1;')$$,
	'what a failed REINDEX CONCURRENTLY has left is dropped, if another index has its definition');
select results_eq($$select object, fix_sql from dbcheck_integrity() where object like 'hc.cc%' order by 1$$,
	$$values ('hc.cc_a', null), ('hc.cc_a_ccnew', 'DROP INDEX CONCURRENTLY hc.cc_a_ccnew;'),
		('hc.cc_a_ccold1', 'REINDEX INDEX CONCURRENTLY hc.cc_a_ccold1;')$$,
	'dbcheck_integrity() has the same fix_sql');
create index p_shell on only hc.p (a);
select is(pg_temp.found('invalid_indexes', 'hc.p%'), 'nothing', 'an index that waits for its partitions is no finding');

select * from finish();
rollback;
