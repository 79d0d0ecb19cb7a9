-- Restored rows that fire triggers, rows without a parent, and held rows that move.
set client_min_messages = warning;
drop database if exists ar_fire;
create database ar_fire;
\connect ar_fire
set client_min_messages = warning;
create extension pgtap;
create extension dbcare;
select no_plan();

create role fire_owner;
create role fire_other;
create table fired (id int primary key, n int);
create table child (id int primary key, fired_id int references fired on delete cascade);
create table runs (id serial, as_role text);
grant insert on runs to fire_owner, fire_other;
grant usage on sequence runs_id_seq to fire_owner, fire_other;
create function note_run() returns trigger language plpgsql as $$begin insert into public.runs (as_role) values (current_user); return new; end$$;
create trigger note_run after insert on fired for each row execute function note_run();
create trigger note_child after insert on child for each row execute function note_run();
alter function note_run() owner to fire_owner;
alter table fired owner to fire_owner;
alter table child owner to fire_owner;
select dbarchive_enable('fired') \gset
insert into fired values (1, 1);
insert into child values (1, 1);
delete from fired;
truncate runs;
select matches(dbarchive_restore('fired', 1, '{"triggers": "fire"}')::text, '"rows": 2', 'rows of two tables return');
select results_eq('select as_role from runs order by id', $$values ('fire_owner'), ('fire_owner')$$, 'triggers run as their owner, not as the superuser who restores');

delete from fired;
alter table child owner to fire_other;
alter function note_run() owner to postgres;
select throws_like($$select dbarchive_restore('fired', 1, '{"triggers": "fire"}')$$, 'batch % cannot be restored', 'triggers of tables of other roles do not fire together');
select lives_ok($$select dbarchive_restore('fired', 1)$$, 'without triggers the rows return');

create function prevent() returns trigger language plpgsql as $$begin if new.n > 1 then return null; end if; new.n := 0; return new; end$$;
create table kept (id int primary key, n int);
insert into kept values (1, 1), (2, 2);
select dbarchive_enable('kept') \gset
delete from kept where id = 1;
delete from kept where id = 2;
create trigger prevent before insert on kept for each row execute function prevent();
select throws_like($$select dbarchive_restore('kept', 1, '{"triggers": "fire"}')$$, 'batch % cannot be restored', 'a trigger that would change a row');
select throws_like($$select dbarchive_restore('kept', 2, '{"triggers": "fire"}')$$, 'batch % cannot be restored', 'a trigger that prevents a row');
select is((select count(*) from kept), 0::bigint, 'nothing is restored');

create table par (id int primary key);
create table orphan (id int primary key, par_id int);
insert into orphan values (1, 7);
alter table orphan add foreign key (par_id) references par not valid;
select dbarchive_enable('orphan') \gset
delete from orphan;
select throws_ok($$select dbarchive_restore('orphan', 1)$$, '23503', null, 'a row without a parent');
select lives_ok($$select dbarchive_restore('orphan', 1, '{"orphans": "keep"}')$$, 'returns if asked to');

-- a held row that moves to another partition, which is then detached
create table parted (id int, region int, v text, primary key (id, region)) partition by list (region);
create table parted_1 partition of parted for values in (1);
create table parted_2 partition of parted for values in (2);
insert into parted values (1, 1, 'a'), (2, 1, 'b');
select dbarchive_hold('parted', '{"id": 1, "region": 1}', 'moves') \gset
update parted set region = 2;
select results_eq('select table_name, row_key::text from dbarchive_holds()', $$values ('public.parted', '{"id": 1, "region": 2}')$$, 'a hold follows its row to another partition');
alter table parted detach partition parted_2;
select throws_ok($$select dbops_delete('parted_2', '{"id": 1}')$$, '55000', 'row {"id": 1, "region": 2} of table public.parted_2 is held', '... and the partition when that is detached');
select lives_ok($$select dbops_delete('parted_2', '{"id": 2}')$$, '... and no other row does');

-- names in dbcare's statements are not those of tables
create table k (id int primary key, v text);
insert into k values (1, 'a');
select dbarchive_enable('k') \gset
delete from k;
select lives_ok($$select dbarchive_restore('k', 1)$$, 'a table may have any name');

select * from finish();
\connect postgres
drop database ar_fire;
drop role fire_owner, fire_other;
