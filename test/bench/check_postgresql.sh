# The part of run.sh that verifies rows of PostgreSQL: all constraints of a
# table in one pass, against VALIDATE CONSTRAINT for each of them.
# shellcheck shell=bash disable=SC2154

# Makes five million rows with two foreign keys into 500,000 parents in random
# order, two CHECKs and a NOT NULL.
postgres_child()
{
	db=checked
	createdb -T bench "$db"
	on_postgres <<-'END'
		create table parent_a (id integer primary key, name text);
		create table parent_b (id integer primary key, name text);
		insert into parent_a select g, 'parent ' || g from generate_series(1, 500000) as g;
		insert into parent_b select * from parent_a;
		create table child (id integer, a_id integer, b_id integer, quantity integer not null, price float8);
		insert into child
		select g, 1 + (random() * 499999)::integer, 1 + (random() * 499999)::integer, g % 100 + 1, g % 1000 / 10.0
		from generate_series(1, 5000000) as g;
		alter table child add constraint a foreign key (a_id) references parent_a not valid,
		    add constraint b foreign key (b_id) references parent_b not valid,
		    add constraint q check (quantity > 0) not valid,
		    add constraint p check (price >= 0) not valid;
		vacuum analyze;
	END
}

postgres_check()
{
	in_postgres "select count(*) from dbcheck_constraints('child');"
}

# Each looks at all rows once more; so does SET NOT NULL.
postgres_validate()
{
	in_postgres "begin;
		alter table child validate constraint a;
		alter table child validate constraint b;
		alter table child validate constraint q;
		alter table child validate constraint p;
		alter table child alter quantity drop not null;
		alter table child alter quantity set not null;
		rollback;"
}

# Parallel, as a user would count.
postgres_count()
{
	in_postgres 'select count(a_id) from child;'
}

check_postgresql()
{
	postgres_child
	compare 'PostgreSQL: all constraints / VALIDATE CONSTRAINT' 0.2 \
		postgres_check postgres_validate
	compare 'PostgreSQL: all constraints / a counting scan' 2 \
		postgres_check postgres_count
}
