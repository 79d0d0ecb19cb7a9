/*
 * sweep.c
 *	  Every host call, and every allocation, of every SQL function fails in
 *	  turn.
 *
 * Whatever fails, a function either raises an error or has seen to it; a
 * cancel and running out of memory always come through; and a failure never
 * makes a database look healthy.
 *
 * usage: sweep [TRIES]
 *
 * Without TRIES every allocation fails, with it at most so many of a call, and
 * at most four times as many host calls, evenly spread from one on that the
 * seed chooses.
 */
#include "test/unit/fake/host.h"

#include <stdlib.h>
#include <string.h>

#include "test/unit/fake/archive.h"
#include "test/unit/fake/audit.h"
#include "test/unit/fake/backfill.h"
#include "test/unit/fake/backup.h"
#include "test/unit/fake/migrate.h"
#include "test/unit/fake/samples.h"
#include "test/unit/fake/repair.h"
#include "common/core/text.h"
#include "common/health/check.h"
#include "common/migrate/schema_objects.h"
#include "test/seed.h"

typedef struct call
{
	const char *name;
	const char *args[5];
} call;

/* How functions are called; one that is not here is called without arguments.
 */
static const call special[] = {
#include "test/unit/registry/sweep_calls.def"
};

#define NSPECIAL  ((int) (sizeof(special) / sizeof(special[0])))
#define MAX_SWEEP 20000 /* no function does more than this */

static int tries = MAX_SWEEP; /* see the usage */

/* Which calls or allocations of a total fail: the first, and how many later the
 * next. */
typedef struct spread
{
	int first;
	int stride;
} spread;

static spread
spread_of(int total, int most)
{
	spread s = {.stride = total / most + 1};

	s.first = 1 + (int) first_sample(s.stride);
	return s;
}

static const fake_migration migrations[] = {
	{.version = "1", .down = "d", .verify = "v", .applied = 1},
	{.version = "2", .up = "begin; a; commit", .depends_on = {"1"}},
	{.version = "3", .failed = true, .verify = "v"},
	{.version = "4", .up = "vacuum", .environments = "[\"development\"]"}};

static const char manifest[] =
	"{\"name\": \"m\", \"rules\": [{\"name\": \"r\", \"relation\": \"t\", "
	"\"expression\": {\"postgresql\": \"p\", \"sqlite\": \"s\"}}], "
	"\"archive\": [{\"relation\": \"t\"}], \"audit\": [{\"relation\": \"t\"}], "
	"\"policies\": [{\"relation\": \"t\", \"options\": "
	"{\"purge_deleted_after_days\": 1}}], \"expect\": [{\"name\": \"e\", "
	"\"sql\": \"select 1\"}], \"may_fail\": [\"rules\", \"policies\"]}";

static const dbc_check_result results[] = {
	{.kind = DBC_K_FOREIGN_KEY,
	 .name = "fk",
	 .columns = "a",
	 .parent = "p",
	 .parent_columns = "id",
	 .violations = 1},
	{.kind = DBC_K_CHECK, .name = "ck", .violations = -1, .reason = "why"},
	{.kind = DBC_K_RULE, .name = "r", .violations = 2}};

static const dbc_file files[] = {{.path = "101_one.up.sql",
								  .name = "101_one.up.sql",
								  .text = "create table one (a int);"},
								 {.path = "101_one.down.sql",
								  .name = "101_one.down.sql",
								  .text = "drop table one;"},
								 {.path = "102_two.up.sql",
								  .name = "102_two.up.sql",
								  .text = "create table two (a int);"}};

