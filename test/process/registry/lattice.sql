-- Places where the owner of an object can put code, one after the other: each has a
-- table evil.PLACE (or is used by one), and a statement that springs the trap
-- when a superuser runs it, which proves that the trap works.  Traps are the
-- functions evil.spring(), evil.number() and evil.fire(); lattice.sh makes them.
--
-- Those of what a table consists of are here, others in lattice_uses.sql.
--
--	-- place: NAME		begins a place; what follows runs as evil
--	-- as superuser		what follows runs as a superuser
--	-- springs: SQL		the statement

-- place: check
create table evil.check (id integer primary key, note text, check (evil.spring('check')));
insert into evil.check values (1, 'a'), (2, 'b');
-- springs: update evil.check set note = 'c'

-- place: check_of_row
create table evil.check_of_row (id integer primary key, note text, check (evil.spring('check_of_row', id < 1000)));
insert into evil.check_of_row values (1, 'a'), (2, 'b');
-- springs: update evil.check_of_row set note = 'c'

-- place: check_not_valid
create table evil.check_not_valid (id integer primary key, note text);
insert into evil.check_not_valid values (1, 'a'), (2, 'b');
alter table evil.check_not_valid add check (evil.spring('check_not_valid', note <> 'a')) not valid;
-- springs: alter table evil.check_not_valid validate constraint check_not_valid_note_check

-- place: check_inherited
create table evil.check_inherited (id integer, note text, check (evil.spring('check_inherited')));
create table evil.check_heir (primary key (id)) inherits (evil.check_inherited);
insert into evil.check_heir values (1, 'a'), (2, 'b');
-- springs: update evil.check_inherited set note = 'c'

-- place: check_constant
create table evil.check_constant (id integer primary key, note text,
	check (length(note) < evil.number('check_constant', 1000)));
insert into evil.check_constant values (1, 'a'), (2, 'b');
-- springs: update evil.check_constant set note = 'c'

-- place: domain_check
create domain evil.small as integer check (evil.spring('domain_check', value < 100));
create table evil.domain_check (id integer primary key, note evil.small);
insert into evil.domain_check values (1, 1), (2, 2);
-- springs: update evil.domain_check set note = 5

-- place: domain_not_valid
create domain evil.loose as integer;
create table evil.domain_not_valid (id integer primary key, note evil.loose);
insert into evil.domain_not_valid values (1, 1), (2, 2);
alter domain evil.loose add check (evil.spring('domain_not_valid', value < 100)) not valid;
-- springs: alter domain evil.loose validate constraint loose_check

-- place: domain_of_domain
create domain evil.smaller as evil.small check (evil.spring('domain_of_domain', value < 50));
create table evil.domain_of_domain (id integer primary key, note evil.smaller);
insert into evil.domain_of_domain values (1, 1), (2, 2);
-- springs: update evil.domain_of_domain set note = 5

-- place: domain_key
create domain evil.key as integer check (evil.spring('domain_key', value < 1000));
create table evil.domain_key (id evil.key primary key, note text);
insert into evil.domain_key values (1, 'a'), (2, 'b');
-- springs: insert into evil.domain_key values (3)

-- place: domain_default
create domain evil.preset as integer default evil.number('domain_default', 1);
create table evil.domain_default (id integer primary key, note evil.preset);
insert into evil.domain_default values (1, 1), (2, 2);
-- springs: insert into evil.domain_default values (3)

-- place: domain_in_array
create domain evil.element as integer check (evil.spring('domain_in_array', value < 100));
create table evil.domain_in_array (id integer primary key, note evil.element[]);
insert into evil.domain_in_array values (1, '{1}'), (2, '{2}');
-- springs: update evil.domain_in_array set note = '{3}'

