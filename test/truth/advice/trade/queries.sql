-- summary of what was shipped: nearly all rows
select l_returnflag, l_linestatus, sum(l_quantity), avg(l_discount), count(*) from lineitem
where l_shipdate <= '1998-09-02' group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus;
-- cheapest supplier of a kind of part
select s_acctbal, s_name, n_name, p_partkey from part, supplier, partsupp, nation, region
where p_partkey = ps_partkey and s_suppkey = ps_suppkey and p_size = 15 and p_type = 'type 7' and s_nationkey = n_nationkey
and n_regionkey = r_regionkey and r_name = 'region 3' and ps_supplycost = (select min(ps_supplycost) from partsupp as q
where q.ps_partkey = p_partkey) order by s_acctbal desc, n_name, s_name, p_partkey limit 100;
-- unshipped orders of a segment
select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue, o_orderdate from customer, orders, lineitem
where c_mktsegment = 'segment 1' and c_custkey = o_custkey and l_orderkey = o_orderkey and o_orderdate < '1995-03-15'
and l_shipdate > '1995-03-15' group by l_orderkey, o_orderdate, o_shippriority order by revenue desc, o_orderdate limit 10;
-- priorities of late orders of a quarter
select o_orderpriority, count(*) from orders where o_orderdate >= '1993-07-01' and o_orderdate < '1993-10-01'
and exists (select 1 from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate)
group by o_orderpriority order by o_orderpriority;
-- revenue within a region
select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem, supplier, nation, region
where c_custkey = o_custkey and l_orderkey = o_orderkey and l_suppkey = s_suppkey and c_nationkey = s_nationkey
and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'region 2' and o_orderdate >= '1994-01-01'
and o_orderdate < '1994-03-01' group by n_name order by revenue desc;
-- what smaller discounts would have earned
select sum(l_extendedprice * l_discount) from lineitem where l_shipdate >= '1994-01-01' and l_shipdate < '1994-02-01'
and l_discount between 0.05 and 0.07 and l_quantity < 24;
-- sales of one day
select o_orderkey, o_totalprice from orders where o_orderdate = '1996-02-12' order by o_totalprice desc;
-- profit of a part by nation
select n_name, sum(l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity) from part, supplier, lineitem, partsupp, nation
where s_suppkey = l_suppkey and ps_suppkey = l_suppkey and ps_partkey = l_partkey and p_partkey = l_partkey
and s_nationkey = n_nationkey and p_brand = 'brand 11' and p_container = 'box 4' group by n_name order by n_name;
-- customers that returned something
select c_custkey, c_name, sum(l_extendedprice) as revenue from customer, orders, lineitem where c_custkey = o_custkey
and l_orderkey = o_orderkey and o_orderdate >= '1993-10-01' and o_orderdate < '1993-11-01' and l_returnflag = 'R'
group by c_custkey, c_name order by revenue desc limit 20;
-- stock of a nation
select ps_partkey, sum(ps_supplycost * ps_availqty) as value from partsupp, supplier, nation where ps_suppkey = s_suppkey
and s_nationkey = n_nationkey and n_name = 'nation 7' group by ps_partkey order by value desc limit 50;
-- modes of late shipments
select l_shipmode, count(*) from orders, lineitem where o_orderkey = l_orderkey and l_shipmode in ('mode 1', 'mode 4')
and l_commitdate < l_receiptdate and l_receiptdate >= '1994-01-01' and l_receiptdate < '1994-02-01'
group by l_shipmode order by l_shipmode;
-- orders per customer
select orders_of, count(*) from (select c_custkey, count(o_orderkey) as orders_of from customer left join orders
on c_custkey = o_custkey group by c_custkey) as counted group by orders_of order by orders_of;
-- share of promotions of a month
select sum(case when p_type = 'type 1' then l_extendedprice else 0 end), sum(l_extendedprice) from lineitem, part
where l_partkey = p_partkey and l_shipdate >= '1995-09-01' and l_shipdate < '1995-09-15';
-- small quantities of a part
select sum(l_extendedprice) from lineitem, part where p_partkey = l_partkey and p_brand = 'brand 23'
and p_container = 'box 7' and l_quantity < (select 0.4 * avg(l_quantity) from lineitem as q where q.l_partkey = p_partkey);
-- large orders
select o_orderkey, o_totalprice, o_orderdate from orders where o_totalprice > 99900 order by o_totalprice desc limit 100;
-- parts in a container of a brand
select sum(l_extendedprice * (1 - l_discount)) from lineitem, part where p_partkey = l_partkey and p_brand = 'brand 12'
and p_size between 1 and 5 and l_shipmode = 'mode 2' and l_quantity >= 1 and l_quantity <= 11;
-- suppliers that kept others waiting
select s_name, count(*) from supplier, lineitem, orders, nation where s_suppkey = l_suppkey and o_orderkey = l_orderkey
and o_orderstatus = 'F' and l_receiptdate > l_commitdate and s_nationkey = n_nationkey and n_name = 'nation 3'
and l_shipmode = 'mode 5' group by s_name order by s_name limit 100;
-- customers without orders
select count(*), sum(c_acctbal) from customer where c_acctbal > 9000 and not exists
(select 1 from orders where o_custkey = c_custkey);
-- join order: a customer's parts
select p_name, l_quantity from customer, orders, lineitem, part where c_name = 'customer 77' and o_custkey = c_custkey
and l_orderkey = o_orderkey and p_partkey = l_partkey;
-- join order: suppliers of a brand in a nation, from the far end
select distinct s_name from nation join supplier on s_nationkey = n_nationkey join lineitem on l_suppkey = s_suppkey
join part on p_partkey = l_partkey where p_brand = 'brand 5' and p_size = 3 and n_name = 'nation 9';
-- join order: two ways to lineitem
select count(*) from lineitem as a join lineitem as b on b.l_partkey = a.l_partkey join orders on o_orderkey = a.l_orderkey
where o_clerk = 'clerk 50' and b.l_suppkey = 3;
-- join order: a clerk's customers in a nation
select c_name, count(*) from nation join customer on c_nationkey = n_nationkey join orders on o_custkey = c_custkey
where n_name = 'nation 4' and o_clerk = 'clerk 12' group by c_name;
-- the newest orders of a customer
select o_orderkey, o_orderdate, o_totalprice from orders where o_custkey = 70 order by o_orderdate desc limit 5;
-- by key: nothing helps
select * from orders where o_orderkey = 100;
-- all rows: nothing helps
select count(*), max(c_acctbal) from customer;