/* The findings of a database with every sort of trouble but severe ones. */
static void
add_findings(fake_host *fake, int engine)
{
	dbc_value n = dbc_null();
	int i;

	for (i = 0; i < dbc_health_nchecks; i++)
		if (dbc_health_checks[i].engines & engine)
			fake_rows(
				fake,
				dbc_format(&fake->base, "health/%s", dbc_health_checks[i].id),
				7, 1, dbc_text("info"), dbc_text("t"), dbc_real(1),
				dbc_text("d"), dbc_text("FIX;"), dbc_null(),
				dbc_text(i % 2 ? "the probe" : NULL));
	fake_rows(fake, "backup/segment_size", 1, 1, dbc_int(16 << 20));
	fake_rows(fake, "the probe", 1, 1, dbc_int(1));
	fake_rows(fake, "sample/samples", 4, 0);
	fake_rows(fake, "health/fleet_servers", 6, 1, dbc_text("a"), dbc_bool(true),
			  n, dbc_bool(true), dbc_text("a"), dbc_text("10"));
	fake_rows(fake, "health/fleet_calls", 5, 1, dbc_text("connect"),
			  dbc_text("prepare"), dbc_text("locate"), dbc_text("disconnect"),
			  dbc_text("public"));
	fake_rows(fake, "connect", 1, 1, dbc_text("OK"));
	fake_rows(fake, "prepare", 1, 1, dbc_text("SET"));
	fake_rows(fake, "locate", 1, 1, dbc_text("care"));
	fake_rows(fake, "disconnect", 1, 1, dbc_text("OK"));
	fake_rows(fake, "health/fleet_report", 1, 1, dbc_text("ask"));
	fake_rows(fake, "ask", 4, 1, dbc_text("{}"), dbc_bool(true), n, n);
	fake_rows(fake, "health/fleet_lag", 3, 1, dbc_bool(false), n, n);
	fake_rows(fake, "health/fleet_answer", 3, 1, dbc_int(100),
			  dbc_text("healthy"), dbc_text("[]"));
	fake_rows(fake, "health/indexes", 12, 1, dbc_text("i"), dbc_text("t"),
			  dbc_text("a"), dbc_int(1), dbc_int(0), n, dbc_bool(false),
			  dbc_bool(true), n, n, n, n);
	fake_rows(fake, "health/connections", 7, 1, dbc_text("d"), dbc_text("u"), n,
			  dbc_int(1), dbc_real(0), dbc_int(0), dbc_int(97));
	fake_rows(fake, "health/schema_objects", 3, 2, dbc_text("tables"),
			  dbc_int(1), dbc_int(1), dbc_text("types"), n, dbc_int(2));
	fake_rows(fake, "health/schema_tables", 6, 1, dbc_text("t"), dbc_int(1),
			  dbc_text("a"), dbc_int(1), dbc_int(0), dbc_int(0));
	fake_rows(fake, "health/statistics", 15, 1, n, n, n, n, n, n, n, n, n, n, n,
			  n, n, n, n);
	fake_rows(fake, "health/size", 2, 1, dbc_text("database"), dbc_int(1));
	fake_rows(fake, "health/tables", 12, 1, dbc_text("t"), dbc_int(1),
			  dbc_int(1), dbc_int(1), dbc_int(1), dbc_int(1), dbc_int(1),
			  dbc_int(1), n, dbc_int(1), dbc_int(1), dbc_int(1));
	fake_rows(fake, "health/vacuum", 10, 1, dbc_text("t"), dbc_text("vacuum"),
			  dbc_text("dead rows"), dbc_int(100), dbc_real(50), n,
			  dbc_bool(true), dbc_int(7), dbc_text("scanning heap"), n);
	fake_rows(fake, "health/suppressions", 6, 1, dbc_text("disk_free"),
			  dbc_text("t"), dbc_text("why"), dbc_text("2999"), n, n);
	fake_rows(fake, "health/suppression_store", 0, 0);
	fake_rows(fake, "health/suppression_end", 0, 0);
	fake_affects(fake, "health/suppression_end", 1);
	fake_rows(fake, "health/storage", 1, 1, dbc_text("the storage"));
	fake_rows(fake, "health/schema_names", 1, 1, dbc_text("{}"));
	fake_rows(fake, "health/renamed_schema", 1, 0);
	fake_rows(fake, "the storage", 1, 1, dbc_text("{}"));
}