-- place: domain_in_row
create domain evil.part as integer check (evil.spring('domain_in_row', value < 100));
create type evil.pair as (a evil.part, b integer);
create table evil.domain_in_row (id integer primary key, note evil.pair);
insert into evil.domain_in_row values (1, '(1,1)'), (2, '(2,2)');
-- springs: update evil.domain_in_row set note = '(3,3)'

-- place: domain_over_row
create domain evil.couple as evil.pair check (evil.spring('domain_over_row', (value).b < 100));
create table evil.domain_over_row (id integer primary key, note evil.couple);
insert into evil.domain_over_row values (1, '(1,1)'), (2, '(2,2)');
-- springs: update evil.domain_over_row set note = '(3,3)'

-- place: domain_over_array
create domain evil.list as integer[] check (evil.spring('domain_over_array', cardinality(value) < 100));
create table evil.domain_over_array (id integer primary key, note evil.list);
insert into evil.domain_over_array values (1, '{1}'), (2, '{2}');
-- springs: update evil.domain_over_array set note = '{3}'

-- place: domain_in_range
create domain evil.bound as integer check (evil.spring('domain_in_range', value < 100));
create type evil.spread as range (subtype = evil.bound);
create table evil.domain_in_range (id integer primary key, note evil.spread);
insert into evil.domain_in_range values (1, '[1,2)'), (2, '[2,3)');
-- springs: update evil.domain_in_range set note = '[3,4)'

-- place: domain_in_multirange
create table evil.domain_in_multirange (id integer primary key, note evil.spread_multirange);
insert into evil.domain_in_multirange values (1, '{[1,2)}'), (2, '{[2,3)}');
-- springs: update evil.domain_in_multirange set note = '{[3,4)}'

-- place: range_difference
create function evil.distance(a double precision, b double precision) returns double precision
language plpgsql immutable as $$
begin
    perform evil.spring('range_difference');
    return a - b;
end $$;
create type evil.stretch as range (subtype = double precision, subtype_diff = evil.distance);
create table evil.range_difference (id integer primary key, note evil.stretch);
insert into evil.range_difference select n, evil.stretch(n, n + 10) from generate_series(1, 1000) as n;
create index on evil.range_difference using gist (note);
analyze evil.range_difference;
-- springs: reindex table evil.range_difference

-- place: typed_literal
-- the literal of a predicate is read again whenever it is planned
create table evil.typed_literal (id integer primary key, note evil.pair);
insert into evil.typed_literal values (1, '(1,1)'), (2, '(2,2)');
create index on evil.typed_literal (id) where note is distinct from '(5,5)'::evil.pair;
alter table evil.typed_literal add check (note is distinct from row(7, 7)::evil.pair);
-- springs: update evil.typed_literal set note = '(4,4)'

-- place: text_in_check
-- functions of PostgreSQL run texts as SQL, and find views and types by numbers
create table evil.text_in_check (id integer primary key, note text,
	check (note = 'a' or query_to_xml('select evil.spring(''text_in_check'')', true, false, '') is not null));
insert into evil.text_in_check values (1, 'a'), (2, 'b');
-- springs: update evil.text_in_check set note = 'c'

-- place: text_not_valid
create table evil.text_not_valid (id integer primary key, note text);
insert into evil.text_not_valid values (1, 'a'), (2, 'b');
alter table evil.text_not_valid add check (note = 'a'
	or query_to_xml('select evil.spring(''text_not_valid'')', true, false, '') is not null) not valid;
-- springs: alter table evil.text_not_valid validate constraint text_not_valid_note_check

-- place: text_in_domain
create domain evil.asking as integer;
create table evil.text_in_domain (id integer primary key, note evil.asking);
insert into evil.text_in_domain values (1, 1), (2, 2);
alter domain evil.asking add check (query_to_xml('select evil.spring(''text_in_domain'')', true, false, '')
	is not null) not valid;
-- springs: alter domain evil.asking validate constraint asking_check

