-- The faults of SQLite for fix_sql.sh, which also says what a title means.  A
-- line ".open" reopens the file, FILE is its path.

-- ---- autoincrement_state ----
create table t (id integer primary key autoincrement);
insert into t values (7);
update sqlite_sequence set seq = 3;

-- ---- busy_timeout_zero ----
pragma busy_timeout = 0;

-- ---- checks_disabled ----
pragma ignore_check_constraints = on;

-- ---- checks_disabled, writable_schema ----
pragma writable_schema = on;

-- ---- data_rules_failed ----
create table t (id integer primary key, a integer);
insert into t values (1, -1);
select dbcheck_rule_add('positive', 't', 'a > 0', '{"repair_sql": "a = abs(a)"}');

-- ---- data_rules_failed, no fix ----
create table t (id integer primary key, a integer);
insert into t values (1, -1);
select dbcheck_rule_add('positive', 't', 'a > 0');

-- ---- duplicate_indexes ----
create table t (a, b);
create index one on t (a, b);
create index "the ""second" on t (a, b);

-- ---- fk_mismatch ----
create table p (id integer primary key, a, b);
create table c (a, b, foreign key (a, b) references p (a, b));

-- ---- foreign_keys_disabled ----
create table p (id integer primary key);
create table c (p references p);
pragma foreign_keys = off;

-- ---- free_pages ----
create table t (a);
insert into t values (zeroblob(9000000));
delete from t;
select dbcare_set('bloat_min_mb', 0);

-- ---- free_pages, incremental ----
pragma auto_vacuum = incremental;
vacuum;
create table t (a);
insert into t values (zeroblob(9000000));
delete from t;
select dbcare_set('bloat_min_mb', 0);

-- ---- fts_rtree_integrity, from 3044 ----
create virtual table t using fts5 (a);
insert into t values ('one two');
update t_content set c0 = 'three';

-- ---- integrity_index_match ----
create table t (a, b);
create index i on t (a);
insert into t values (1, 2), (3, 4);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '(a)', '(b)') where name = 'i';
.open

-- ---- integrity_structure, from 3042 ----
-- the header of the index's only page counts free bytes that are none
create table t (a);
create index i on t (a);
insert into t values (1);
.shell printf '\005' | dd of=FILE bs=1 seek=8199 conv=notrunc status=none
.open

-- ---- journal_mode_delete ----
create table t (a);

-- ---- journal_size_limit_unset ----
pragma journal_mode = wal;
create table t (a);

-- ---- missing_fk_index ----
create table p (id integer primary key);
create table "a child" (id integer primary key, "its parent" references p);
insert into p select value from generate_series(1, 10);
insert into "a child" select value, 1 from generate_series(1, 11000);

-- ---- orphaned_rows ----
create table p (id integer primary key);
create table "a child" (id integer primary key, p references p);
insert into "a child" values (1, 7);

-- ---- orphaned_rows, not null ----
create table p (id integer primary key);
create table c (id integer primary key, p integer not null references p);
insert into c values (1, 7);

-- ---- page_fill ----
create table t (id integer primary key, a);
insert into t select value, zeroblob(400) from generate_series(1, 20000);
delete from t where id % 9 < 4;
select dbcare_set('bloat_min_mb', 0);

-- ---- partial_index_stale ----
create table t (a, b);
create index i on t (b) where a > 5;
insert into t values (6, 1), (9, 1);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '> 5', '> 7') where name = 'i';
.open

-- ---- redundant_indexes ----
create table t (a, b);
create index short on t (a);
create index long on t (a, b);

-- ---- stats_stale ----
create table t (a);
create index i on t (a);
insert into t select value from generate_series(1, 20000);

-- ---- untrusted_schema ----
create view v as select 1;
pragma trusted_schema = on;

-- ---- wal_autocheckpoint_off ----
pragma journal_mode = wal;
create table t (a);
pragma wal_autocheckpoint = 0;

-- ---- wal_growth ----
pragma journal_mode = wal;
pragma wal_autocheckpoint = 0;
create table t (a);
insert into t values (zeroblob(9000000));

-- ---- archive_triggers ----
create table t (id integer primary key);
select dbarchive_enable('t', '{"mode": "trash"}');
drop trigger dbcare_trash_t;

-- ---- audit_triggers ----
create table t (id integer primary key, a text);
select dbaudit_enable('t');
alter table t add column b text;

-- ---- audit_unsealed ----
create table t (id integer primary key);
select dbaudit_enable('t');
insert into t values (1);
select dbaudit_seal();
insert into t values (2);
update dbcare_audit_entry set logged_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 hours') where row_key = '2';
