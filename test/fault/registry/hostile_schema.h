/*
 * hostile_schema.h
 *	  Where a file can have code of the application run: the positions that
 *	  registry/hostile tries.
 *
 * trap() is the function, trap_table the module, trap_order the collation; the
 * program replaces their names by those that it registers.
 */
#ifndef DBCARE_TEST_HOSTILE_SCHEMA_H
#define DBCARE_TEST_HOSTILE_SCHEMA_H

#include <stddef.h>

#include "test/fault/registry/hostile_calls.h"

typedef struct position
{
	const char *name;
	const char *sql;
} position;

#define TABLE_T "create table t (id integer primary key, a integer"
#define ROWS                                                        \
	"insert into t (id, a) values (1, 1), (2, 2), (3, 2);"          \
	"create table parent (id integer primary key);"                 \
	"create table child (id integer primary key, t_id references t" \
	", p integer references parent);"                               \
	"insert into child values (1, 1, 1), (2, 9, 9);"

/* Triggers of t that read f. */
#define READ_F                                                        \
	"create trigger ti after insert on t begin select a from f; end;" \
	"create trigger tu after update on t begin select a from f; end;" \
	"create trigger td before delete on t begin select a from f; end;"

static const position positions[] = {
	{"column check", TABLE_T " check (trap(a)));" ROWS},
	{"table check", TABLE_T ", check (\"trap\" /* ( */ (a) > 0));" ROWS},
	{"partial index",
	 TABLE_T ");" ROWS "create index i on t (a) where trap(a);"},
	{"expression index", TABLE_T ");" ROWS "create index i on t (trap(a));"},
	{"unique partial index",
	 TABLE_T ");" ROWS "create unique index i on t (id, a) where trap(a);"},
	{"unique expression index",
	 TABLE_T ");" ROWS "create unique index i on t (id, trap(a));"},
	{"virtual column", TABLE_T ", b integer as (trap(a)));" ROWS},
	{"not null virtual column",
	 TABLE_T ", b integer not null as (trap(a)));" ROWS},
	{"referring virtual column",
	 TABLE_T ", b integer references parent as (trap(a)));" ROWS},
	{"indexed virtual column",
	 TABLE_T ", b integer as (trap(a)), c text as (trap(a)));" ROWS
			 "create index i on t (b, c);"},
	{"stored column", TABLE_T ", b integer as (trap(a)) stored);" ROWS},
	{"default", TABLE_T ", b integer default (trap(1)));" ROWS},
	{"added default",
	 TABLE_T ");" ROWS "create view v as select 1;"
			 "pragma writable_schema = on; update sqlite_schema set sql = "
			 "replace(sql, 'a integer', 'a integer, b default (trap(1))')"
			 " where name = 't'; pragma writable_schema = reset;"},
	{"view",
	 TABLE_T ");" ROWS "create view v as select id, trap(a) as x from t;"
			 "create view w as select * from v where trap(x);"},
	{"triggers", TABLE_T
	 ");" ROWS "create trigger ti before insert on t begin select trap(1); end;"
	 "create trigger tu after update on t when trap(1) begin"
	 " select trap(1); end;"
	 "create trigger td after delete on t begin select trap(1); end;"
	 "create trigger ci after insert on child begin select trap(1); end;"
	 "create trigger cu before update on child begin select trap(1); end;"
	 "create trigger cd before delete on child begin select trap(1);"
	 " end;"},
	{"rule", TABLE_T ");" ROWS "select dbcheck_rule_add('r', 't',"
					 " 'a > 0 and trap(a)', '{\"repair_sql\":"
					 " \"a = trap(a)\"}');"},
	{"check of dbcare's table", TABLE_T
	 ");" ROWS "select dbcare_install();"
	 "create temp table told as select name as known, sql as old,"
	 " length(rtrim(sql, replace(sql, ')', ''))) as last from sqlite_schema;"
	 "pragma writable_schema = on; update sqlite_schema set sql = "
	 "(select substr(old, 1, last - 1) || ', check (trap(1)))' ||"
	 " substr(old, last + 1) from told where known = name) where "
	 "name glob 'dbcare_*' and type = 'table';"
	 "pragma writable_schema = reset;"},
	{"triggers of dbcare's tables",
	 TABLE_T ");" ROWS "select dbcare_install();"
			 "create trigger one after insert on dbcare_history begin"
			 " select trap(1); end;"
			 "create trigger two before insert on dbcare_setting begin"
			 " select trap(1); end;"
			 "create trigger three before insert on dbcare_check_run begin"
			 " select trap(1); end;"},
	{"check after a space that is rarely one",
	 TABLE_T " check (trap \v(a)));" ROWS},
	{"triggers of dbcare's tables that write",
	 TABLE_T " check (trap(a)));" ROWS "select dbcare_install();"
			 "create trigger one after insert on dbcare_history begin"
			 " insert into t (a) values (1); end;"
			 "create trigger two before insert on dbcare_setting begin"
			 " update t set a = 1; end;"
			 "create trigger three before insert on dbcare_check_run begin"
			 " insert into t (a) values (1); end;"},
	{"foreign keys to dbcare's tables", TABLE_T
	 ");" ROWS "select dbcare_install();"
	 "create table u (v text default '1' references dbcare_migration(version)"
	 " on update set null on delete set null, check (trap(v)));"
	 "insert into u values ('1'); create table w (k integer references"
	 " dbcare_check_run on delete set null, check (trap(k)));"
	 "pragma foreign_keys = off; insert into w values (1), (2);"},
	{"tables that refer to what is repaired", TABLE_T
	 ");" ROWS
	 "create table u (c integer default 2 references child on update set null"
	 " on delete set null, k integer references t on delete set default"
	 " on update cascade, check (trap(c)));"
	 "insert into u values (2, 3); create table w (c integer references child"
	 " on delete cascade on update cascade);"
	 "create index w_c on w (c) where trap(c); insert into w values (2);"
	 "create trigger w_d after delete on w begin insert into u values (1, 1);"
	 " end; select dbcheck_rule_add('r', 't', 'a < 2',"
	 " '{\"repair_sql\": \"delete\"}');"},
	{"rules and plans about views", TABLE_T
	 ", b integer as (trap(a)));" ROWS "create view v as select id, a, b from t"
	 " where trap(b); select dbcheck_rule_add('r', 't', 'a < 2');"
	 "update dbcare_rule set table_name = 'v';"
	 "update dbcare_rule set table_name = 'main.v';"},
	{"condition of a policy",
	 TABLE_T ", made text default '2000-01-01');" ROWS
			 "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
			 " \"delete_after_days\": 1}'); update dbcare_policy set options ="
			 " json_set(options, '$.where', 'trap(a)');"},
	{"columns of a policy",
	 TABLE_T ", made text default '2000-01-01');" ROWS
			 "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
			 " \"delete_after_days\": 1}'); update dbcare_policy set options ="
			 " '{\"timestamp_column\": \"made\", \"anonymise_after_days\": 1,"
			 " \"columns\": {\"a\": \"trap(a)\"}}';"},
	{"trigger of a table with trash",
	 TABLE_T ");" ROWS "select dbarchive_enable('t', '{\"mode\": \"trash\"}');"
			 "create trigger td after delete on t begin select trap(1); end;"
			 "create trigger tu after update on t begin select trap(1); end;"},
	{"trigger of a table with a backfill",
	 TABLE_T ");" ROWS "update t set a = null;"
			 "create trigger tu after update on t begin select trap(1); end;"},
	{"table of fts5",
	 TABLE_T ");" ROWS "create view v as select id, trap(a) as a from t;"
			 "create virtual table f using fts5(a, content='v',"
			 " content_rowid='id');"},
	{"view in place of a table of fts5", TABLE_T
	 ");" ROWS "create virtual table f using fts5(a);"
	 "insert into f values ('x'); pragma writable_schema = on;"
	 "update sqlite_schema set type = 'view', rootpage = 0, sql ="
	 " 'create view f_content as select 1 as id, trap(1) as c0' where name ="
	 " 'f_content'; pragma writable_schema = reset;"},
	{"function in an option of fts4", TABLE_T
	 ");" ROWS "create virtual table f using fts4(a, compress=trim,"
	 " uncompress='trap'); insert into f_content values (1, 'x');" READ_F},
	{"view of two words behind fts4",
	 TABLE_T ");" ROWS "create view \"t v\" as select id, trap(a) as a from t;"
			 "create virtual table f using fts4(a, content=t v);" READ_F},
	{"view with a bracket in its name",
	 TABLE_T ");" ROWS "create view \"v[vw\" as select trap(1) as a;"
			 "create view f as select a from [v[vw];" READ_F},
	{"trigger and view that lead to others", TABLE_T
	 ");" ROWS "create table u (x, check (trap(x)));"
	 "create view v as select * from (select x from u), 'w';"
	 "create view w as select trap(1) as y;"
	 "create trigger ti after insert on t begin insert into u values (1);"
	 " end; create trigger td after delete on t begin select * from v; end;"
	 "create trigger tu after update on t begin select (select y from w);"
	 " end;"},
	{"collation",
	 TABLE_T ");" ROWS "create index i on t (trap(a) collate nocase)"
			 " where trap(a) collate rtrim;"},
	{"view in place of dbcare's table",
	 TABLE_T ", b text as (trap(a)));" ROWS "select dbcare_install();"
			 "drop table dbcare_setting; create view dbcare_setting as"
			 " select b as name, b as value, b as updated_at from t;"},
	{"numbers of dbcare's tables", TABLE_T
	 ");" ROWS "select dbcare_install(); pragma writable_schema = on;"
	 "update sqlite_schema set sql = 'create table sqlite_sequence(name,"
	 " seq as (trap(name)))' where name = 'sqlite_sequence';"
	 "pragma writable_schema = reset;"},
	{"function behind the first of dbcare's tables",
	 TABLE_T ");" ROWS "create virtual table dbcare_bookkeeping using"
			 " fts4(version, installed_at, compress=trim, uncompress='trap');"
			 "insert into dbcare_bookkeeping_content values (1, '1', '2026');"},
	{"seed", TABLE_T
	 ");" ROWS "select dbseed_add('s', 't', '[{\"id\": 70, \"a\": 1}]',"
	 " '{\"mode\": \"sync\"}'); create trigger ti before insert on t begin"
	 " select trap(1); end; create trigger tu after update on t begin"
	 " select trap(1); end; create trigger td after delete on t begin"
	 " select trap(1); end; update dbcare_seed set rows_data ="
	 " '[{\"id\": 70, \"a\\\") values (1, trap(1)) --\": 1}]';"},
	{"schedule",
	 TABLE_T ", made text default '2000-01-01');" ROWS
			 "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
			 " \"delete_after_days\": 1}'); select dbmonitor_start(3600); "
			 "select dbarchive_schedule('00:00');"
			 "update dbcare_schedule set scheduled_at = '2000-01-01';"
			 "update dbcare_policy set options ="
			 " json_set(options, '$.where', 'trap(a)');"},
	{"backfill", TABLE_T
	 ");" ROWS "update t set a = null; select dbmigrate_backfill('none',"
	 " 'update t set a = 3 where a is null');"
	 "update t set a = null; update dbcare_backfill set statement ="
	 " 'update t set a = trap(1) where a is null', state = 'paused';"},
	{"kept rows",
	 TABLE_T ");" ROWS "select dbarchive_enable('t', '{\"mode\": \"trash\"}');"
			 "delete from t where id = 1; update dbcare_trash set row_data ="
			 " '{\"id\": 1, \"a\\\") values (1, trap(1)) --\": 1}';"},
	/* modules */
	{"module in a view",
	 TABLE_T ");" ROWS "create view v as select a from trap_table;"
			 "create view w as select * from v, trap_table(1) where a = 1;"},
	{"module behind IN",
	 TABLE_T ");" ROWS "create view f as select 1 in trap_table as a;" READ_F},
	{"module behind fts4", TABLE_T
	 ");" ROWS
	 "create virtual table f using fts4(a, content=trap_table);" READ_F},
	{"module in triggers", TABLE_T
	 ");" ROWS "create trigger ti after insert on t begin"
	 " insert into child (t_id) select a from trap_table; end;"
	 "create trigger tu after update on t begin"
	 " select * from trap_table; end; create trigger td before delete on"
	 " t begin select a from trap_table; end;"},
	{"virtual table", TABLE_T
	 ");" ROWS "create virtual table other using trap_table(argument);"},
	{"virtual table in a view", TABLE_T
	 ");" ROWS "create virtual table other using trap_table(argument);"
	 "create view v as select a from other; create view w as select * from v;"},
	{"virtual table in triggers", TABLE_T
	 ");" ROWS "create virtual table other using trap_table(argument);"
	 "create trigger ti after insert on t begin"
	 " insert into other (a) values (1); end; create trigger tu after update"
	 " on t begin delete from other; end; create trigger td before delete on t"
	 " begin select a from other; end;"},
	{"virtual table behind fts5",
	 TABLE_T ");" ROWS "create virtual table other using trap_table(argument);"
			 "create virtual table f using fts5(a, content='other',"
			 " content_rowid='a');"},
	{"virtual table in place of a table of fts5", TABLE_T
	 ");" ROWS "create virtual table f using fts5(a);"
	 "insert into f values ('x'); pragma writable_schema = on;"
	 "update sqlite_schema set rootpage = 0, sql = 'create virtual table"
	 " f_content using trap_table' where name = 'f_content';"
	 "pragma writable_schema = reset;"},
	{"virtual table in place of dbcare's table",
	 TABLE_T ");" ROWS "select dbcare_install(); drop table dbcare_setting;"
			 "create virtual table dbcare_setting using trap_table;"},
	{"virtual tables in place of all of dbcare's tables", TABLE_T
	 ");" ROWS "select dbcare_install(); pragma writable_schema = on;"
	 "update sqlite_schema set rootpage = 0, sql = 'create virtual table ' ||"
	 " name || ' using trap_table' where name glob 'dbcare_*' and type ="
	 " 'table' and name <> 'dbcare_bookkeeping';"
	 "delete from sqlite_schema where type = 'index' and tbl_name glob"
	 " 'dbcare_*' and tbl_name <> 'dbcare_bookkeeping';"
	 "pragma writable_schema = reset;"},
	{"views in place of all of dbcare's tables", TABLE_T
	 ");" ROWS "select dbcare_install(); pragma writable_schema = on;"
	 "update sqlite_schema set type = 'view', rootpage = 0, sql = 'create view "
	 "'"
	 " || name || ' as select trap(1) as name, trap(1) as value, 1 as x where"
	 " trap(1)' where name glob 'dbcare_*' and type = 'table' and name <>"
	 " 'dbcare_bookkeeping'; delete from sqlite_schema where type = 'index' and"
	 " tbl_name glob 'dbcare_*' and tbl_name <> 'dbcare_bookkeeping';"
	 "pragma writable_schema = reset;"},
	{"virtual tables with names of SQLite's functions",
	 TABLE_T ");" ROWS "create virtual table json_each using trap_table;"
			 "create virtual table json_tree using trap_table;"
			 "create virtual table pragma_table_list using trap_table;"
			 "create virtual table pragma_table_xinfo using trap_table;"
			 "create virtual table pragma_foreign_key_check using trap_table;"
			 "create virtual table dbstat using trap_table;"
			 "create virtual table dbcare_foreign_keys using trap_table;"},
	{"foreign key to a virtual table",
	 TABLE_T ");" ROWS "create virtual table other using trap_table;"
			 "create table u (x integer references other (a));"
			 "pragma foreign_keys = off; insert into u values (3);"},
	{"rule, policy, seed and log about a virtual table", TABLE_T
	 ", made text default '2000-01-01');" ROWS
	 "create virtual table other using"
	 " trap_table; select dbcheck_rule_add('r', 't', 'a < 2');"
	 "update dbcare_rule set table_name = 'other';"
	 "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
	 " \"delete_after_days\": 1}'); update dbcare_policy set table_name ="
	 " 'other', options = replace(options, 'made', 'a');"
	 "select dbseed_add('s', 't', '[{\"id\": 70, \"a\": 1}]');"
	 "update dbcare_seed set table_name = 'other', key_columns = '[\"a\"]';"
	 "select dbarchive_enable('child', '{\"mode\": \"trash\"}');"
	 "delete from child; update dbcare_trash set table_name = 'other';"
	 "update dbcare_archived_table set table_name = 'other';"
	 "select dbaudit_enable('parent'); insert into parent values (5);"
	 "update dbcare_audited_table set table_name = 'other';"},
	{"recorded objects of a manifest", TABLE_T
	 ");" ROWS "select dbinit_run('" MANIFEST "');"
	 "update dbcare_manifest set objects = replace(replace(objects,"
	 " 'CREATE VIEW made_view as select id from made',"
	 " 'create view made_view as select 1; create table stolen as select"
	 " trap(1)'), 'CREATE TABLE made (id integer primary key, a integer)',"
	 " 'create table made as select trap(1) as id');"
	 "drop view made_view;"},
	/* collations */
	{"collation of a column", TABLE_T
	 ", b text collate trap_order default 'x', unique (b, id), check (b > "
	 "''));" ROWS "create view v as select id, b as a from t order by b;"},
	{"collation of an index", TABLE_T
	 ");" ROWS "create index i on t (a collate trap_order, id);"
	 "create unique index j on t (cast(a as text) collate trap_order, id)"
	 " where 'b' > 'a' collate trap_order;"},
	{"collation of dbcare's table", TABLE_T
	 ");" ROWS "select dbcare_install(); create index one on dbcare_setting"
	 " (name collate trap_order); create index two on dbcare_history (version"
	 " collate trap_order); insert into dbcare_setting (name, value, "
	 "changed_by)"
	 " values ('a', 'b', 'c'), ('d', 'e', 'f');"},
};

#define NPOSITIONS (sizeof(positions) / sizeof(positions[0]))

#endif /* DBCARE_TEST_HOSTILE_SCHEMA_H */