/* What dbcheck asks: results, a rule, damage that is known and to be found. */
static void
add_checks(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake->results = results;
	fake->nresults = 3;
	fake_rows(fake, "check/column", 1, 1, dbc_text("a"));
	fake_rows(fake, "check/rules", 10, 1, dbc_text("r"), dbc_text("t"),
			  dbc_text("a > 0"), n, dbc_text("warning"), n, n,
			  dbc_text("today"), dbc_text("ann"), n);
	fake_rows(fake, "check/rule_store", 0, 0);
	fake_rows(fake, "check/rule_drop", 0, 0);
	fake_affects(fake, "check/rule_drop", 1);
	fake_rows(fake, "check/integrity", 5, 2, dbc_text("i"), dbc_text("broken"),
			  dbc_text("info"), n, n, dbc_text("i"), n, dbc_text("info"), n,
			  dbc_text("the damage"));
	fake_rows(fake, "the damage", 1, 1, dbc_text("broken"));
	fake_rows(fake, "sync/references", 10, 1, dbc_text("t"), dbc_text("t"),
			  dbc_int(1), dbc_text("a"), dbc_text("t"), dbc_text("id"),
			  dbc_text("="), dbc_text("null"), dbc_text("t"), dbc_text("t"));
	fake_rows(fake, "sync/orphans", 2, 1, dbc_int(0), n);
	fake_rows(fake, "sync/sequences", 4, 1, dbc_text("id"), dbc_text("s"),
			  dbc_int(9), dbc_int(16384));
	fake_rows(fake, "pragma defer_foreign_keys = on", 0, 0);
	fake_rows(fake, "sync/masks", 2, 2, dbc_text("a"), dbc_text("a"),
			  dbc_text("old"), dbc_text("b"));
	fake_rows(fake, "sync/columns", 7, 3, dbc_text("id"), dbc_text("integer"),
			  dbc_int(1), dbc_text("t"), dbc_bool(true), dbc_text("id"),
			  dbc_bool(true), dbc_text("a"), dbc_text("number"), dbc_int(0),
			  dbc_text("t"), dbc_bool(true), dbc_text("a"), dbc_bool(false),
			  dbc_text("b"), dbc_text("json"), dbc_int(0), dbc_text("t"),
			  dbc_bool(true), dbc_text("b"), dbc_bool(false));
}

/* What repairs ask: orphans, rows that lose their parent to a repair, a rule,
 * an index that may be damaged, and a row that was kept. */
static void
add_repairs(fake_host *fake)
{
	static const fake_key keys[] = {
		{.child = "b", .parent = "a", .columns = "b_a"},
		{.child = "c", .parent = "b", .columns = "c_b", .unnamed = true}};
	dbc_value n = dbc_null();

	fake_repairs(fake, keys, 2);
	fake_rows(fake, "check/repair_rules", 6, 1, dbc_text("r"), dbc_text("a"),
			  dbc_text("x > 0"), n, dbc_text("x = 1"), n);
	fake_find(fake, "(1 = 1\n) and (x > 0\n) is false", 3);
	fake_find(fake, "b_a", 2);
	fake_then(fake, "c_b", 1);
	fake_find(fake, "c_b", 0);
	fake_rows(fake, "check/damaged_indexes", 4, 1, dbc_text("i"), n,
			  dbc_text("reindex it"), dbc_text("the probe"));
	fake_rows(fake, "check/quarantine", 11, 1, dbc_int(7), dbc_int(1),
			  dbc_text("a"), dbc_text("c"), dbc_text("delete"), dbc_text("1"),
			  dbc_text("{}"), dbc_text("ann"), n, dbc_text("why"), n);
}

/* What monitoring asks: statements that have run since their mark and one that
 * is forgotten, a sample that goes, a table, alerts to be cleared, and one that
 * is raised. */
