-- Indexes that are advised: costs differ, the choice does not.
create table customers (id integer primary key, name text, email text, country text);
create table orders (id integer primary key, customer_id integer, status text, created_at text, total integer, paid boolean, note text);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000) insert into customers select i, 'name ' || i, 'mail ' || i, 'country ' || i % 50 from n;
with recursive n (i) as (select 1 union all select i + 1 from n where i < 30000) insert into orders select i, i * 7919 % 5000, case when i % 100 = 0 then 'open' else 'done' end, 'day ' || i % 1000, i % 2000, i % 500 <> 0, 'a note of some length that makes the row longer' from n;
analyze;
-- an equality
select replace(table_name, 'public.', ''), replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', ''), queries, write_cost between 0.1 and 1, cost_after < cost_before / 5, size_bytes > 100000 from dbhealth_advise('select * from orders where customer_id = 42');
select replace(reason, 'public.', '') like 'index on orders (customer_id) makes the query %9_ _ cheaper' from dbhealth_advise('select * from orders where customer_id = 42');
-- a join
select replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', '') from dbhealth_advise('select o.total from customers c join orders o on o.customer_id = c.id where c.id = 5');
-- an order with a limit
select replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', '') from dbhealth_advise('select * from orders order by created_at desc limit 10');
-- an expression
select replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', '') from dbhealth_advise('select * from customers where lower(email) = ''mail 7''');
-- UPDATE and DELETE
select replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', '') from dbhealth_advise('delete from orders where customer_id = 3');
select replace(replace(index_sql, 'public.', ''), ' CONCURRENTLY', '') from dbhealth_advise('update orders set note = null where customer_id = 3');
-- nothing helps
select index_sql from dbhealth_advise('select * from orders where id = 3');
select index_sql from dbhealth_advise('select * from orders');
select index_sql from dbhealth_advise('select * from orders where total < 1990');
select index_sql from dbhealth_advise('select 1');
create index orders_customer on orders (customer_id);
select index_sql from dbhealth_advise('select * from orders where customer_id = 42');
drop index orders_customer;
-- statements without a plan, and more than one
select index_sql from dbhealth_advise('drop table orders');
select index_sql from dbhealth_advise('explain select 1');
select index_sql from dbhealth_advise('select 1; drop table orders');
select index_sql from dbhealth_advise('select 1; -- no more');
select index_sql from dbhealth_advise('');
select index_sql from dbhealth_advise('{"limit": 1}');
select index_sql from dbhealth_advise('select 1', '{"limit": 0}');
select index_sql from dbhealth_advise('select 1', '{"most": 1}');
