/*
 * cases_setup.h
 *	  The databases of cases.h.
 */
#ifndef DBCARE_TEST_CASES_SETUP_H
#define DBCARE_TEST_CASES_SETUP_H

static const char empty[] = "pragma foreign_keys = on;";

/* Tables with a foreign key, and migrations that are yet to be applied. */
static const char pending[] =
	"pragma foreign_keys = on;"
	"create table parent (id integer primary key, name text);"
	"create table child (id integer primary key,"
	" parent_id integer references parent on delete cascade);"
	"insert into parent values (1, 'a'), (2, 'b');"
	"insert into child values (1, 1), (2, 2);"
	"select dbmigrate_add('1', 'table', 'create table t (a, b);"
	" create index t_a on t (a);"
	" create trigger t_i after insert on t begin update t set b = 1; end;"
	" insert into t values (1, 2);', 'drop table t;');"
	"select dbmigrate_add('2', 'rebuild', 'pragma foreign_keys = off;"
	" pragma legacy_alter_table = on;"
	" create table new (id integer primary key, name text, more);"
	" insert into new select id, name, null from parent;"
	" drop table parent; alter table new rename to parent;"
	" pragma foreign_keys = on;', null,"
	" '{\"verify_sql\": \"select count(*) = 2 from parent\"}');";

/* The same, applied, and a third one that fails. */
static const char failing[] =
	"select dbmigrate_add('3', 'bad', 'create table u (a);"
	" insert into nowhere values (1);', null);";

/* The same, applied, with rows that no constraint and no rule allows. */
static const char spoiled[] =
	"create table checked (a integer check (a > 0), b text not null);"
	"create unique index checked_b on checked (b);"
	"pragma foreign_keys = off;"
	"pragma ignore_check_constraints = on;"
	"insert into child values (3, 9);"
	"insert into checked values (-1, 'x'), (1, 'y');"
	"pragma ignore_check_constraints = off;"
	"pragma foreign_keys = on;"
	"select dbcheck_rule_add('young', 'child', 'id < 2',"
	" '{\"repair_sql\": \"delete\"}');";

/* The same, repaired. */
static const char repairing[] =
	"select dbcheck_repair('{\"dry_run\": false, \"orphans\": \"quarantine\","
	" \"rules\": [\"young\"]}');";

/* In a file, one that runs outside a transaction. */
static const char outside[] =
	"pragma synchronous = off;"
	"select dbmigrate_add('1', 'table', 'create table t (a)');"
	"select dbmigrate_add('2', 'vacuum', 'pragma synchronous = off; vacuum;"
	" insert into t values (1)');";

/* A table some of whose rows are not what its constraints say. */
static const char planted[] =
	"create table parents (id integer primary key, k text unique"
	" collate nocase, x, y, unique (x, y));"
	"insert into parents values (1, 'a', 1, 2), (2, 'b', 2.5, 'c');"
	"create table planted (id integer primary key, p int not null"
	" references parents check (p > 0), k references parents (k),"
	" x, y, t text collate nocase, constraint gone check (json(t) <> ''),"
	" foreign key (x, y) references parents (x, y));"
	"pragma ignore_check_constraints = on;"
	"pragma foreign_keys = off;"
	"insert into planted values (1, 1, 'A', 1, 2, '\"x\"'),"
	" (2, 9, 7, '2.5', 'c', '\"X\"'), (3, -1, 'c', null, 1, '1');"
	"pragma foreign_keys = on;"
	"create unique index planted_t on planted (id);"
	"pragma writable_schema = on;"
	"update sqlite_schema set sql = 'create unique index planted_t on planted"
	" (upper(t)) where id > 0' where name = 'planted_t';"
	"pragma writable_schema = reset;";

/* A table with what a rebuild of it has to keep. */
static const char belonging[] =
	"create table parent (id integer primary key autoincrement, name);"
	"create table child (p references parent on delete cascade);"
	"insert into parent values (1, 'a');"
	"insert into child values (1);"
	"create index parent_name on parent (name) where parent.id > 0;"
	"create trigger parent_u after update on parent begin"
	" delete from child; end;"
	"create temp trigger parent_d before delete on parent begin"
	" select 1; end;"
	"analyze;";

/* A table for which an index is advised. */
static const char large[] =
	"create table large (id integer primary key, kind text, day integer);"
	"with recursive r (i) as (select 1 union all select i + 1 from r where i <"
	" 2000) insert into large select i, 'kind ' || (i % 400), i from r;"
	"analyze;";

/* Slow executions, stored and in memory. */
static const char monitored[] =
	"select dbcare_set('slow_query_ms', 0);"
	"select dbmonitor_start(60, '{\"thread\": false, \"samples_file\":"
	" \"\"}');"
	"select count(*) from sqlite_schema;"
	"select dbmonitor_sample('{\"level\": \"none\"}');"
	"select count(*) from sqlite_schema where name = 'secret';";

/* Samples in the file beside the database, which each call attaches. */
static const char sampled[] =
	"select dbmonitor_start(60, '{\"thread\": false}');"
	"select dbmonitor_stop();";

/* The same, of a database in UTF-16. */
static const char wide[] = "pragma encoding = 'UTF-16le';";

/* A seed with a new version, rows that users have changed and deleted, and one
 * that has left it. */
