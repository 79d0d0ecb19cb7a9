-- Health checks of how tables and indexes fit together: implied_fk_missing,
-- fk_type_mismatch, redundant_indexes, unused_indexes; and version_eol.
begin;
\ir begin.psql
select no_plan();
create schema hc;

-- What one check says about the objects of hc, without severity.
create function pg_temp.details(check_name text)
returns table (line text)
language sql as $$
	select s.message from pg_temp.said(check_name) as s where s.object like 'hc.%'
	order by s.message collate "C"
$$;

-- ---- implied_fk_missing ----

create table hc.customers (id bigint primary key);
create table hc.category (id int primary key);
create table hc.addresses (address_id int primary key);
create table hc."Invoice" ("InvoiceId" int primary key);
create table hc.company (id int primary key);
create table hc.companies (id text primary key);
create table hc.orders (id bigint primary key, customer_id bigint, category_id int, address_id int,
	"InvoiceId" int, companyid int, paid int);
create table hc.status (id int primary key);
create table hc.statuses (id int primary key);
create table hc.item (a int, status_id int);
select results_eq($$select line from pg_temp.details('implied_fk_missing')$$, $$values
	('hc.item has no foreign key on status_id, which looks like the key of hc.status'),
	('hc.orders has no foreign key on "InvoiceId", which looks like the key of hc."Invoice"'),
	('hc.orders has no foreign key on address_id, which looks like the key of hc.addresses'),
	('hc.orders has no foreign key on category_id, which looks like the key of hc.category'),
	('hc.orders has no foreign key on customer_id, which looks like the key of hc.customers')$$,
	'implied_fk_missing matches singular, plural and mixed case');
select is(pg_temp.told('implied_fk_missing', 'hc.item', 'severity'), 'info', 'a guess is no more than info');
select pg_temp.told('implied_fk_missing', 'hc.item', 'fix_sql') as repair \gset
select is(:'repair'::text, 'ALTER TABLE hc.item ADD CONSTRAINT item_status_id_fkey FOREIGN KEY (status_id) REFERENCES hc.status (id) NOT VALID;'
	' ALTER TABLE hc.item VALIDATE CONSTRAINT item_status_id_fkey;', 'fix_sql validates while rows can be written');
insert into hc.item values (1, 1);
select throws_ok(:'repair', '23503', null, 'fix_sql fails if rows have no parent');
insert into hc.status values (1);
select lives_ok(:'repair', 'fix_sql adds the foreign key');
select is(pg_temp.found('implied_fk_missing', 'hc.item') || ', ' || pg_temp.found('constraints_not_validated', 'hc.item'),
	'nothing, nothing', 'the declared key ends the finding');
drop table hc.orders, hc.item;
create table hc.other_type (customer_id int, company_type_id int);
create table hc.either (status_id int, status_type text, "category_id" int, "category_Type" text);
create table hc.composite (category_id int, a int, foreign key (category_id) references hc.category);
create table hc.parted (status_id int references hc.status) partition by range (status_id);
create table hc.parted_1 partition of hc.parted default;
create table hc.deferrable (id int primary key deferrable);
create table hc.points (deferrable_id int, unlogged_id int);
create unlogged table hc.unlogged (id int primary key);
create temporary table hc_item (status_id int);
create view hc.v as select 1 as status_id;
create table hc.payment (payment_id int primary key);
create table hc.payment_2024 (check (payment_id > 0)) inherits (hc.payment);
create table hc.refund (payment_id int);
select is(pg_temp.found('implied_fk_missing', '%'), 'nothing',
	'another type, one of several tables, a declared key, a partition, a key that cannot be referenced, one whose rows are in tables that inherit it: no findings');
create table hc.parted_2 (category_id int) partition by range (category_id);
select is(pg_temp.told('implied_fk_missing', 'hc.parted_2', 'fix_sql'), null, 'a partitioned table has no fix_sql');
drop table hc.parted, hc.parted_2;

-- ---- fk_type_mismatch ----

create domain hc.number as int;
create domain hc.count as hc.number;
create table hc.small_key (id int primary key);
create table hc.words (w text primary key);
create table hc.same (a bigint references hc.customers, b hc.count references hc.small_key, c varchar(9) references hc.words);
select is(pg_temp.found('fk_type_mismatch'), 'nothing', 'domains count as their base type, varchar as text');
create table hc.narrow (a int references hc.customers, b smallint references hc.small_key);
create table hc.wide (a bigint references hc.small_key);
create table hc.exact_key (id numeric primary key);
create table hc.exact (a int references hc.exact_key);
create table hc.viewed (a int references hc.customers); create view hc.on_viewed as select a from hc.viewed;
create table hc.collated (w text collate "C" references hc.words);
select results_eq($$select message, fix_sql from pg_temp.said('fk_type_mismatch') order by message collate "C"$$, $$values
	('foreign key of hc.collated does not match the key it references: w has another collation than w of hc.words', null),
	('foreign key of hc.exact does not match the key it references: a is integer, but id of hc.exact_key is numeric', null),
	('foreign key of hc.narrow does not match the key it references: a is integer, but id of hc.customers is bigint',
		'ALTER TABLE hc.narrow ALTER COLUMN a TYPE bigint;'),
	('foreign key of hc.narrow does not match the key it references: b is smallint, but id of hc.small_key is integer',
		'ALTER TABLE hc.narrow ALTER COLUMN b TYPE integer;'),
	('foreign key of hc.viewed does not match the key it references: a is integer, but id of hc.customers is bigint', null),
	('foreign key of hc.wide does not match the key it references: a is bigint, but id of hc.small_key is integer', null)$$,
	'fix_sql widens the narrower column');
