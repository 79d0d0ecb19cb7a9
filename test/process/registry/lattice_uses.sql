-- More places, of code that runs when somebody uses a table: views, rules, triggers,
-- policies, keys; and tables of which several roles own parts.  See lattice.sql.

-- place: view
create table evil.view (id integer primary key, note text);
insert into evil.view values (1, 'a'), (2, 'b');
create view evil.view_seen as select *, evil.number('view') as n from evil.view;
create view evil.view_of_view as select id, note from evil.view_seen where evil.number('view', id) > 0;
-- springs: select * from evil.view_of_view

-- place: view_as_table
create table evil.view_table (id integer primary key, note text);
insert into evil.view_table values (1, 'a'), (2, 'b');
create view evil.view_as_table as select id, note from evil.view_table where evil.spring('view_as_table');
-- springs: select * from evil.view_as_table

-- place: materialized_view
create table evil.materialized_base (id integer primary key, note text);
insert into evil.materialized_base values (1, 'a'), (2, 'b');
create materialized view evil.materialized_view as
	select id, note, evil.number('materialized_view') as n from evil.materialized_base;
create unique index on evil.materialized_view ((id + evil.number('materialized_view')));
-- springs: refresh materialized view evil.materialized_view

-- place: aggregate
create function evil.collect(integer, integer) returns integer language plpgsql immutable as $$
begin
    perform evil.spring('aggregate');
    return $1 + $2;
end $$;
create aggregate evil.total(integer) (sfunc = evil.collect, stype = integer, initcond = '0');
create table evil.aggregate (id integer primary key, note integer);
insert into evil.aggregate values (1, 1), (2, 2);
create view evil.aggregate_seen as select evil.total(note) as n from evil.aggregate;
-- springs: select * from evil.aggregate_seen

-- place: sql_body
create function evil.body(n integer) returns integer language sql immutable
	begin atomic select evil.number('sql_body', n); end;
create table evil.sql_body (id integer primary key, note integer, check (evil.body(note) < 1000));
insert into evil.sql_body values (1, 1), (2, 2);
create index on evil.sql_body ((note + evil.body(5)));
-- springs: update evil.sql_body set note = 3

-- place: inlined
create function evil.inlined(text) returns integer language sql immutable as 'select evil.number($1)';
create table evil.inlined (id integer primary key, note integer, check (note > evil.inlined('inlined')));
insert into evil.inlined values (1, 1), (2, 2);
create unique index on evil.inlined ((id + evil.inlined('inlined')));
-- springs: update evil.inlined set note = 3

-- place: set_returning
create function evil.rows_of() returns setof integer language plpgsql immutable rows 5 as $$
begin
    perform evil.spring('set_returning');
    return query select 1;
end $$;
create table evil.set_returning (id integer primary key, note integer);
insert into evil.set_returning values (1, 1), (2, 2);
create view evil.set_returning_seen as select t.* from evil.set_returning as t, evil.rows_of() as r;
-- springs: select * from evil.set_returning_seen

-- place: rule_on_insert
create table evil.rule_on_insert (id integer primary key, note text);
insert into evil.rule_on_insert values (1, 'a'), (2, 'b');
create rule also as on insert to evil.rule_on_insert do also select evil.spring('rule_on_insert');
-- springs: insert into evil.rule_on_insert values (3)

-- place: rule_on_update
create table evil.rule_on_update (id integer primary key, note text);
insert into evil.rule_on_update values (1, 'a'), (2, 'b');
create rule also as on update to evil.rule_on_update do also select evil.spring('rule_on_update');
-- springs: update evil.rule_on_update set note = 'c'

-- place: rule_on_delete
create table evil.rule_on_delete (id integer primary key, note text);
insert into evil.rule_on_delete values (1, 'a'), (2, 'b');
create rule also as on delete to evil.rule_on_delete do also select evil.spring('rule_on_delete');
-- springs: delete from evil.rule_on_delete

