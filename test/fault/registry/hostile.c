/*
 * hostile.c
 *	  Opens files whose schema calls functions of the application, and calls
 *	  every function of dbcare at its deepest level.
 *
 * A function that stored SQL must not call (SQLITE_DIRECTONLY, or one that is
 * not SQLITE_INNOCUOUS) must never run, whether SQLite read the schema before
 * or after it was registered, or it replaces one of SQLite's.  One that stored
 * SQL may call runs only where dbcare has to evaluate it; which calls those are
 * is listed in evaluating[].
 *
 * usage: hostile [STEP]
 *
 * Of the files, each in several ways, one of STEP (default 1) is opened, from
 * one on that the seed chooses.  Prints TAP.
 */
#include "test/fault/core/tap.h"

#include "common/core/dbc.h"
#include "test/seed.h"

#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/dbcare_hostile_XXXXXX";

/* ---- the function that tells that it was called ---- */

static int calls;

static void
trap(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	calls++;
	sqlite3_result_int(context, 1);
}

/* The same for who makes the file. */
static void
one(sqlite3_context *context, int nvalues, sqlite3_value **values)
{
	(void) nvalues;
	(void) values;
	sqlite3_result_int(context, 1);
}

/* ---- where a schema can call it ---- */

typedef struct position
{
	const char *name;
	const char *sql;
} position;

#define TABLE "create table t (id integer primary key, a integer"
#define ROWS                                                        \
	"insert into t (id, a) values (1, 1), (2, 2), (3, 2);"          \
	"create table parent (id integer primary key);"                 \
	"create table child (id integer primary key, t_id references t" \
	", p integer references parent);"                               \
	"insert into child values (1, 1, 1), (2, 9, 9);"