-- place: view_by_number
create view evil.looked_at as select evil.spring('view_by_number') as sprung;
create table evil.view_by_number (id integer primary key, note text default
	left(table_to_xml(to_regclass(concat('evil.', 'looked_at')), true, false, '')::text, 1),
	check (note = 'a' or table_to_xml(to_regclass(concat('evil.', 'looked_at')), true, false, '') is not null));
insert into evil.view_by_number values (1, 'a'), (2, 'b');
-- springs: update evil.view_by_number set note = 'c'

-- place: type_by_number
create domain evil.counted as integer check (evil.spring('type_by_number', value < 100));
create table evil.type_by_number (id integer primary key, note text,
	check (array_in('{5}', to_regtype(concat('evil.', 'counted'))::oid, -1) is not null));
insert into evil.type_by_number values (1, 'a'), (2, 'b');
-- springs: update evil.type_by_number set note = 'c'

-- place: default
create table evil.default (id integer primary key, note integer default evil.number('default'));
insert into evil.default values (1, 1), (2, 2);
-- springs: insert into evil.default values (3)

-- place: key_default
create table evil.key_default (id integer primary key default evil.number('key_default', 7), note text);
insert into evil.key_default values (1, 'a'), (2, 'b');
-- springs: insert into evil.key_default (note) values ('c')

-- place: generated
create table evil.generated (id integer primary key, note integer,
	made integer generated always as (evil.number('generated', note)) stored);
insert into evil.generated (id, note) values (1, 1), (2, 2);
-- springs: update evil.generated set note = 3

-- place: index_expression
create table evil.index_expression (id integer primary key, note text);
insert into evil.index_expression values (1, 'a'), (2, 'b');
create index on evil.index_expression ((id + evil.number('index_expression')));
-- springs: insert into evil.index_expression values (3)

-- place: index_predicate
create table evil.index_predicate (id integer primary key, note text);
insert into evil.index_predicate values (1, 'a'), (2, 'b');
create index on evil.index_predicate (note) where evil.spring('index_predicate');
-- springs: select * from evil.index_predicate where note = 'a'

-- place: unique_expression
create table evil.unique_expression (id integer primary key, note text);
insert into evil.unique_expression values (1, 'a'), (2, 'b');
create unique index on evil.unique_expression ((id + evil.number('unique_expression')));
-- springs: insert into evil.unique_expression values (3)

-- place: unique_predicate
create table evil.unique_predicate (id integer primary key, note text);
insert into evil.unique_predicate values (1, 'a'), (2, 'b');
create unique index on evil.unique_predicate (note) where evil.spring('unique_predicate');
-- springs: insert into evil.unique_predicate values (3)

-- place: invalid_index
create table evil.invalid_index (id integer primary key, note text);
insert into evil.invalid_index values (1, 'a'), (2, 'b');
create index invalid_index_note on evil.invalid_index ((note || evil.number('invalid_index')::text));
-- as superuser
update pg_index set indisvalid = false where indexrelid = 'evil.invalid_index_note'::regclass;
-- springs: insert into evil.invalid_index values (3)

-- place: exclusion_predicate
create table evil.exclusion_predicate (id integer primary key, note integer,
	exclude (note with =) where (evil.spring('exclusion_predicate')));
insert into evil.exclusion_predicate values (1, 1), (2, 2);
-- springs: insert into evil.exclusion_predicate values (3)

-- place: exclusion_operator
create function evil.same(integer, integer) returns boolean language plpgsql immutable as $$
begin
    perform evil.spring('exclusion_operator');
    return $1 = $2;
end $$;
create operator evil.=== (function = evil.same, leftarg = integer, rightarg = integer, commutator = operator(evil.===));
-- as superuser
create operator class evil.same_ops for type integer using btree as
	operator 1 <, operator 2 <=, operator 3 evil.===, operator 4 >=, operator 5 >, function 1 btint4cmp(integer, integer);
alter operator class evil.same_ops using btree owner to evil;
create table evil.exclusion_operator (id integer primary key, note integer,
	exclude using btree (note evil.same_ops with operator(evil.===)));
