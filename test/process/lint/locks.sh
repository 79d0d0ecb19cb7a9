#!/bin/bash
# What dbmigrate_plan() says a statement locks and rewrites, against what it
# locks and rewrites when dbmigrate_measure() runs it: on tables with rows,
# statement by statement.  Prints TAP.
#
# Only tables count, and indexes that the plan names; locks that keep nobody
# from reading and writing rows need not be foretold.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new locks
postgresql locks >"$tmp/made" <<-'END_SQL'
	create table setting (i int);
	create table customers (id int primary key, name varchar(20) not null, email text, code char(4), score numeric(8,2), seen timestamptz, at timestamp, net cidr, kind int, span interval, tags varchar(10)[], constraint email_there check (email is not null), constraint known check (kind > 0) not valid);
	insert into customers select g, 'n' || g, 'e' || g, 'c', g, now(), now(), '10.0.0.0/8', 1, '1s' from generate_series(1, 100) as g;
	create index customers_name on customers (name);
	create index customers_lower on customers (lower(email));
	create index customers_seen on customers (seen);
	create table orders (id serial primary key, customer_id int constraint orders_customer references customers, total int, note text, loose int, constraint total_there check (total > 0));
	alter table orders add constraint orders_loose foreign key (loose) references customers not valid;
	insert into orders select g, g, g, 'n', 1 from generate_series(1, 100) as g;
	create table lines (id bigint primary key, order_id int references orders on delete cascade);
	insert into lines select g, g from generate_series(1, 100) as g;
	create unique index orders_total on orders (total);
	create view shown as select id, note from orders;
	create view plain as select 1 as one;
	create materialized view summed as select count(*) as n, 1 as id from orders;
	create unique index summed_n on summed (id);
	create table events (id int, at date not null, note text) partition by range (at);
	create table events_1 partition of events for values from ('2024-01-01') to ('2025-01-01');
	create table events_2 partition of events for values from ('2025-01-01') to ('2026-01-01');
	create table events_rest partition of events default;
	insert into events select g, date '2024-01-01' + g, 'x' from generate_series(1, 100) as g;
	create index events_id on events (id);
	create table loner (id int, at date not null, note text);
	create table base (id int); create table heir (more int) inherits (base);
	insert into base values (1); insert into heir values (2, 3);
	create domain positive as int check (value > 0);
	create domain bare as int;
	create table has_domain (id int, p positive);
	insert into has_domain values (1, 1);
	create type mood as enum ('sad', 'ok');
	create table typed (m mood);
	create sequence numbers;
	create function touch() returns trigger language plpgsql as 'begin return new; end';
	create trigger orders_touch before update on orders for each row execute function touch();
	create policy orders_policy on orders;
	create rule orders_rule as on delete to lines where old.id = 0 do nothing;
	create schema store; create table store.goods (id int primary key); create table store.stock (goods_id int references store.goods, order_id int references orders);
	create unlogged table scratch (i int);
	create statistics orders_stat on total, note from orders;
	create publication pub;
	analyze;
	create function foretold(script text) returns text language plpgsql as $$
	declare
		plan record;
		measured jsonb;
		differences text;
	begin
		perform dbmigrate_add('1', 'statement', script);
		select locks::jsonb as locks, rewrites_table into plan from dbmigrate_plan('1');
		measured := dbmigrate_measure('1', '{"max_mb": 1000, "lock_timeout_ms": 60000}');
		if measured->>'success' <> 'true' then
			return measured->>'error';
		end if;
		select string_agg(format('%s: %s foretold, %s taken', coalesce(f.relation, t.relation),
			coalesce(f.lock, 'nothing'), coalesce(t.lock, 'nothing')), ', ') into differences
		from (select key as relation, value as lock from jsonb_each_text(plan.locks)) as f
		full join (select replace(l->>'relation', 'public.', '') as relation, l->>'lock_level' as lock
			from jsonb_array_elements(measured #> '{statements,0,locks}') as l
			join pg_class as c on c.oid = (l->>'relation')::regclass
			where c.relkind not in ('i', 'I') or plan.locks ? replace(l->>'relation', 'public.', '')) as t
			on t.relation = f.relation
		where f.lock is distinct from t.lock
			and not (f.lock is null and t.lock in ('ACCESS SHARE', 'ROW SHARE'));
		return concat_ws(', ', differences, (select format('%s foretold, %s rewritten', plan.rewrites_table, count(*))
			from jsonb_array_elements_text(measured #> '{statements,0,rewritten}') as r
			join pg_class as c on c.oid = r::regclass and c.relkind not in ('i', 'I', 'S')
			having plan.rewrites_table is distinct from (count(*) > 0)));
	end $$;
END_SQL
version=$(postgresql locks <<<"show server_version_num")
[ "$version" -lt 180000 ] || postgresql locks >>"$tmp/made" <<-'END_SQL'
	alter table lines add constraint lines_loose foreign key (id) references customers not enforced;
	create extension btree_gist;
	create table rooms (room int not null, during int4range not null);
END_SQL
is "$(grep ERROR "$tmp/made")" '' 'the tables are made'

while read -r statement; do
	[[ $version -ge 150000 || $statement != merge* ]] || continue
	# from the version on that is in brackets
	if [[ $statement =~ ^\[([0-9]+)\]\ (.*) ]]; then
		[ "$version" -ge "${BASH_REMATCH[1]}0000" ] || continue
		statement=${BASH_REMATCH[2]}
	fi
	is "$(postgresql locks <<<"select foretold(\$s\$$statement\$s\$)")" '' \
		"$statement"
done <<-'END_STATEMENTS'
	[18] alter table orders add constraint there not null note not valid
	[18] alter table orders add constraint there not null note
	[18] alter table orders add constraint positive check (total > 0) not enforced
	[18] alter table lines add constraint loose foreign key (id) references customers not enforced
	[18] alter table orders alter constraint orders_customer not enforced
	[18] alter table orders add column doubled int generated always as (total * 2) virtual
	[18] alter table orders add column doubled int generated always as (total * 2)
	[18] alter table rooms add primary key (room, during without overlaps)
	[18] alter table customers drop constraint customers_name_not_null
	[17] alter table orders add column halved int generated always as (total / 2) stored
	[17] merge into orders using lines on lines.order_id = orders.id when matched then update set note = 'x' returning merge_action()
	[17] merge into orders using lines on lines.order_id = orders.id when not matched by source then delete
	[18] update orders set total = 1000 where id = 1 returning old.total, new.total
	[18] alter table lines alter constraint lines_loose enforced
	[18] analyze only events
	grant select on orders to public
	create or replace function touch() returns trigger language plpgsql as 'begin return null; end'
	alter type mood add value 'great'
	alter domain positive add constraint big check (value < 1000) not valid
	alter domain positive add constraint big check (value < 1000)
	alter domain positive set not null
	alter domain positive drop constraint positive_check
	create view v as select * from orders
	create or replace view shown as select id, note, 1 as one from orders
	create table like_it (like orders)
	alter table orders alter total set statistics 100
	alter table orders set (fillfactor = 90)
	alter table orders set (autovacuum_enabled = off)
	alter table customers validate constraint known
	alter table orders validate constraint orders_loose
	alter table orders validate constraint orders_customer
	alter index orders_total rename to orders_sum
	alter table customers cluster on customers_name
	comment on table orders is 'x'
	comment on column orders.total is 'x'
	comment on constraint orders_customer on orders is 'x'
	comment on index orders_total is 'x'
	comment on trigger orders_touch on orders is 'x'
	create statistics s on id, note from orders
	analyze orders
	analyze events
	alter table orders add constraint u unique using index orders_total
	create index on orders (note)
	create unique index on orders (note, id)
	create index on events (note)
	create index on only events (note)
	reindex table orders
	refresh materialized view summed
	refresh materialized view concurrently summed
	alter table lines add foreign key (id) references customers not valid
	alter table loner add foreign key (id) references orders
	alter table events add foreign key (id) references orders
	create trigger t before insert on orders for each row execute function touch()
	create trigger t before insert on events for each row execute function touch()
	create constraint trigger t after insert on lines from orders for each row execute function touch()
	alter table orders disable trigger all
	alter table orders enable trigger orders_touch
	alter sequence numbers restart
	alter sequence numbers increment 2
	alter sequence numbers owned by orders.id
	create table refers (id int references orders)
	create table refers (id int, foreign key (id) references orders)
	alter table orders add column a int
	alter table orders add column a int default 5
	alter table orders add column a timestamptz default now()
	alter table orders add column a timestamptz default clock_timestamp()
	alter table orders add column a int not null default 5
	alter table orders add column a mood default 'ok'
	alter table orders add column a bare
	alter table orders add column a positive
	alter table orders add column a positive default 1
	alter table orders add column a int check (a > 0)
	alter table orders add column a int default 1 check (a > 0)
	alter table orders add column a int unique
	alter table orders add column a int references customers
	alter table orders add column a int default 1 references customers
	alter table orders add column a serial
	alter table orders add column a int generated by default as identity
	alter table orders add column a uuid default gen_random_uuid()
	alter table orders add column a int default random()
	alter table orders add column a int generated always as (total * 2) stored
	alter table orders add column if not exists total int
	alter table orders drop column note cascade
	alter table orders drop column customer_id
	alter table orders drop column total
	alter table orders alter total set default 3
	alter table orders alter total drop default
	alter table orders alter note set not null
	alter table orders alter total set not null
	alter table customers alter email set not null
	alter table customers alter name set not null
	alter table customers alter name drop not null
	alter table orders add check (id > 0)
	alter table orders add check (id > 0) not valid
	alter table orders drop constraint total_there
	alter table orders drop constraint orders_customer
	alter table customers drop constraint customers_pkey cascade
	alter table lines add unique (order_id)
	alter table loner add primary key (id)
	alter table loner add exclude (id with =)
	alter table orders rename to bought
	alter table orders rename column note to remark
	alter table orders rename constraint total_there to t
	alter view shown rename to seen
	alter table base rename column id to nr
	alter trigger orders_touch on orders rename to t
	alter policy orders_policy on orders rename to p
	alter table orders owner to current_user
	alter table orders set schema store
	alter table orders replica identity full
	alter table orders alter note set storage external
	alter table orders enable row level security
	create policy p on orders
	alter policy orders_policy on orders using (true)
	drop policy orders_policy on orders
	create rule r as on update to lines do nothing
	drop rule orders_rule on lines
	drop trigger orders_touch on orders
	drop index orders_total
	drop index events_id
	drop function touch() cascade
	drop view shown
	drop materialized view summed
	drop sequence numbers
	drop table lines
	drop table loner
	drop table orders cascade
	drop table customers cascade
	drop table events_1
	drop table events
	drop table base cascade
	drop schema store cascade
	drop domain positive cascade
	drop type mood cascade
	alter table customers alter name type varchar(30)
	alter table customers alter name type text
	alter table customers alter name type varchar(10)
	alter table customers alter name type text collate "C"
	alter table customers alter name type varchar(30) using name::varchar(30)
	alter table customers alter name type varchar(30) using upper(name)
	alter table customers alter email type varchar
	alter table customers alter email type varchar(100)
	alter table customers alter code type char(5)
	alter table customers alter code type text
	alter table customers alter score type numeric(10,2)
	alter table customers alter score type numeric
	alter table customers alter score type numeric(8,3)
	alter table customers alter seen type timestamptz(3)
	alter table customers alter seen type timestamptz(6)
	alter table customers alter seen type timestamp
	alter table customers alter at type timestamptz
	alter table customers alter net type inet
	alter table customers alter span type interval(3)
	alter table customers alter kind type bigint
	alter table customers alter kind type bare
	alter table customers alter kind type positive
	alter table customers alter tags type varchar(20)[]
	alter table customers alter tags type text[]
	alter table orders alter customer_id type bigint
	alter table store.goods alter id type bigint
	alter table store.stock alter goods_id type bigint
	alter table customers alter id type bigint
	alter table orders alter total type bigint
	alter table base alter id type bigint
	alter table events alter note type varchar(5)
	alter table store.stock set unlogged
	alter table loner set unlogged
	alter table orders set logged
	alter table scratch set logged
	alter table orders set tablespace pg_default
	cluster orders using orders_pkey
	truncate loner
	truncate customers cascade
	truncate events
	truncate orders, lines, store.stock restart identity
	create table events_3 partition of events for values from ('2026-01-01') to ('2027-01-01')
	alter table loner add constraint fits check (at is not null and at >= '2026-01-01' and at < '2027-01-01')
	alter table events attach partition loner for values from ('2026-01-01') to ('2027-01-01')
	alter table events detach partition events_1
	alter table events detach partition events_rest
	alter table events add column a int
	alter table events add column a int default random()
	alter table events add check (id > 0)
	alter table events alter id set not null
	alter table only base add constraint c check (id > 0) no inherit
	alter table events add constraint p primary key (id, at)
	alter table base add column a int
	alter table only base alter id set default 3
	alter table base alter id set not null
	alter table heir no inherit base
	alter table loner inherit base
	create table heir2 () inherits (base)
	alter index events_id attach partition events_1_id_idx
	lock table orders in share row exclusive mode
	lock table events
	insert into loner values (1, now(), 'x')
	insert into orders (id, total) select 1000, 5000
	reindex index orders_total
	update orders set note = 'x'
	delete from loner
	update events set note = 'y'
	delete from base
	with gone as (delete from lines returning id) select * from gone
	select * from orders for update
	merge into loner using orders on loner.id = orders.id when matched then delete
	copy (select 1) to '/dev/null'
	create table copied as select * from orders
	create materialized view m as select * from orders
	alter table orders add column a int, add check (id > 0), alter loose type bigint
	alter table orders disable row level security
	alter table orders force row level security
	alter table lines alter id add generated always as identity
	alter table typed alter m type text
	alter type mood rename to moods
	alter type mood rename value 'ok' to 'fine'
	alter view plain alter column one set default 3
	create or replace view plain as select 2 as one
	alter table orders reset (fillfactor)
	alter table lines disable rule orders_rule
	select 1
END_STATEMENTS
finish