static void
add_monitoring(fake_host *fake)
{
	static const dbc_sample_statement_stats seen[] = {
		{"a", "select ?", 0, 20, 1, 40, 9, 8, NULL, 20, NULL},
		{"b", "select ? + ?", 0, 5, -1, 1, 1, 1, NULL, -1, NULL}};
	dbc_value n = dbc_null();
	dbc_value then = dbc_text(fake_ago(fake, 3600));
	dbc_value now = dbc_text(fake_ago(fake, 60));

	fake_monitors(fake);
	fake->seen = seen;
	fake->nseen = 2;
	fake_rows(fake, "monitor/mark_read", 5, 2, dbc_text("a"), dbc_int(10),
			  dbc_int(0), dbc_real(20), dbc_int(1), dbc_text("x"), dbc_int(1),
			  n, dbc_real(1), n);
	fake_rows(fake, "monitor/sample_times", 3, 2, dbc_int(1),
			  dbc_text("2026-01-01T00:00:00.000Z"), dbc_bool(false), dbc_int(2),
			  now, dbc_bool(true));
	fake_rows(fake, "sample/last_sample", 4, 1, dbc_int(7), then,
			  dbc_text("an epoch"), dbc_text("{}"));
	fake_rows(fake, "health/table_growth", 7, 1, dbc_text("t"), then,
			  dbc_int(0), dbc_int(0), now, dbc_int(9), dbc_int(9));
	fake_rows(fake, "monitor/alerts_open", 7, 2, dbc_int(1),
			  dbc_text("health_failure"), dbc_text("disk_free t"),
			  dbc_text("critical"), then, then, now, dbc_int(2),
			  dbc_text("consistency"), dbc_text("orphaned_rows t"),
			  dbc_text("warning"), then, n, now);
	fake_rows(fake, "monitor/alert", 4, 1, dbc_text("storage"),
			  dbc_text("disk"), n, n);
	fake_rows(fake, "sample/alerts", 12, 1, dbc_int(1), dbc_text("storage"),
			  dbc_text("warning"), dbc_text("disk"), dbc_real(90), dbc_real(85),
			  dbc_text("full"), then, n, n, n, n);
	fake_rows(fake, "monitor/reset_samples", 0, 0);
}

/* The ledger of goose: a migration that is registered, and one that is not. */
static void
add_ledger(fake_host *fake)
{
	dbc_value n = dbc_null();
	dbc_value shown = dbc_text("goose_db_version");
	dbc_value schema = dbc_text("main");

	fake_rows(fake, "adopt/ledgers", 5, 4, shown, schema, shown, dbc_text("id"),
			  n, shown, schema, shown, dbc_text("version_id"), n, shown, schema,
			  shown, dbc_text("is_applied"), n, shown, schema, shown,
			  dbc_text("tstamp"), n);
	fake_rows(fake, "adopt/goose", 0, 0);
	fake_rows(fake, "adopt/goose_add", 0, 0);
	fake_rows(fake, "adopt/literal", 1, 1, dbc_text("'a literal'"));
	fake_rows(fake, "the reading of the ledger", 6, 2, dbc_text("2"), n, n, n,
			  n, dbc_text("applied"), dbc_text("9"), n, n, n, n,
			  dbc_text("applied"));
}

/* What these rows are of need not make a whole result; other assertions stay. */
static void
take_any(dbc_host *host, const char *json)
{
	(void) host;
	(void) json;
}