-- place: before_row
create table evil.before_row (id integer primary key, note text);
insert into evil.before_row values (1, 'a'), (2, 'b');
create trigger before_row before insert or update or delete on evil.before_row
	for each row execute function evil.fire();
-- springs: update evil.before_row set note = 'c'

-- place: after_row
create table evil.after_row (id integer primary key, note text);
insert into evil.after_row values (1, 'a'), (2, 'b');
create trigger after_row after insert or update or delete on evil.after_row
	for each row execute function evil.fire();
-- springs: update evil.after_row set note = 'c'

-- place: by_statement
create table evil.by_statement (id integer primary key, note text);
insert into evil.by_statement values (1, 'a'), (2, 'b');
create trigger by_statement after insert or update or delete on evil.by_statement execute function evil.fire();
create trigger by_truncate before truncate on evil.by_statement execute function evil.fire();
-- springs: update evil.by_statement set note = 'c'

-- place: trigger_condition
create table evil.trigger_condition (id integer primary key, note text);
insert into evil.trigger_condition values (1, 'a'), (2, 'b');
create trigger trigger_condition before update or delete on evil.trigger_condition
	for each row when (evil.spring('trigger_condition', old.id > 0)) execute function evil.fire();
-- springs: update evil.trigger_condition set note = 'c'

-- place: transition_table
create function evil.fire_once() returns trigger language plpgsql as $$
begin
    perform evil.number('transition_table', id) from gone;
    return null;
end $$;
create table evil.transition_table (id integer primary key, note text);
insert into evil.transition_table values (1, 'a'), (2, 'b');
create trigger transition_table after delete on evil.transition_table
	referencing old table as gone execute function evil.fire_once();
-- springs: delete from evil.transition_table

-- place: deferred_trigger
create table evil.deferred_trigger (id integer primary key, note text);
insert into evil.deferred_trigger values (1, 'a'), (2, 'b');
create constraint trigger deferred_trigger after insert or update or delete on evil.deferred_trigger
	deferrable initially deferred for each row execute function evil.fire();
-- springs: update evil.deferred_trigger set note = 'c'

-- place: always_trigger
-- replication roles fire it, too
create table evil.always_trigger (id integer primary key, note text);
insert into evil.always_trigger values (1, 'a'), (2, 'b');
create trigger always_trigger after insert or update or delete on evil.always_trigger
	for each row execute function evil.fire();
alter table evil.always_trigger enable always trigger always_trigger;
-- springs: update evil.always_trigger set note = 'c'

-- place: instead_of
create table evil.instead_table (id integer primary key, note text);
insert into evil.instead_table values (1, 'a'), (2, 'b');
create view evil.instead_of as select id, note from evil.instead_table;
create trigger instead_of instead of insert or update or delete on evil.instead_of
	for each row execute function evil.fire();
-- springs: update evil.instead_of set note = 'c'

-- place: policy
create table evil.policy (id integer primary key, note text);
insert into evil.policy values (1, 'a'), (2, 'b');
create policy hiding on evil.policy using (evil.spring('policy')) with check (evil.spring('policy'));
alter table evil.policy enable row level security;
alter table evil.policy force row level security;
-- as superuser
grant all on evil.policy to plain;
-- springs: set role plain; select * from evil.policy

-- place: statistics_expression
create table evil.statistics_expression (id integer primary key, note integer);
insert into evil.statistics_expression select n, n from generate_series(1, 1000) as n;
create statistics evil.some on (id + evil.number('statistics_expression')), note from evil.statistics_expression;
-- springs: insert into evil.statistics_expression values (0, 0); analyze evil.statistics_expression

