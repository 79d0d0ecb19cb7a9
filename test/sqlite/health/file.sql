-- Health checks of the file: db_moved, world_writable, hot_journal,
-- file_size_mismatch, free_pages, page_fill.  What takes a network (network_fs_wal) is in test/process.

-- ---- db_moved ----

update topic set id = 'db_moved';
create table t (a);
select severity, object from said;
--> ok|

-- a file with two hard links is a warning
.system ln test.db twin.db
select severity, object, value, message from said;
--> warning|main|2.0|the file of main has 2 names (links), each with its own journal

-- a deleted file is critical
.system rm twin.db; mv test.db moved.db
select severity, object, message from said;
--> critical|main|the file of main was removed or renamed while it was open

-- symbolic links and memory databases are no findings
.system mv moved.db test.db; ln -s test.db symbolic.db
.open symbolic.db
.read begin.inc
update topic set id = 'db_moved';
select severity, object from said;
.open :memory:
.read begin.inc
update topic set id = 'db_moved';
select severity, object from said;
--> ok|
--> ok|

-- ---- world_writable ----

-- a file and a directory that others cannot write to are no findings
.system mkdir "it\\'s"; chmod 755 "it\\'s"
.open "it's/own.db"
.read begin.inc
update topic set id = 'world_writable';
create table t (a);
.system chmod 664 "it\\'s/own.db"
select severity, object from said;
--> ok|

-- a file that every user may write to is a finding; the suggestion is a command
.system chmod 666 "it\\'s/own.db"
select severity, object, message, fix_sql from said;
.mode list
.output chmod.sh
select substr(suggestion, 5, instr(suggestion, ';') - 5)
from dbhealth_checks('{"checks": ["world_writable"]}');
.output
.system sed 's/ o-w .*\/it/ o-w PATH\/it/' chmod.sh; sh chmod.sh
select severity, object from said;
--> warning|the file of main|the file of main can be written by every user of this machine|
--> chmod o-w PATH/it'\''s/own.db'
--> ok|

-- so is its directory, where others could create a journal, sticky or not
.system chmod 1777 "it\\'s"
select severity, object, message from said;
.output chmod.sh
select substr(suggestion, 5, instr(suggestion, ';') - 5)
from dbhealth_checks('{"checks": ["world_writable"]}');
.output
.system sed 's/ o-w .*\/it/ o-w PATH\/it/' chmod.sh; sh chmod.sh
select severity, object from said;
--> warning|the directory of main|the directory of main can be written by every user of this machine
--> chmod o-w PATH/it'\''s'
--> ok|

-- a memory database has no file
.open :memory:
.read begin.inc
update topic set id = 'world_writable';
select severity, object from said;
--> ok|

-- ---- hot_journal ----

-- an ordinary connection recovers a hot journal
.open crash.db
create table t (a);
.system printf '\xd9\xd5\x05\xf9' >crash.db-journal
.open crash.db
.read begin.inc
update topic set id = 'hot_journal';
select severity, object from said;
.system ls crash.db*
--> ok|
--> crash.db

-- a hot journal beside an immutable file is reported
.system printf '\xd9\xd5\x05\xf9' >crash.db-journal
.open file:crash.db?immutable=1
.read begin.inc
update topic set id = 'hot_journal';
select severity, object, message from said;
--> warning|crash.db-journal|crash.db-journal holds changes that this connection ignores because it opened the file as immutable

-- an empty or reset journal is no finding
.system head -c 512 /dev/zero >crash.db-journal
select severity, object from said;
.system : >crash.db-journal
select severity, object from said;
--> ok|
--> ok|

-- a WAL that an immutable connection ignores is reported
.system rm crash.db-journal; echo something >crash.db-wal
.open file:crash.db?immutable=1
.read begin.inc
update topic set id = 'hot_journal';
select severity, object from said;
--> warning|crash.db-wal

-- ---- file_size_mismatch ----

-- a file of the size in its header is no finding
.open size.db
.read begin.inc
update topic set id = 'file_size_mismatch';
create table t (a);
insert into t values (zeroblob(100000));
select severity, object from said;
--> ok|

-- a transaction larger than the cache is no finding
pragma cache_size = 5;
begin;
insert into t values (zeroblob(1000000));
select severity, object from said;
commit;
select severity from said;
--> ok|
--> ok

-- changes in a WAL are no finding
pragma journal_mode = wal;
insert into t values (zeroblob(1000000));
select severity, object from said;
pragma journal_mode = delete;
select severity from said;
--> wal
--> ok|
--> delete
--> ok