/* A host that can answer everything the functions ask. */
static fake_host *
full_host(int engine)
{
	fake_host *fake = fake_migrating(engine, "staging", migrations, 3);
	dbc_value n = dbc_null();

	fake->base.assert_result = take_any;
	add_findings(fake, engine);
	add_checks(fake);
	add_repairs(fake);
	add_monitoring(fake);
	add_ledger(fake);
	fake_backfills(fake);
	fake_archives(fake);
	fake_audits(fake);
	fake_backups(fake);
	fake->files = files;
	fake->nfiles = 3;
	fake_rows(fake, "advise/columns", 1, 2, dbc_text("a"), dbc_text("b"));
	fake_rows(fake, "advise/indexes", 2, 1, dbc_text("i"), dbc_json("[\"b\"]"));
	fake_rows(fake, "health/metric_alerts", 3, 1, dbc_text("warning"),
			  dbc_text("firing"), dbc_int(1));
	fake_rows(fake, "health/metric_runs", 3, 1, dbc_text("disk_free"),
			  dbc_real(1), dbc_real(1));
	fake_rows(fake, "core/tables_record", 0, 0);
	fake_rows(fake, "seed/seeds", 14, 1, dbc_text("s"), dbc_text("t"),
			  dbc_text("[\"id\"]"), dbc_text("sync"), n,
			  dbc_text("[{\"id\": 1, \"b\": \"x\"}]"), dbc_text("old"),
			  dbc_text("2026-11-21T09:00:00.000Z"), dbc_text("me"), n, n, n, n,
			  n);
	fake_rows(fake, "seed/rows", 3, 1, dbc_text("{\"id\": 9}"),
			  dbc_text("{\"id\": 9}"), dbc_text("{\"id\": 1}"));
	fake_rows(fake, "seed/foreign_keys", 5, 0);
	fake_rows(fake, "seed/sequences", 5, 0);
	fake_rows(fake, "seed/add", 0, 0);
	fake_rows(fake, "seed/forget", 0, 0);
	fake_rows(fake, "seed/remove", 0, 0);
	fake_rows(fake, "seed/row_store", 0, 0);
	fake_rows(fake, "seed/applied", 0, 0);
	fake_rows(fake, "core/may_call", 1, 1, dbc_bool(true));
	fake_rows(fake, "init/record", 2, 1,
			  dbc_text("[{\"type\": \"table\", \"name\": \"t\", "
					   "\"position\": 0, \"definition\": \"\"}]"),
			  n);
	fake_rows(fake, "init/records", 6, 1, dbc_text("m"), dbc_text("1"),
			  dbc_text("testing"), dbc_text("2026-11-21T09:00:00.000Z"),
			  dbc_text("2026-11-21T09:00:00.000Z"), dbc_text("me"));
	fake_rows(fake, "init/store_record", 0, 0);
	fake_rows(fake, "init/has_rule", 2, 1, dbc_text("r"), n);
	fake_rows(fake, "init/has_archive", 2, 1, dbc_text("t"), n);
	fake_rows(fake, "init/has_audit", 2, 1, dbc_text("t"), n);
	fake_rows(fake, "init/has_policy", 2, 1, dbc_text("t"),
			  dbc_text("default"));
	fake->base.silent = false;
	fake_rows(fake, "core/event_add", 1, 1, dbc_int(32));
	fake_rows(fake, "core/event_prune", 0, 0);
	fake_rows(fake, "core/events", 11, 1, dbc_int(1),
			  dbc_text("2026-11-21T09:00:00.000Z"), dbc_text("me"), dbc_null(),
			  dbc_null(), dbc_null(), dbc_text("dbcare_set"), dbc_text("{}"),
			  dbc_text("ok"), dbc_null(), dbc_real(1.5));
	fake_rows(fake, "core/setting_store", 0, 0);
	fake_rows(fake, "core/act_shape", 0, 0);
	fake_rows(fake, "core/act_add", 1, 1, dbc_int(1));
	fake_rows(fake, "core/contents", 3, 1, dbc_text("settings"), dbc_int(2),
			  dbc_int(1));
	fake_rows(fake, "core/uninstall", 1, 1, dbc_text("drop it"));
	fake_rows(fake, "drop it", 0, 0);
	fake_rows(fake, "core/grants", 3, 1, dbc_text("monitor"),
			  dbc_text("grant it"), dbc_null());
	fake_rows(fake, "grant it", 0, 0);
	fake_rows(fake, "migrate/relations", 3, 1, dbc_int(16384), dbc_text("t"),
			  dbc_int(16384));
	fake_rows(fake, "migrate/held_locks", 3, 1, dbc_int(16384),
			  dbc_text("AccessExclusiveLock"), dbc_int(16385));
	fake_rows(fake, "migrate/snapshot", 1, 1, dbc_text("yesterday"));
	fake_rows(fake, "migrate/key_order", 1, 1, dbc_text("[\"id\"]"));
	fake_rows(fake, "migrate/schema_changes", 5, 1, dbc_text("t"),
			  dbc_text("t"), n, dbc_text("ann"), n);
	fake_rows(fake, "core/event_triggers", 1, 1, dbc_text("watch it"));
	fake_rows(fake, "watch it", 0, 0);
	fake_rows(fake, "schema", DBC_OBJECT_COLUMNS, 1, dbc_text("table"),
			  dbc_text("t"), n, dbc_int(0), dbc_text(""), n, n);
	fake_rows(fake, "before", DBC_OBJECT_COLUMNS, 0);
	fake_rows(fake, "after", DBC_OBJECT_COLUMNS, 0);
	fake_rows(fake, "ledger/history", 15, 1, dbc_int(1), dbc_text("apply"), n,
			  n, n, n, n, n, n, n, n, n, n, n, n);
	return fake;
}