-- place: foreign_key
create table evil.foreign_parent (id integer primary key, note text, check (evil.spring('foreign_key')));
insert into evil.foreign_parent values (1, 'a');
create index on evil.foreign_parent (id) where evil.spring('foreign_key');
create table evil.foreign_key (id integer primary key, note text, parent integer);
insert into evil.foreign_key values (1, 'a', 1), (2, 'b', 7);
alter table evil.foreign_key add foreign key (parent) references evil.foreign_parent
	on delete set null on update cascade not valid;
create index on evil.foreign_key (parent) where evil.spring('foreign_key');
-- springs: select * from evil.foreign_key where parent = 1

-- place: foreign_key_cast
-- the two sides of the key are compared by an operator of evil
create type evil.code as (n integer);
create table evil.code_parent (id evil.small primary key);
insert into evil.code_parent values (1);
create table evil.foreign_key_cast (id integer primary key, note text, parent integer references evil.code_parent);
insert into evil.foreign_key_cast values (1, 'a', 1), (2, 'b', null);
-- springs: insert into evil.code_parent values (3)

-- place: cascade
create table evil.cascade (id integer primary key, note text);
insert into evil.cascade values (1, 'a'), (2, 'b');
create table evil.cascaded (id integer primary key, parent integer references evil.cascade on delete cascade);
insert into evil.cascaded values (1, 1), (2, 2);
create trigger cascaded after delete on evil.cascaded for each row execute function evil.fire();
-- springs: delete from evil.cascade

-- place: foreign_table
-- as superuser
create extension if not exists file_fdw;
create server if not exists files foreign data wrapper file_fdw;
grant usage on foreign server files to evil;
grant pg_read_server_files to evil;
-- as evil
create foreign table evil.foreign_table (id integer, note text, check (evil.spring('foreign_table')))
	server files options (filename '/dev/null');
create view evil.foreign_seen as select * from evil.foreign_table where evil.spring('foreign_table');
-- springs: explain select * from evil.foreign_seen

-- place: argument_default
create function evil.with_default(n integer default evil.number('argument_default')) returns integer
	language sql immutable as 'select n';
create table evil.argument_default (id integer primary key, note integer);
insert into evil.argument_default values (1, 1), (2, 2);
create index on evil.argument_default ((id + evil.with_default()));
-- springs: insert into evil.argument_default values (3)

-- place: leaky_function
create function evil.leak(text) returns boolean language plpgsql immutable cost 0.0000001 as $$
begin
    return evil.spring('leaky_function');
end $$;
create table evil.leaky_function (id integer primary key, note text);
insert into evil.leaky_function values (1, 'a'), (2, 'b');
create view evil.leaky_seen as select * from evil.leaky_function where evil.leak(note);
-- springs: select * from evil.leaky_seen

-- place: support_function
create function evil.slow(integer) returns boolean language plpgsql immutable as $$
begin
    return evil.spring('support_function');
end $$;
create table evil.support_function (id integer primary key, note integer, check (evil.slow(note)));
insert into evil.support_function values (1, 1), (2, 2);
create index on evil.support_function (note) where evil.slow(1);
-- springs: select * from evil.support_function where note = 1 and evil.slow(1)

-- place: owned_part
-- a partition of evil below a table of app
-- as superuser
create table app.owned_part (id integer primary key, note text) partition by range (id);
create table evil.owned_part partition of app.owned_part for values from (0) to (1000);
insert into app.owned_part values (1, 'a'), (2, 'b');
alter table app.owned_part owner to app;
alter table evil.owned_part owner to evil;
-- as evil
alter table evil.owned_part add check (evil.spring('owned_part'));
create index on evil.owned_part (note) where evil.spring('owned_part');
create unique index on evil.owned_part ((id + evil.number('owned_part')));
create trigger owned_part after insert or update or delete on evil.owned_part
	for each row execute function evil.fire();
-- springs: update app.owned_part set note = 'c'