-- a file longer than its pages is reported
.system head -c 4096 /dev/zero >>size.db
select severity, object, value, message glob
	'the file of main is [0-9]* bytes long, [0-9]* according to its header'
from said;
--> info|main|4096.0|1

-- a truncated file is damaged
.system truncate -s 40960 size.db
.open size.db
pragma writable_schema = on;
.read begin.inc
update topic set id = 'file_size_mismatch';
select severity, object, value < 0 from said;
select dbhealth_score('{"checks": ["file_size_mismatch"]}');
--> critical|main|1
--> 50

-- the page count of an outdated header is ignored
.open old.db
create table t (a);
.system printf '\0\0\0\1' | dd of=old.db bs=1 seek=92 conv=notrunc status=none; head -c 4096 /dev/zero >>old.db
.open old.db
.read begin.inc
update topic set id = 'file_size_mismatch';
select severity, object from said;
--> ok|

-- ---- free_pages ----

-- few free pages are no finding
.open free.db
.read begin.inc
update topic set id = 'free_pages';
select dbcare_set('bloat_min_mb', 1) ->> 'value';
create table t (id integer primary key, a);
insert into t select value, zeroblob(100000) from generate_series(1, 100);
delete from t where id <= 20;
select severity, object from said;
--> 1
--> ok|

-- more than a quarter of free pages is a finding
delete from t where id <= 40;
select severity, object, value between 35 and 45, message glob
	'main: [34]? % of the pages are free, [34]* MB' or message glob 'main: [34]?.? % of the pages are free, [34]* MB',
	fix_sql
from said;
--> warning|main|1|1|VACUUM main;

-- free pages of a small file are no finding
select dbcare_set('bloat_min_mb', 10) ->> 'value';
select severity, object from said;
select dbcare_set('bloat_min_mb', 1) ->> 'value';
--> 10
--> ok|
--> 1

-- fix_sql frees the pages
.read repair.inc
select severity, object from said;
--> ok|

-- incremental auto_vacuum has its own fix_sql
-- until 3.46: the shell prints a line for each page
pragma auto_vacuum = incremental;
vacuum;
delete from t where id <= 80;
select fix_sql from said;
.read repair.inc
select severity, object from said;
--> PRAGMA main.incremental_vacuum;
--> ok|

-- ---- page_fill ----

-- full pages are no finding
.open fill.db
.read begin.inc
update topic set id = 'page_fill';
pragma page_size = 16384;
select dbcare_set('bloat_min_mb', 1) ->> 'value';
create table t (id integer primary key, a);
create index t_a on t (a);
insert into t select value, printf('%0100d', value) from generate_series(1, 10000);
select severity, object from said;
--> 1
--> ok|

-- full pages beside free ones are no finding
create table u as select zeroblob(10000) as b from generate_series(1, 60);
drop table u;
select freelist_count > 50 from pragma_freelist_count;
select severity, object from said;
--> 1
--> ok|

-- half-empty pages are reported with the numbers of dbstat
delete from t where id % 2 > 0;
select severity, object, message glob 'main: about 5* % of the space in used pages is empty, 1.?? MB',
	fix_sql
from said;
select abs(value - (select 100.0 * sum(unused) / sum(pgsize) from dbstat where path <> '/')) < 0.1 from said;
--> warning|main|1|VACUUM main;
--> 1

-- overflow pages count as full
create table long as select zeroblob(30000) as b from generate_series(1, 5);
select abs(value - (select 100.0 * sum(unused) filter (where pagetype <> 'overflow') / sum(pgsize) from dbstat where path <> '/')) < 0.1
from said;
--> 1

-- fix_sql fills the pages
.read repair.inc
select severity, object from said;
--> ok|

-- pages are sampled without pointer-map pages
.open sample.db
.read begin.inc
update topic set id = 'page_fill';
pragma page_size = 512;
pragma auto_vacuum = full;
select dbcare_set('bloat_min_mb', 1) ->> 'value';
create table t (id integer primary key, a);
insert into t select value, printf('%0100d', value) from generate_series(1, 40000);
delete from t where id % 2 > 0;
select severity, message glob '* ?B, plus or minus * %' from said;
select abs(value - (select 100.0 * sum(unused) / sum(pgsize) from dbstat where path <> '/')) < 10 from said;
--> 1
--> warning|1
--> 1

-- a memory database has no file to check
.open :memory:
.read begin.inc
update topic set id = 'page_fill';
create table t as select zeroblob(100000) as b from generate_series(1, 1200);
select severity, object from said;
--> ok|