/* All calls. */
static call calls[256];
static int ncalls;

/* Lists the calls of every function. */
static int
list_calls(void **state)
{
	int f;
	int i;

	(void) state;
	for (f = 0; f < dbc_nfunctions; f++)
	{
		const int before = ncalls;

		for (i = 0; i < NSPECIAL; i++)
			if (dbc_same(dbc_functions[f].name, special[i].name))
				calls[ncalls++] = special[i];
		if (ncalls == before)
			calls[ncalls++].name = dbc_functions[f].name;
	}
	return 0;
}

/* A schema document of an engine. */
#define SCHEMA(engine)                                   \
	"{\"engine\": \"" engine                             \
	"\", \"objects\": [{\"type\": \"table\", \"name\": " \
	"\"t\", \"position\": 0, \"definition\": \"\"}]}"

/* Makes a call of the table. */
static bool
make_call(fake_host *fake, int i)
{
	dbc_value v[5];
	static char copies[5][4096]; /* secrets are overwritten */
	int arg;

	for (arg = 0; arg < 5; arg++)
	{
		v[arg] = dbc_text(NULL);
		if (calls[i].args[arg])
		{
			assert_true(strlen(calls[i].args[arg]) < sizeof(copies[arg]));
			v[arg] = dbc_text(strcpy(copies[arg], calls[i].args[arg]));
		}
		if (v[arg].text && dbc_same(v[arg].text, "{schema}"))
			v[arg].text = fake->base.engine == DBC_ON_SQLITE
							  ? SCHEMA("sqlite")
							  : SCHEMA("postgresql");
		if (v[arg].text && dbc_same(v[arg].text, "{manifest}"))
			v[arg].text = manifest;
		if (v[arg].text) /* a document tells its length */
			v[arg].integer = (int64_t) strlen(v[arg].text);
	}
	return fake_call(fake, calls[i].name, 5, v[0], v[1], v[2], v[3], v[4]);
}

/* Whether an engine has the function of a call. */
static bool
is_on(int i, int engine)
{
	int f = 0;

	while (!dbc_same(dbc_functions[f].name, calls[i].name))
		f++;
	return dbc_functions[f].engines & engine;
}

/* Does something for each call on each engine it is on; the call succeeds
 * unless something is made to fail. */
static void
for_each_call(void (*sweep)(fake_host *, int))
{
	static const int engines[] = {DBC_ON_POSTGRESQL, DBC_ON_SQLITE};
	int e;
	int i;

	for (e = 0; e < 2; e++)
		for (i = 0; i < ncalls; i++)
		{
			fake_host *fake = full_host(engines[e]);

			if (is_on(i, engines[e]))
			{
				if (!make_call(fake, i))
					fail_msg("%s: %s", calls[i].name, fake->error.message);
				sweep(fake, i);
			}
			fake_free(fake);
		}
}

