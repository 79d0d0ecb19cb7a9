-- Health checks of the schema: the same findings in the same words, but for the
-- schema that PostgreSQL shows before a name.
create table customer (id integer primary key, code text unique);
create table category (id integer primary key);
create table orders (id integer primary key, customer_id integer, category_id text, paid integer, item_id integer,
	item_type text);
create table item (item_id integer primary key, customer_code varchar(10) references customer (code));
select severity, replace(object, 'public.', ''), replace(message, 'public.', ''), replace(suggestion, 'public.', ''), cast(penalty as integer) from dbhealth_checks('{"checks": ["implied_fk_missing"]}');
drop table orders;
create table orders (id integer primary key, customer_id integer references customer (id), category_id integer,
	category_type text);
select severity, message from dbhealth_checks('{"checks": ["implied_fk_missing"]}');
select severity, message from dbhealth_checks('{"checks": ["fk_type_mismatch"]}');
-- indexes that a longer one begins with
create index orders_customer on orders (customer_id);
create index orders_customer_category on orders (customer_id, category_id);
create index orders_category_desc on orders (category_id desc);
create unique index orders_category on orders (category_id);
create index orders_category_type on orders (category_id, category_type);
create index orders_type on orders (category_type) where category_id > 0;
create index orders_type_id on orders (category_type, id);
select severity, replace(object, 'public.', ''), replace(message, 'public.', ''), unit, replace(suggestion, 'public.', ''), cast(penalty as integer) from dbhealth_checks('{"checks": ["redundant_indexes"]}');
drop index orders_customer;
select severity, message from dbhealth_checks('{"checks": ["redundant_indexes"]}');
-- of a unique index some columns of a foreign key are enough, of another all
create table pair (a integer, b integer, primary key (a, b));
create table by_unique (a integer unique, b integer, foreign key (a, b) references pair (a, b));
create table by_any (a integer, b integer, foreign key (a, b) references pair (a, b));
create index by_any_a on by_any (a);
select severity, replace(message, 'public.', '') from dbhealth_checks('{"checks": ["missing_fk_index"]}') where message like '%by_%';
-- level fast does not scan
select check_id, severity, reason from dbhealth_checks() where check_id = 'integrity_index_match';