alter table evil.exclusion_operator owner to evil;
insert into evil.exclusion_operator values (1, 1), (2, 2);
-- springs: insert into evil.exclusion_operator values (3, 2)

-- place: operator_class
create function evil.compare(integer, integer) returns integer language plpgsql immutable as $$
begin
    perform evil.spring('operator_class');
    return btint4cmp($1, $2);
end $$;
-- as superuser
create operator class evil.order_ops for type integer using btree as
	operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 evil.compare(integer, integer);
alter operator class evil.order_ops using btree owner to evil;
create table evil.operator_class (id integer primary key, note integer);
insert into evil.operator_class values (1, 1), (2, 2), (3, 3);
create index operator_class_note on evil.operator_class (note evil.order_ops);
alter table evil.operator_class owner to evil;
-- springs: insert into evil.operator_class values (4, 4)

-- place: operator
create function evil.like(integer, integer) returns boolean language plpgsql immutable as $$
begin
    return evil.spring('operator');
end $$;
create operator evil.~~~ (function = evil.like, leftarg = integer, rightarg = integer);
create table evil.operator (id integer primary key, note integer, check (note operator(evil.~~~) 1));
insert into evil.operator values (1, 1), (2, 2);
create index on evil.operator (note) where id operator(evil.~~~) 3;
-- springs: update evil.operator set note = 3

-- place: selectivity
-- as superuser
create function evil.guess(internal, oid, internal, integer) returns double precision
	language internal strict stable as 'eqsel';
-- as evil
create function evil.alike(integer, integer) returns boolean language plpgsql immutable as $$
begin
    return evil.spring('selectivity');
end $$;
create operator evil.~=~ (function = evil.alike, leftarg = integer, rightarg = integer, restrict = eqsel);
create table evil.selectivity (id integer primary key, note integer);
insert into evil.selectivity select n, n from generate_series(1, 100) as n;
analyze evil.selectivity;
create view evil.selectivity_seen as select * from evil.selectivity where note operator(evil.~=~) 3;
-- springs: select * from evil.selectivity_seen

-- place: partition_key
create table evil.partition_key (id integer, note integer) partition by range ((id + evil.number('partition_key')));
create table evil.partition_key_1 partition of evil.partition_key for values from (0) to (10);
create table evil.partition_key_2 partition of evil.partition_key default;
insert into evil.partition_key values (1, 1), (50, 2);
-- springs: insert into evil.partition_key values (3)

-- place: partition_class
create function evil.compare_part(integer, integer) returns integer language plpgsql immutable as $$
begin
    perform evil.spring('partition_class');
    return btint4cmp($1, $2);
end $$;
-- as superuser
create operator class evil.part_ops for type integer using btree as
	operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 evil.compare_part(integer, integer);
alter operator class evil.part_ops using btree owner to evil;
create table evil.partition_class (id integer, note integer) partition by range (id evil.part_ops);
create table evil.partition_class_1 partition of evil.partition_class for values from (0) to (10);
create table evil.partition_class_2 partition of evil.partition_class for values from (10) to (20);
insert into evil.partition_class values (1, 1), (11, 2);
alter table evil.partition_class owner to evil;
alter table evil.partition_class_1 owner to evil;
alter table evil.partition_class_2 owner to evil;
-- springs: insert into evil.partition_class values (3)

-- place: partition_bound
-- the bounds are sorted when somebody asks what the rows of the default partition are
create function evil.compare_bound(integer, integer) returns integer language plpgsql immutable as $$
begin
    perform evil.spring('partition_bound');
    return btint4cmp($1, $2);
end $$;
-- as superuser
create operator class evil.bound_ops for type integer using btree as
	operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 evil.compare_bound(integer, integer);