static const char seeded[] =
	"create table org (id integer primary key, slug text unique, name text);"
	"create table plan (code text primary key, org_id integer references org,"
	" password text);"
	"select dbseed_add('orgs', 'org', '[{\"slug\": \"a\", \"name\": \"A\"},"
	" {\"slug\": \"b\", \"name\": \"B\"}, {\"slug\": \"c\", \"name\":"
	" \"C\"}]', '{\"key\": [\"slug\"], \"mode\": \"sync\"}');"
	"select dbseed_add('plans', 'plan', '[{\"code\": \"p\", \"org_id\":"
	" {\"$ref\": {\"slug\": \"a\"}}}, {\"code\": \"q\"}]');"
	"select dbseed_apply();"
	"update org set name = 'mine' where slug = 'a';"
	"delete from plan where code = 'q';"
	"select dbseed_add('orgs', 'org', '[{\"slug\": \"a\", \"name\": \"AA\"},"
	" {\"slug\": \"b\", \"name\": \"BB\"}, {\"slug\": \"d\", \"name\":"
	" \"D\"}]', '{\"key\": [\"slug\"], \"mode\": \"sync\"}');";

/* Deleted and held rows, with what a cascade took and cleared, and a log with a
 * seal. */
static const char kept[] =
	"create table author (id integer primary key, name text);"
	"create table book (id integer primary key, author_id integer references"
	" author on delete cascade, editor_id integer references author"
	" on delete set null, price real, cover blob);"
	"insert into author values (1, 'a'), (2, 'b \"c\"'), (3, 'd');"
	"insert into book values (1, 1, 2, 0.1, x'00ff'), (2, 2, 1, 9e999, null),"
	" (3, 2, 3, null, x'');"
	"select dbarchive_enable('author');"
	"delete from author where id = 1;"
	"select dbarchive_hold('author', 3, 'case');"
	"create table customer (id integer primary key, name text);"
	"insert into customer values (1, 'a'), (2, 'b');"
	"select dbarchive_enable('customer', '{\"mode\": \"flag\"}');"
	"select dbarchive_delete('customer', 2, '{\"reason\": \"asked\"}');"
	"create table logged (id integer primary key, name text, mail text);"
	"select dbaudit_enable('logged', '{\"mode\": \"strict\", \"hash\":"
	" [\"mail\"]}');"
	"insert into logged values (1, 'a', 'm'), (2, 'b', 'n');"
	"update logged set name = 'c' where id = 1;"
	"select dbaudit_seal();"
	"delete from logged where id = 2;"
	"create table visit (id integer primary key, name text, made text);"
	"insert into visit values (1, 'a', '2020-01-01'), (2, 'b', '2020-01-01'),"
	" (3, 'c', '2100-01-01');"
	"create table page (id integer primary key, visit_id integer references"
	" visit, body text, made real);"
	"insert into page values (1, 2, 'x', 2458849.5), (2, null, 'y', 1e9);"
	"select dbarchive_policy('visit', '{\"timestamp_column\": \"made\","
	" \"archive_after_days\": 1, \"where\": \"name <> ''z''\"}');"
	"select dbarchive_policy('page', '{\"timestamp_column\": \"made\","
	" \"anonymise_after_days\": 1, \"columns\": {\"body\": \"upper(body)\"},"
	" \"delete_after_days\": 9000}');";

/* Keys of two columns, in another order than the columns, of what is kept,
 * logged, archived, seeded and repaired. */
static const char paired[] =
	"create table pair (b text not null, n TEXT, a integer not null, c BLOB,"
	" made text default '2020-01-01', primary key (a, b));"
	"create table part (id integer primary key, pb text, pa integer, note text,"
	" foreign key (pa, pb) references pair (a, b) on delete cascade);"
	"create index part_pair on part (pa, pb);"
	"insert into pair (a, b, n, c) values (1, 'x', 'one', x'00'),"
	" (1, 'y', 'two', 3), (2, 'x', null, 3.0);"
	"insert into part values (1, 'x', 1, 'a'), (2, 'y', 1, 'b');"
	"select dbarchive_enable('pair');"
	"select dbaudit_enable('pair', '{\"mode\": \"strict\"}');"
	"select dbaudit_enable('part');"
	"alter table pair add column m TEXT default 5;"
	"select dbaudit_enable('pair', '{\"mode\": \"strict\"}');"
	"update pair set n = 'new' where a = 1; delete from pair where a = 2;"
	"select dbarchive_hold('pair', '{\"a\": 1, \"b\": \"y\"}', 'case');"
	"pragma foreign_keys = off; insert into part values (3, 'z', 9, 'c');"
	"pragma foreign_keys = on;"
	"select dbarchive_policy('part', '{\"timestamp_column\": \"note\","
	" \"delete_after_days\": 1}');"
	"select dbarchive_policy('pair', '{\"timestamp_column\": \"made\","
	" \"archive_after_days\": 1}');"
	"select dbseed_add('pairs', 'pair', '[{\"a\": 5, \"b\": \"s\", \"n\":"
	" \"seed\"}]', '{\"key\": [\"a\", \"b\"]}');";

/* Rows that differ from those of a backup. */
static const char changed[] = "delete from book where id = 1;"
							  "update book set price = 7 where id = 3;"
							  "insert into book (id, price) values (4, 1);";

#endif