select pg_temp.told('fk_type_mismatch', 'hc.narrow', 'fix_sql') as repair \gexec
select is(pg_temp.found('fk_type_mismatch', 'hc.narrow'), 'hc.narrow info', 'of two narrow columns one is widened');
create table hc.typed (a int references hc.customers) partition by range (a);
create table hc.typed_1 partition of hc.typed default;
select is(pg_temp.found('fk_type_mismatch', 'hc.typed%'), 'hc.typed info', 'partitions are checked with their parent');
drop table hc.same, hc.narrow, hc.wide, hc.exact, hc.exact_key, hc.viewed, hc.collated, hc.typed cascade;

-- ---- redundant_indexes ----

create table hc.r (id int primary key, a int, b int, c int, t text);
create index r_long on hc.r (a, b);
create index r_short on hc.r (a);
select is(pg_temp.found('redundant_indexes'), 'hc.r_short info', 'redundant_indexes finds the shorter index');
select is(pg_temp.told('redundant_indexes', 'hc.r_short', 'message'), 'index hc.r_short is a prefix of index hc.r_long', 'the message names the longer index');
select is(pg_temp.told('redundant_indexes', 'hc.r_short', 'fix_sql'), 'DROP INDEX CONCURRENTLY hc.r_short;', 'fix_sql drops the shorter index');
insert into hc.r (id, a) select n, n from generate_series(1, 600000) as n;
select is(pg_temp.found('redundant_indexes'), 'hc.r_short warning', 'a large share of the database is a warning, also before ANALYZE');
truncate hc.r;
drop index hc.r_short;
create unique index on hc.r (a);
create index on hc.r (b);
create index on hc.r (a desc);
create index on hc.r (a) where b > 0;
create index on hc.r (a) include (c);
create index on hc.r using hash (a);
create index on hc.r (t collate "C");
create index on hc.r (t, a);
create index on hc.r (t text_pattern_ops);
create index on hc.r (lower(t), a);
create index on hc.r (upper(t));
create index r_valid on hc.r (c, b); update pg_index set indisvalid = false where indexrelid = 'hc.r_valid'::regclass;
create index on hc.r (c);
select is(pg_temp.found('redundant_indexes'), 'nothing',
	'a unique one, another column, order, predicate, included column, method, collation, operators, expression, an invalid longer one: no findings');
create index r_included on hc.r (a) include (b);
create index r_lower on hc.r (lower(t));
create index r_where on hc.r (c) where a > 0;
create index r_where_long on hc.r (c, a) where a > 0;
create table hc.twin (a int, b int, c int);
create index twin_1 on hc.twin (a) include (b, c);
create index twin_2 on hc.twin (a) include (c, b);
select is(pg_temp.found('redundant_indexes'), 'hc.r_included info, hc.r_lower info, hc.r_where info',
	'INCLUDE columns, expressions and predicates are compared');
drop index hc.r_included, hc.r_lower, hc.r_where;
create table hc.alone (a int, b int, constraint alone_a exclude using btree (a with =));
create index on hc.alone (a, b);
select is(pg_temp.found('redundant_indexes'), 'nothing', 'the index of an exclusion constraint stays');
create index r_order on hc.r (b, c);
alter table hc.r cluster on r_b_idx;
select is(pg_temp.found('redundant_indexes'), 'nothing', 'the clustered index stays');
create table hc.rp (a int, b int) partition by range (a);
create table hc.rp_1 partition of hc.rp default;
create index rp_short on hc.rp (a);
create index rp_long on hc.rp (a, b);
select is(pg_temp.told('redundant_indexes', object, 'fix_sql'), 'DROP INDEX hc.rp_short;', 'a partitioned index is reported once')
from pg_temp.said('redundant_indexes') where object like 'hc.%';

-- ---- unused_indexes ----

select is(pg_temp.found('unused_indexes', '%'), 'nothing', 'unused_indexes needs 35 days of statistics');
select matches((select reason from pg_temp.said('unused_indexes')), '^statistics have been gathered for [0-9]+ days; 35 are needed$',
	'unused_indexes gives the reason');

-- ---- version_eol ----

set local dbcare.check_version_eol_warning = 100000;
set local dbcare.check_version_eol_critical = 100000;
select is((select count(*) from pg_temp.said('version_eol') where value is not null), 0::bigint, 'a high threshold finds no version');
-- a new version is listed when its end is announced
select current_setting('server_version_num')::int < 190000 as is_listed \gset
set local dbcare.check_version_eol_warning = -100000;
\if :is_listed
select matches((select object || ' ' || severity from pg_temp.said('version_eol') where value is not null), '^PostgreSQL [0-9.]+ warning$', 'a version near its end is a warning');
set local dbcare.check_version_eol_critical = -100000;
select matches((select object || ' ' || severity from pg_temp.said('version_eol') where value is not null), '^PostgreSQL [0-9.]+ critical$', 'a version after its end is critical');
\else
select skip('the end of this version is not known yet', 2);
\endif

select * from finish();
rollback;