alter operator class evil.bound_ops using btree owner to evil;
create table evil.partition_bound (id integer primary key, note integer) partition by range (id evil.bound_ops);
create table evil.partition_bound_1 partition of evil.partition_bound for values from (100) to (110);
create table evil.partition_bound_2 partition of evil.partition_bound for values from (110) to (120);
create table evil.partition_bound_default partition of evil.partition_bound default;
insert into evil.partition_bound values (1, 1), (2, 2), (100, 3);
alter table evil.partition_bound owner to evil;
alter table evil.partition_bound_1 owner to evil;
alter table evil.partition_bound_2 owner to evil;
alter table evil.partition_bound_default owner to evil;
-- springs: select pg_get_partition_constraintdef('evil.partition_bound_default'::regclass)

-- place: partition_equality
-- bounds with the same first value are compared when somebody asks for the condition
create function evil.same_bound(integer, integer) returns boolean language plpgsql immutable as $$
begin
    return evil.spring('partition_equality', $1 = $2);
end $$;
create operator evil.==== (function = evil.same_bound, leftarg = integer, rightarg = integer);
-- as superuser
create operator class evil.equality_ops for type integer using btree as
	operator 1 <, operator 2 <=, operator 3 evil.====, operator 4 >=, operator 5 >, function 1 btint4cmp(integer, integer);
alter operator class evil.equality_ops using btree owner to evil;
create table evil.partition_equality (id integer not null, note integer)
	partition by range (id evil.equality_ops, note evil.equality_ops);
create table evil.partition_equal_1 partition of evil.partition_equality (primary key (id)) for values from (1, 0) to (1, 10);
create table evil.partition_equal_2 partition of evil.partition_equality (primary key (id)) for values from (2, 0) to (2, 10);
insert into evil.partition_equality values (1, 1), (2, 2);
alter table evil.partition_equality owner to evil;
alter table evil.partition_equal_1 owner to evil;
alter table evil.partition_equal_2 owner to evil;
-- springs: select pg_get_partition_constraintdef('evil.partition_equal_1'::regclass)

-- place: partition_check
create table evil.partition_check (id integer primary key, note integer) partition by range (id);
create table evil.partition_check_1 partition of evil.partition_check for values from (0) to (1000);
alter table evil.partition_check_1 add check (evil.spring('partition_check'));
insert into evil.partition_check values (1, 1), (2, 2);
-- springs: insert into evil.partition_check values (3)

-- place: cast_to_text
create type evil.mood as enum ('well', 'ill');
create function evil.mood_text(evil.mood) returns text language plpgsql immutable as $$
begin
    perform evil.spring('cast_to_text');
    return 'mood';
end $$;
create cast (evil.mood as text) with function evil.mood_text(evil.mood) as implicit;
create table evil.cast_to_text (id integer primary key, note evil.mood);
insert into evil.cast_to_text values (1, 'well'), (2, 'ill');
-- springs: select note::text from evil.cast_to_text

-- place: cast_to_json
create type evil.tone as enum ('high', 'low');
create function evil.tone_json(evil.tone) returns json language plpgsql immutable as $$
begin
    perform evil.spring('cast_to_json');
    return '"tone"';
end $$;
create cast (evil.tone as json) with function evil.tone_json(evil.tone);
create table evil.cast_to_json (id integer primary key, note evil.tone);
insert into evil.cast_to_json values (1, 'high'), (2, 'low');
-- springs: select to_jsonb(t) from evil.cast_to_json as t

-- place: cast_from_text
create type evil.hue as (r integer);
create function evil.hue_of(text) returns evil.hue language plpgsql immutable as $$
begin
    perform evil.spring('cast_from_text');
    return row(1)::evil.hue;
end $$;
create cast (text as evil.hue) with function evil.hue_of(text) as implicit;
create table evil.cast_from_text (id integer primary key, note evil.hue);
insert into evil.cast_from_text values (1, row(1)), (2, row(2));
-- springs: update evil.cast_from_text set note = 'x'::text
