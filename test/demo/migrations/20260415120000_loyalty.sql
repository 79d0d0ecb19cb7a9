-- migrate:up
-- Rebuilding a table that others refer to, with foreign keys switched off:
-- inside a transaction SQLite ignores the pragma, and dropping the old table
-- would delete every purchase item; dbcare honours it.
pragma foreign_keys = off;
create table customer_new (
	customer_id integer primary key,
	email text not null unique,
	name text not null,
	points integer not null default 0 check (points >= 0),
	created_at text not null default current_timestamp
);
insert into customer_new (customer_id, email, name, created_at)
	select customer_id, email, name, created_at from customer;
drop table customer;
alter table customer_new rename to customer;
pragma foreign_keys = on;

-- migrate:down
alter table customer drop column points;
