-- Tables are known by numbers, which triggers have as text.
begin;
set client_min_messages = warning;
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

-- a number that ends with zeros is not the one without them
do $$ begin
	for i in 1 .. 22 loop
		execute format('create table numbered_%s (id int primary key)', i);
		execute format('insert into numbered_%s values (1)', i);
		perform dbarchive_hold('numbered_' || i, 1, 'kept');
	end loop;
end $$;
select dbarchive_release('numbered_1', 1) is null as released \gset
select is((select count(*) from pg_trigger where tgname ~ '^dbcare_hold' and tgrelid::regclass::text ~ 'numbered'), 21::bigint,
	'the end of a hold leaves the triggers of other tables');
select * from finish();
rollback;