/* A function that went on in spite of a failure must not call the database
 * healthy; the report may have lost no more than the migrations. */
static void
expect_no_false_health(fake_host *fake, int i)
{
	if (dbc_same(calls[i].name, "dbhealth_score"))
		assert_true(fake_value(fake, 0, 0)->integer < 80);
	if (dbc_same(calls[i].name, "dbhealth_status"))
		assert_string_not_equal(fake_text(fake, 0, 0), "healthy");
	if (dbc_same(calls[i].name, "dbaudit_verify"))
		assert_true(fake->nrows > 0);
}

/* Whether the last call failed in a check of level full, which only lowers the
 * coverage. */
static bool
failed_in_full_check(const fake_host *fake)
{
	int at = fake->fail_at - 1;
	int i;

	for (; at >= 0; at--)
		for (i = 0; i < dbc_health_nchecks && fake->log[at].phase; i++)
			if (dbc_same(fake->log[at].phase, dbc_health_checks[i].id))
				return dbc_health_checks[i].level == DBC_LEVEL_FULL;
	return false;
}

/* Each host call of a function fails as an error. */
static void
sweep_errors(fake_host *fake, int i)
{
	int total = fake->ncalls;
	spread s = spread_of(total, 4 * tries);
	int survived = 0;

	for (fake->fail_at = s.first; fake->fail_at <= total;
		 fake->fail_at += s.stride)
	{
		if (!make_call(fake, i))
		{
			assert_non_null(fake->error.message);
			continue;
		}
		survived++;
		if (!failed_in_full_check(fake))
			expect_no_false_health(fake, i);
	}
	fake->fail_at = 0;
	/* no check takes the others with it; of few samples it may be none */
	if (dbc_same(calls[i].name, "dbhealth_checks"))
		assert_true(survived >= 10 / s.stride);
	assert_true(make_call(fake, i));
}

/* Each host call of a function is cancelled. */
static void
sweep_cancels(fake_host *fake, int i)
{
	int total = fake->ncalls;
	spread s = spread_of(total, 4 * tries);

	fake->fail_as = FAKE_CANCEL;
	for (fake->fail_at = s.first; fake->fail_at <= total;
		 fake->fail_at += s.stride)
	{
		assert_false(make_call(fake, i));
		assert_string_equal(fake->error.sqlstate, "57014");
	}
	fake->fail_at = 0;
	assert_true(make_call(fake, i));
}

/* Each allocation of a function fails. */
static void
sweep_allocations(fake_host *fake, int i)
{
	int total = fake->nallocs;
	spread s = spread_of(total, tries);

	assert_true(total < MAX_SWEEP);
	for (fake->fail_alloc_at = s.first; fake->fail_alloc_at <= total;
		 fake->fail_alloc_at += s.stride)
	{
		if (!make_call(fake, i))
			assert_string_equal(fake->error.sqlstate, "53200");
		else
			/* the text of a duration takes more or fewer allocations */
			assert_true(fake->nallocs < fake->fail_alloc_at);
	}
	fake->fail_alloc_at = 0;
	assert_true(make_call(fake, i));
}

static void
errors_are_caught(void **state)
{
	(void) state;
	for_each_call(sweep_errors);
}

static void
cancels_are_not_caught(void **state)
{
	(void) state;
	for_each_call(sweep_cancels);
}

static void
out_of_memory_is_reported(void **state)
{
	(void) state;
	for_each_call(sweep_allocations);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(errors_are_caught),
		cmocka_unit_test(cancels_are_not_caught),
		cmocka_unit_test(out_of_memory_is_reported)};

	if (argc > 1)
		tries = atoi(argv[1]);
	assert_true(tries > 0);
	return cmocka_run_group_tests(all, list_calls, NULL);
}
