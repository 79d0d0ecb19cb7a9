-- dbhealth_ping, dbhealth_size and dbhealth_tables.

-- an empty database has no parts
select part, bytes from dbhealth_size;
select * from dbhealth_tables;
--> database|0
--> tables|
--> indexes|
--> free|0
--> wal|0
--> other|

-- ping names the file, not its directory
select json_remove(dbhealth_ping(), '$.latency_ms', '$.engine_version');
select dbhealth_ping() ->> 'engine_version' = sqlite_version();
--> {"ok":true,"engine":"sqlite","database":"test.db","read_only":false}
--> 1

-- ping shows whether the file is read-only
pragma query_only = on;
select dbhealth_ping() ->> 'read_only';
pragma query_only = off;
--> 1

-- tables are listed largest first with their indexes
create table small (a);
create table large (id integer primary key, a, b unique);
create index large_a on large (a);
insert into large select value, zeroblob(3000), value from generate_series(1, 100);
create table "Order Details" (a primary key) without rowid;
create table "таблица" (a);
select table_name, row_estimate, table_bytes > 0, index_bytes > 0,
	total_bytes = table_bytes + index_bytes, free_bytes > 0, dead_rows, index_count, last_analyzed_at
from dbhealth_tables;
--> large||1|1|1|1||2|
--> "Order Details"||1|0|1|1||0|
--> small||1|0|1|1||0|
--> "таблица"||1|0|1|1||0|

-- sizes agree with dbstat
select table_bytes = (select pgsize from dbstat where aggregate = true and name = 'large'),
	index_bytes = (select sum(pgsize) from dbstat where aggregate = true and name glob '*large_*'),
	free_bytes = (select sum(unused) from dbstat where aggregate = true and name glob '*large*')
from dbhealth_tables
where table_name = 'large';
--> 1|1|1

-- row counts come from the statistics
analyze;
select table_name, row_estimate from dbhealth_tables where table_name = 'large';
--> large|100

-- the parts add up to the database
create table gone as select zeroblob(100000);
drop table gone;
select total(bytes) filter (where part not in ('database', 'wal'))
		= total(bytes) filter (where part = 'database'),
	total(bytes) filter (where part = 'database')
		= (select page_count * page_size from pragma_page_count, pragma_page_size),
	total(bytes) filter (where part = 'free')
		= (select freelist_count * page_size from pragma_freelist_count, pragma_page_size),
	count(*) filter (where bytes > 0)
from dbhealth_size;
--> 1|1|1|5

-- views and virtual, temporary and dbcare's tables are not listed
create view looks as select 1 as a;
create virtual table words using fts5 (a);
create temp table passing (a);
select dbcare_install() ->> 'changed';
select table_name from dbhealth_tables;
--> 1
--> large
--> "Order Details"
--> small
--> "таблица"

-- the size includes the WAL
pragma journal_mode = wal;
insert into small values (1);
select bytes > 0 from dbhealth_size where part = 'wal';
--> wal
--> 1

-- the size excludes attached databases
attach ':memory:' as other;
create table other.elsewhere (a);
select count(*) from dbhealth_tables where table_name = 'elsewhere';
detach other;
--> 0

-- a memory database has a size
.open :memory:
.load ./dbcare
create table t (a);
select json_remove(dbhealth_ping(), '$.latency_ms', '$.engine_version');
select part, bytes from dbhealth_size;
select table_name, total_bytes from dbhealth_tables;
--> {"ok":true,"engine":"sqlite","database":"memory","read_only":false}
--> database|8192
--> tables|4096
--> indexes|0
--> free|0
--> wal|0
--> other|4096
--> t|4096