-- place: owned_heir
-- as superuser
create table app.owned_heir (id integer primary key, note text);
create table evil.owned_heir (primary key (id)) inherits (app.owned_heir);
insert into evil.owned_heir values (1, 'a'), (2, 'b');
alter table app.owned_heir owner to app;
alter table evil.owned_heir owner to evil;
-- as evil
alter table evil.owned_heir add check (evil.spring('owned_heir'));
create index on evil.owned_heir (note) where evil.spring('owned_heir');
create trigger owned_heir after insert or update or delete on evil.owned_heir
	for each row execute function evil.fire();
-- springs: update app.owned_heir set note = 'c'

-- place: borrower
-- a child of evil of a table of app
-- as superuser
create table app.lender (id integer primary key, note text);
insert into app.lender values (1, 'a'), (2, 'b');
alter table app.lender owner to app;
grant references on app.lender to evil;
-- as evil
create table evil.borrower (id integer primary key, note text,
	lender integer references app.lender on delete cascade on update cascade);
insert into evil.borrower values (1, 'a', 1), (2, 'b', 2);
create index on evil.borrower (lender) where evil.spring('borrower');
create trigger borrower after insert or update or delete on evil.borrower
	for each row execute function evil.fire();
-- springs: delete from app.lender

-- place: foreign_type
-- a table of app with a column of a type of evil
-- as superuser
create table app.foreign_type (id integer primary key, note evil.small, list evil.element[], m evil.mood);
insert into app.foreign_type values (1, 1, '{1}', 'well'), (2, 2, '{2}', 'ill');
alter table app.foreign_type owner to app;
-- springs: update app.foreign_type set note = 3

-- place: foreign_function
-- a table of app that calls functions of evil
-- as superuser
create table app.foreign_function (id integer primary key, note text default evil.number('foreign_function')::text,
	check (evil.spring('foreign_function')));
insert into app.foreign_function values (1, 'a'), (2, 'b');
create index on app.foreign_function (note) where evil.spring('foreign_function');
alter table app.foreign_function owner to app;
-- springs: update app.foreign_function set note = 'c'

-- place: foreign_trigger
-- as superuser
create table app.foreign_trigger (id integer primary key, note text);
insert into app.foreign_trigger values (1, 'a'), (2, 'b');
create trigger foreign_trigger after insert or update or delete on app.foreign_trigger
	for each row execute function evil.fire();
alter table app.foreign_trigger owner to app;
-- springs: update app.foreign_trigger set note = 'c'

-- place: ledger
-- the ledger of another tool, which dbmigrate_adopt() reads
create table evil.goose_db_version (id integer primary key, version_id bigint, is_applied boolean,
	tstamp timestamp default now(), check (evil.spring('ledger')));
insert into evil.goose_db_version values (1, 1, true), (2, 2, true);
create index on evil.goose_db_version (version_id) where evil.spring('ledger');
create trigger ledger after insert or update or delete on evil.goose_db_version
	for each row execute function evil.fire();
-- springs: insert into evil.goose_db_version values (3)

-- place: unlogged
-- health offers to rewrite it
create unlogged table evil.unlogged (id integer primary key, note text, check (evil.spring('unlogged')));
insert into evil.unlogged values (1, 'a'), (2, 'b');
create index on evil.unlogged (note) where evil.spring('unlogged');
-- springs: update evil.unlogged set note = 'c'

-- place: disabled_trigger
-- health offers to enable it
create table evil.disabled_trigger (id integer primary key, note text, check (evil.spring('disabled_trigger')));
insert into evil.disabled_trigger values (1, 'a'), (2, 'b');
create trigger disabled_trigger after update on evil.disabled_trigger for each row execute function evil.fire();
alter table evil.disabled_trigger disable trigger disabled_trigger;
-- springs: update evil.disabled_trigger set note = 'c'

-- place: small_key
-- health offers a larger type for the key
create table evil.small_key (id integer primary key, note text, check (evil.spring('small_key')));
insert into evil.small_key values (1, 'a'), (2147483000, 'b');
-- springs: update evil.small_key set note = 'c'
