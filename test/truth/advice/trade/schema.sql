create table region (r_regionkey integer primary key, r_name text not null, r_comment text);
create table nation (n_nationkey integer primary key, n_name text not null, n_regionkey integer not null, n_comment text);
create table supplier (s_suppkey integer primary key, s_name text not null, s_address text, s_nationkey integer not null,
	s_phone text, s_acctbal real, s_comment text);
create table customer (c_custkey integer primary key, c_name text not null, c_address text, c_nationkey integer not null,
	c_phone text, c_acctbal real, c_mktsegment text, c_comment text);
create table part (p_partkey integer primary key, p_name text, p_mfgr text, p_brand text, p_type text, p_size integer,
	p_container text, p_retailprice real, p_comment text);
create table partsupp (ps_partkey integer not null, ps_suppkey integer not null, ps_availqty integer, ps_supplycost real,
	ps_comment text, primary key (ps_partkey, ps_suppkey));
create table orders (o_orderkey integer primary key, o_custkey integer not null, o_orderstatus text, o_totalprice real,
	o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority integer, o_comment text);
create table lineitem (l_orderkey integer not null, l_linenumber integer not null, l_partkey integer not null,
	l_suppkey integer not null, l_quantity real, l_extendedprice real, l_discount real, l_tax real, l_returnflag text,
	l_linestatus text, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct text, l_shipmode text,
	l_comment text, primary key (l_orderkey, l_linenumber));