static const position positions[] = {
	{"column check", TABLE " check (trap(a)));" ROWS},
	{"table check", TABLE ", check (\"trap\" /* ( */ (a) > 0));" ROWS},
	{"partial index", TABLE ");" ROWS "create index i on t (a) where trap(a);"},
	{"expression index", TABLE ");" ROWS "create index i on t (trap(a));"},
	{"unique partial index",
	 TABLE ");" ROWS "create unique index i on t (id, a) where trap(a);"},
	{"unique expression index",
	 TABLE ");" ROWS "create unique index i on t (id, trap(a));"},
	{"virtual column", TABLE ", b integer as (trap(a)));" ROWS},
	{"not null virtual column",
	 TABLE ", b integer not null as (trap(a)));" ROWS},
	{"referring virtual column",
	 TABLE ", b integer references parent as (trap(a)));" ROWS},
	{"indexed virtual column",
	 TABLE ", b integer as (trap(a)), c text as (trap(a)));" ROWS
		   "create index i on t (b, c);"},
	{"stored column", TABLE ", b integer as (trap(a)) stored);" ROWS},
	{"default", TABLE ", b integer default (trap(1)));" ROWS},
	{"added default",
	 TABLE ");" ROWS "create view v as select 1;"
		   "pragma writable_schema = on; update sqlite_schema set sql = "
		   "replace(sql, 'a integer', 'a integer, b default (trap(1))')"
		   " where name = 't'; pragma writable_schema = reset;"},
	{"view", TABLE ");" ROWS "create view v as select id, trap(a) as x from t;"
				   "create view w as select * from v where trap(x);"},
	{"triggers", TABLE
	 ");" ROWS "create trigger ti before insert on t begin select trap(1); end;"
	 "create trigger tu after update on t when trap(1) begin"
	 " select trap(1); end;"
	 "create trigger td after delete on t begin select trap(1); end;"
	 "create trigger ci after insert on child begin select trap(1); end;"
	 "create trigger cu before update on child begin select trap(1); end;"
	 "create trigger cd before delete on child begin select trap(1);"
	 " end;"},
	{"rule", TABLE ");" ROWS "select dbcheck_rule_add('r', 't',"
				   " 'a > 0 and trap(a)', '{\"repair_sql\":"
				   " \"a = trap(a)\"}');"},
	{"check of dbcare's table", TABLE
	 ");" ROWS "select dbcare_install();"
	 "create temp table told as select name as known, sql as old,"
	 " length(rtrim(sql, replace(sql, ')', ''))) as last from sqlite_schema;"
	 "pragma writable_schema = on; update sqlite_schema set sql = "
	 "(select substr(old, 1, last - 1) || ', check (trap(1)))' ||"
	 " substr(old, last + 1) from told where known = name) where "
	 "name glob 'dbcare_*' and type = 'table';"
	 "pragma writable_schema = reset;"},
	{"triggers of dbcare's tables",
	 TABLE ");" ROWS "select dbcare_install();"
		   "create trigger one after insert on dbcare_history begin"
		   " select trap(1); end;"
		   "create trigger two before insert on dbcare_setting begin"
		   " select trap(1); end;"
		   "create trigger three before insert on dbcare_check_run begin"
		   " select trap(1); end;"},
	{"check after a space that is rarely one",
	 TABLE " check (trap \v(a)));" ROWS},
	{"triggers of dbcare's tables that write",
	 TABLE " check (trap(a)));" ROWS "select dbcare_install();"
		   "create trigger one after insert on dbcare_history begin"
		   " insert into t (a) values (1); end;"
		   "create trigger two before insert on dbcare_setting begin"
		   " update t set a = 1; end;"
		   "create trigger three before insert on dbcare_check_run begin"
		   " insert into t (a) values (1); end;"},
	{"foreign keys to dbcare's tables", TABLE
	 ");" ROWS "select dbcare_install();"
	 "create table u (v text default '1' references dbcare_migration(version)"
	 " on update set null on delete set null, check (trap(v)));"
	 "insert into u values ('1'); create table w (k integer references"
	 " dbcare_check_run on delete set null, check (trap(k)));"
	 "pragma foreign_keys = off; insert into w values (1), (2);"},
	{"tables that refer to what is repaired", TABLE
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
	{"rules and plans about views", TABLE
	 ", b integer as (trap(a)));" ROWS "create view v as select id, a, b from t"
	 " where trap(b); select dbcheck_rule_add('r', 't', 'a < 2');"
	 "update dbcare_rule set table_name = 'v';"
	 "update dbcare_rule set table_name = 'main.v';"},
	{"condition of a policy",
	 TABLE ", made text default '2000-01-01');" ROWS
		   "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
		   " \"delete_after_days\": 1}'); update dbcare_policy set options ="
		   " json_set(options, '$.where', 'trap(a)');"},
	{"columns of a policy",
	 TABLE ", made text default '2000-01-01');" ROWS
		   "select dbarchive_policy('t', '{\"timestamp_column\": \"made\","
		   " \"delete_after_days\": 1}'); update dbcare_policy set options ="
		   " '{\"timestamp_column\": \"made\", \"anonymise_after_days\": 1,"
		   " \"columns\": {\"a\": \"trap(a)\"}}';"},
	{"trigger of a table with trash",
	 TABLE ");" ROWS "select dbarchive_enable('t', '{\"mode\": \"trash\"}');"
		   "create trigger td after delete on t begin select trap(1); end;"
		   "create trigger tu after update on t begin select trap(1); end;"},
	{"trigger of a table with a backfill",
	 TABLE ");" ROWS "update t set a = null;"
		   "create trigger tu after update on t begin select trap(1); end;"},
	{"replaced unicode()",
	 TABLE " check (unicode(a)));" ROWS
		   "create view v as select unicode(a) as a from t;"},
	{"table of fts5",
	 TABLE ");" ROWS "create view v as select id, trap(a) as a from t;"
		   "create virtual table f using fts5(a, content='v',"
		   " content_rowid='id');"},
	{"view in place of a table of fts5", TABLE
	 ");" ROWS "create virtual table f using fts5(a);"
	 "insert into f values ('x'); pragma writable_schema = on;"
	 "update sqlite_schema set type = 'view', rootpage = 0, sql ="
	 " 'create view f_content as select 1 as id, trap(1) as c0' where name ="
	 " 'f_content'; pragma writable_schema = reset;"},
	{"trigger and view that lead to others", TABLE
	 ");" ROWS "create table u (x, check (trap(x)));"
	 "create view v as select * from (select x from u), 'w';"
	 "create view w as select trap(1) as y;"
	 "create trigger ti after insert on t begin insert into u values (1);"
	 " end; create trigger td after delete on t begin select * from v; end;"
	 "create trigger tu after update on t begin select (select y from w);"
	 " end;"},
	{"collation", TABLE ");" ROWS "create index i on t (trap(a) collate nocase)"
						" where trap(a) collate rtrim;"},
	{"view in place of dbcare's table",
	 TABLE ", b text as (trap(a)));" ROWS "select dbcare_install();"
		   "drop table dbcare_setting; create view dbcare_setting as"
		   " select b as name, b as value, b as updated_at from t;"},
};

#define NPOSITIONS (sizeof(positions) / sizeof(positions[0]))

/* ---- the calls ---- */

#define FULL "'{\"level\": \"full\"}'"

static const char *const statements[] = {
	"select * from dbcheck_integrity",
	"select * from dbcheck_integrity('{\"level\": \"quick\"}')",
	"select * from dbcheck_constraints",
	"select * from dbcheck_constraints('t')",
	"select * from dbcheck_orphans",
	"select dbcheck_repair('{\"relation\": \"t\", \"rules\": [\"r\"]}')",
	"select * from dbcheck_orphans('child', '{\"relations\": [{\"child\":"
	" \"child.t_id\", \"parent\": \"t.id\"}]}')",
	"select * from dbcheck_row('t', '{\"a\": 3}')",
	"select * from dbcheck_row('t', '{\"id\": 1}')",
	"select * from dbcheck_run",
	"select * from dbcheck_rules",
	"select dbhealth_ping()",
	"select dbhealth_report(" FULL ")",
	"select * from dbhealth_checks(" FULL ")",
	"select dbhealth_html(" FULL ")",
	"select * from dbhealth_size",
	"select * from dbhealth_tables",
	"select * from dbhealth_indexes",
	"select dbhealth_schema()",
	"select dbhealth_statistics()",
	"select * from dbhealth_suppressions",
	"select dbhealth_growth()",
	"select dbmigrate_fingerprint()",
	"select dbmigrate_schema()",
	"select dbmigrate_snapshot()",
	"select dbmigrate_diff(dbmigrate_schema(), dbmigrate_schema())",
	"select * from dbmigrate_lint('alter table t add column z integer not null"
	" default 0; create index t_z on t (z); update t set a = 1; drop view if"
	" exists v; drop table child; analyze; reindex;')",
	"select dbcare_install()",
	"select dbcare_set('actor', 'somebody')",
	"select dbcare_get('actor')",
	"select dbmigrate_add('1', 'one', 'create table made (x)', 'drop table"
	" made')",
	"select dbmigrate_load('{\"2_a.up.sql\": \"create table made2 (x)\"}')",
	"select * from dbmigrate_status",
	"select * from dbmigrate_pending",
	"select * from dbmigrate_plan",
	"select dbmigrate_test()",
	"select dbmigrate_apply('1')",
	"select dbmigrate_rollback()",
	"select dbmigrate_baseline('1')",
	"select dbmigrate_deploy()",
	"select dbmigrate_repair()",
	"select dbmigrate_version()",
	"select * from dbmigrate_history",
	"select * from dbmigrate_verify",
	"select * from dbmigrate_drift",
	"select dbmigrate_rebuild('child', 'create table child (id integer primary"
	" key, t_id references t, p integer references parent, more text)')",
	"select dbmigrate_rebuild('t', 'create table t (id integer primary key,"
	" a numeric)')",
	"select dbmigrate_backfill('b', 'update t set a = 3 where a is null')",
	"select * from dbmigrate_backfills",
	"select dbhealth_suppress('disk_free', '*', 'why')",
	"select dbcheck_repair()",
	"select dbcheck_repair('{\"orphans\": \"quarantine\", \"rules\":"
	" [\"r\"]}')",
	"select dbcheck_repair('{\"orphans\": \"quarantine\"}')",
	"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\":"
	" false}')",
	"select * from dbcheck_quarantine",
	"select dbcheck_undo(1)",
	"select dbcheck_repair('{\"relation\": \"t\", \"rules\": [\"r\"],"
	" \"dry_run\": false}')",
	"select dbcheck_rule_add('mine', 't', 'trap(a)')",
	"select dbcheck_rule_add('sound', 't', 'a < 7')",
	"select * from dbcheck_run",
	"select dbcheck_rule_drop('sound')",
	"select dbmonitor_start(3600)",
	"select dbmonitor_sample(" FULL ")",
	"select dbmonitor_status()",
	"select * from dbmonitor_queries",
	"select * from dbmonitor_slow_queries",
	"select * from dbmonitor_slow_log('{\"plan\": true}')",
	"select dbmonitor_statistics()",
	"select * from dbmonitor_alerts",
	"select dbmonitor_ack(1)",
	"select dbmonitor_stop()",
	"select dbmonitor_reset()",
	"select dbhealth_optimize()",
	"select dbhealth_optimize('{\"steps\": [\"analyze\", \"reindex\","
	" \"vacuum\"], \"dry_run\": false}')",
	"select dbhealth_fix('integrity_index_match')",
};

#define NSTATEMENTS (sizeof(statements) / sizeof(statements[0]))

/* Arguments of functions, which are called after the statements. */
static const struct
{
	const char *function;
	const char *arguments;
} arguments[] = {
#define ENGINE					  "sqlite"
#define CALL(function, arguments) {#function, arguments},
#undef TABLE
#define TABLE "t"
#include "test/calls.def"
};

/* Calls about what a schema can have, besides those of calls.def. */
static const char *const others[] = {
	"select dbops_select('v')",
	"select dbops_count('w')",
	"select dbops_select('f', '{}')",
	"select dbops_insert('t', '{\"a\": 1}')",
	"select dbops_update('t', '{\"a\": 2}', '{\"id\": 1}')",
	"select dbops_upsert('t', '{\"id\": 1, \"a\": 2}')",
	"select dbops_delete('t', '{\"id\": 2}')",
	"select dbops_execute('select * from v')",
	"select dbops_execute('insert into t (a) values (9)')",
	"select dbarchive_apply('{\"dry_run\": false}')",
	"select dbarchive_apply()",
	"select dbarchive_delete('t', 1)",
	"select dbarchive_purge('t')",
	"select dbmigrate_backfill('c', 'update t set a = trap(a) where a > 0')",
	"select dbseed_add('s', 't', '[{\"id\": 70, \"a\": 1}]')",
	"select dbseed_apply()",
	"select * from dbsync_digest()",
};

#define NOTHERS (sizeof(others) / sizeof(others[0]))

/* Statement NUMBER; NULL after the last one.  For sqlite3_free(). */
static char *
statement_of(size_t number)
{
	const dbc_function *function;
	const char *given = "";
	size_t i;

	if (number < NSTATEMENTS)
		return sqlite3_mprintf("%s", statements[number]);
	number -= NSTATEMENTS;
	if (number < NOTHERS)
		return sqlite3_mprintf("%s", others[number]);
	number -= NOTHERS;
	if (number >= (size_t) dbc_nfunctions)
		return NULL;
	function = &dbc_functions[number];
	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (strcmp(arguments[i].function, function->name) == 0)
			given = arguments[i].arguments;
	return sqlite3_mprintf("select %s%s(%s)",
						   function->columns ? "* from " : "", function->name,
						   given);
}

/* ---- files ---- */

static void
remove_file(void)
{
	char other[sizeof(path) + 16];

	unlink(path);
	snprintf(other, sizeof(other), "%s-wal", path);
	unlink(other);
	snprintf(other, sizeof(other), "%s-shm", path);
	unlink(other);
}

/* Makes a file where the function is one that anybody may call. */
static void
make_file(const position *where)
{
	sqlite3 *db;

	remove_file();
	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out(path, db);
	sqlite3_create_function(
		db, "trap", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
		NULL, one, NULL, NULL);
	if (sqlite3_exec(db, where->sql, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(where->name, db);
	sqlite3_close(db);
}

/* A way to have the function. */
typedef struct way
{
	const char *name;
	int flags;
	bool trusted;
	bool late;	  /* SQLite has read the schema before */
	bool allowed; /* stored SQL may call it */
} way;

static const way ways[] = {
	{"plain", 0, true, false, false},
	{"plain, late", 0, true, true, false},
	{"deterministic, late", SQLITE_DETERMINISTIC, true, true, false},
	{"deterministic, untrusted", SQLITE_DETERMINISTIC, false, true, false},
	{"direct only", SQLITE_DIRECTONLY, true, false, false},
	{"direct only, late",
	 SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, true, true,
	 false},
	{"innocuous", SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, true, true, true},
};

#define NWAYS (sizeof(ways) / sizeof(ways[0]))

/* Opens the file as an application does. */
static sqlite3 *
open_file(const char *position, const way *how)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		bail_out(path, db);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, how->trusted, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (how->late)
		sqlite3_exec(db, "select * from sqlite_schema", NULL, NULL, NULL);
	sqlite3_create_function(db, "trap", -1, SQLITE_UTF8 | how->flags, NULL,
							trap, NULL, NULL);
	if (strstr(position, "unicode()"))
		sqlite3_create_function(db, "unicode", 1, SQLITE_UTF8 | how->flags,
								NULL, trap, NULL, NULL);
	if (sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("cannot load dbcare", db);
	return db;
}

/* ---- the test ---- */

/* Calls that may evaluate what stored SQL may call; what is in dbcare's own
 * tables, all may. */
static const char *const evaluating[] = {
	"dbcheck_",		   "dbhealth_",			"dbmonitor_sample",
	"dbmonitor_start", "dbmigrate_rebuild", "dbmigrate_backfill",
	"dbops_",		   "dbarchive_",		"dbaudit_",
	"dbseed_",		   "dbsync_",			"dbbackup_",
	"dbinit_",
};

static bool
may_evaluate(const char *position, const char *statement)
{
	size_t i;

	if (strstr(position, "dbcare's"))
		return true;
	for (i = 0; i < sizeof(evaluating) / sizeof(evaluating[0]); i++)
		if (strstr(statement, evaluating[i]))
			return true;
	return false;
}

/* Makes all calls; a problem if one runs the function that must not. */
static void
call_all(const char *position, const way *how)
{
	bool verbose = getenv("VERBOSE") != NULL;
	sqlite3 *db = open_file(position, how);
	char *statement;
	size_t i;

	for (i = 0; (statement = statement_of(i)) != NULL; i++)
	{
		char *error = NULL;

		/* once SQLite has read the schema again, it may refuse by itself */
		if (how->late && sqlite3_exec(db, "select 1 from sqlite_schema", NULL,
									  NULL, NULL) != SQLITE_OK)
		{
			sqlite3_close(db);
			db = open_file(position, how);
		}
		calls = 0;
		sqlite3_exec(db, statement, NULL, NULL, &error);
		if (verbose)
			printf("# %d %s: %s\n", calls, statement, error ? error : "");
		if (how->allowed && error && i < NSTATEMENTS &&
			strstr(statement, "from dbcheck_"))
			problem("%s: %s", statement, error);
		sqlite3_free(error);
		expect(calls == 0 ||
				   (how->allowed && may_evaluate(position, statement)),
			   "called %d times by %s", calls, statement);
		sqlite3_free(statement);
	}
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	long step = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	size_t i;
	size_t j;
	int file = mkstemp(path);

	if (file < 0)
		bail_out("cannot make a file", NULL);
	if (step < 1)
		bail_out("STEP must be a number from 1", NULL);
	close(file);
	for (i = 0; i < NPOSITIONS; i++)
		for (j = 0; j < NWAYS; j++)
		{
			/* with one more, each way has its turn where STEP divides them */
			if ((long) (i * (NWAYS + 1) + j) % step != first_sample(step))
				continue;
			make_file(&positions[i]);
			call_all(positions[i].name, &ways[j]);
			ok(!problems, "%s: %s", positions[i].name, ways[j].name);
		}
	remove_file();
	return finish();
}
