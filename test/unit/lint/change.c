/*
 * change.c
 *	  Rules of dbmigrate_lint about drops, renames, rows, locks and rights: each
 *	  where it fires, and where it just does not.
 */
#include "test/unit/fake/lint.h"

static void
drops(void **state)
{
	dbc_lint_object schema = {.type = "schema", .name = "s", .shown = "s"};
	dbc_lint_object empty = fake_big;
	dbc_lint_operation operation = {
		.verb = DBC_V_DROP, .command = "DROP TABLE", .object = &fake_big};
	dbc_lint_operation pair[2];

	(void) state;
	lint_finds("drop table big", operation, "drop-table", "warning");
	lint_says("table big (about 10,000,000 rows, 1.86 GB) is dropped with "
			  "everything in it");
	pair[0] = operation;
	pair[1] = (dbc_lint_operation){
		.verb = DBC_V_RENAME, .object = &fake_fresh, .new_name = "big"};
	lint_pair_silent(pair, "drop-table");
	pair[1].new_name = "large";
	lint_pair_finds(pair, "drop-table", "warning");
	empty.rows = empty.bytes = 0;
	operation.object = &empty;
	lint_finds("drop table big", operation, "drop-table", "info");
	operation.object = &fake_fresh;
	lint_silent("drop table fresh", operation, "drop-table");

	operation.object = &schema;
	lint_finds("drop schema s", operation, "drop-schema", "warning");
	lint_silent("drop schema s", operation, "drop-cascade");
	operation.flags = DBC_OP_CASCADE;
	lint_finds("drop schema s cascade", operation, "drop-cascade", "warning");
	schema.type = "database";
	lint_finds("drop database s", operation, "drop-database", "error");
	schema.type = "function";
	operation.flags = 0;
	lint_silent("drop function s", operation, "drop-table");

	operation = (dbc_lint_operation){
		.verb = DBC_V_DROP_COLUMN, .object = &fake_big, .column = "c"};
	lint_finds("alter table big drop column c", operation, "drop-column",
			   "warning");
	operation.object = &fake_fresh;
	lint_silent("alter table fresh drop column c", operation, "drop-column");

	operation =
		(dbc_lint_operation){.verb = DBC_V_TRUNCATE, .object = &fake_big};
	lint_fires("truncate big", operation, "truncate", "warning",
			   DBC_OP_CASCADE);
	operation.flags = DBC_OP_CASCADE;
	lint_finds("truncate big cascade", operation, "truncate-cascade", "error");
}

static void
renames(void **state)
{
	dbc_lint_object thing = {.type = "index", .name = "i", .shown = "i"};
	dbc_lint_object anew = {.type = "table", .name = "big", .shown = "big"};
	dbc_lint_operation operation = {
		.verb = DBC_V_RENAME, .object = &fake_big, .new_name = "large"};
	dbc_lint_operation pair[2];

	(void) state;
	lint_finds("alter table big rename to large", operation, "rename-table",
			   "warning");
	lint_suggests("alter table big rename to large;\n"
				  "-- as long as an application uses the old name\n"
				  "CREATE VIEW big AS SELECT * FROM large;");
	operation.object = &fake_fresh;
	lint_silent("alter table fresh rename to large", operation, "rename-table");
	operation.object = &thing;
	lint_silent("alter index i rename to j", operation, "rename-table");
	thing.type = "schema";
	lint_finds("alter schema i rename to j", operation, "rename-schema",
			   "warning");

	operation = (dbc_lint_operation){.verb = DBC_V_RENAME_COLUMN,
									 .object = &fake_big,
									 .column = "c",
									 .new_name = "d"};
	lint_finds("alter table", operation, "rename-column", "warning");
	pair[0] = (dbc_lint_operation){
		.verb = DBC_V_ADD_COLUMN, .object = &fake_big, .column = "c"};
	pair[1] = operation;
	lint_pair_silent(pair, "rename-column");
	pair[0].column = "b";
	lint_pair_finds(pair, "rename-column", "warning");
	pair[0] = (dbc_lint_operation){.verb = DBC_V_RENAME_COLUMN,
								   .object = &fake_big,
								   .column = "e",
								   .new_name = "c"};
	lint_pair_silent(pair, "rename-column");
	pair[0].object = &fake_other;
	lint_pair_finds(pair, "rename-column", "warning");
	pair[0] = (dbc_lint_operation){
		.verb = DBC_V_RENAME, .object = &fake_other, .new_name = "big"};
	pair[1] = (dbc_lint_operation){
		.verb = DBC_V_RENAME, .object = &fake_big, .new_name = "large"};
	lint_pair_silent(pair, "rename-table");
	pair[0].new_name = "another";
	lint_pair_finds(pair, "rename-table", "warning");
	pair[0] = (dbc_lint_operation){.verb = DBC_V_CREATE, .object = &anew};
	lint_pair_silent(pair, "rename-table");
	anew.name = "another";
	lint_pair_finds(pair, "rename-table", "warning");

	operation = (dbc_lint_operation){
		.verb = DBC_V_RENAME_VALUE, .object = &fake_type, .name = "v"};
	lint_finds("alter type", operation, "rename-enum-value", "warning");
	operation.object = &fake_fresh;
	lint_silent("alter type", operation, "rename-enum-value");
}

static void
rows(void **state)
{
	dbc_lint_operation operation = {.verb = DBC_V_UPDATE,
									.flags = DBC_OP_NO_WHERE,
									.command = "UPDATE",
									.object = &fake_big};
	dbc_lint_operation pair[2] = {
		operation,
		{.verb = DBC_V_ADD_COLUMN, .object = &fake_big, .column = "c"}};

	(void) state;
	lint_finds("update big set c = 1", operation, "update-no-where", "warning");
	lint_suggests("CALL dbmigrate_backfill('big', 'update big set c = 1');");
	lint_silent("update big set c = 1", operation, "backfill-in-ddl-txn");
	lint_pair_finds(pair, "backfill-in-ddl-txn", "error");
	lint_pair_silent(pair, "update-no-where");
	pair[0].flags = 0;
	lint_pair_finds(pair, "backfill-in-ddl-txn", "warning");
	lint_options(NULL, false);
	lint_pair_silent(pair, "backfill-in-ddl-txn");
	lint_options(NULL, true);
	pair[1].object = &fake_other;
	lint_pair_silent(pair, "backfill-in-ddl-txn");
	operation.flags = 0;
	lint_silent("update big set c = 1 where d", operation, "update-no-where");
	operation.verb = DBC_V_DELETE;
	operation.flags = DBC_OP_NO_WHERE;
	lint_finds("delete from big", operation, "update-no-where", "warning");
	operation.object = &fake_fresh;
	lint_silent("delete from fresh", operation, "update-no-where");

	operation = (dbc_lint_operation){.verb = DBC_V_CREATE,
									 .flags = DBC_OP_FROM_QUERY,
									 .object = &fake_fresh};
	lint_finds("create table fresh as ...", operation, "create-table-as",
			   "info");
	operation.flags = 0;
	lint_silent("create table fresh (a)", operation, "create-table-as");

	operation = (dbc_lint_operation){
		.verb = DBC_V_ADD_VALUE, .object = &fake_type, .name = "v"};
	pair[0] = operation;
	pair[1] = (dbc_lint_operation){.verb = DBC_V_OTHER};
	lint_pair_of("add; select 'v'", pair, "enum-add-value-txn", "error");
	lint_pair_of("add; commit; select 'v'", pair, "enum-add-value-txn", NULL);
	lint_pair_of("add; select 'vv', v, 1", pair, "enum-add-value-txn", NULL);
	pair[1] = operation;
	lint_pair_of("add; add 'v'", pair, "enum-add-value-txn", NULL);
	lint_options(NULL, false);
	pair[1].verb = DBC_V_OTHER;
	lint_pair_of("add; select 'v'", pair, "enum-add-value-txn", NULL);
	lint_options(NULL, true);
	pair[0].object = &fake_fresh;
	lint_pair_of("add; select 'v'", pair, "enum-add-value-txn", NULL);
	lint_asked("alter type", operation, "enum-order", "info");
	operation.flags = DBC_OP_PLACED;
	lint_unasked("alter type", operation, "enum-order");
}

static void
commands(void **state)
{
	dbc_lint_object thing = {.type = "trigger", .name = "g", .shown = "g"};
	dbc_lint_operation operation = {
		.verb = DBC_V_REWRITE, .command = "VACUUM FULL", .object = &fake_big};
	dbc_lint_operation pair[2];

	(void) state;
	lint_finds("vacuum full big", operation, "full-rewrite-command", "error");
	lint_says(
		"VACUUM FULL rewrites all of big (about 10,000,000 rows, 1.86 GB) "
		"under an ACCESS EXCLUSIVE lock");
	lint_weighs("vacuum full big", operation, "full-rewrite-command");
	operation.verb = DBC_V_MOVE;
	lint_finds("alter table", operation, "full-rewrite-command", "error");
	operation.verb = DBC_V_VACUUM;
	lint_silent("vacuum big", operation, "full-rewrite-command");
	operation.verb = DBC_V_REFRESH;
	lint_fires("refresh materialized view big", operation, "matview-refresh",
			   "error", DBC_OP_CONCURRENTLY);
	lint_suggests("-- needs a unique index on columns of the view\n"
				  "refresh materialized view CONCURRENTLY big;");
	lint_spares("refresh materialized view big", operation, "concurrent-in-txn",
				DBC_OP_CONCURRENTLY);

	operation = (dbc_lint_operation){
		.verb = DBC_V_CREATE, .object = &thing, .other = &fake_big};
	lint_finds("create trigger", operation, "create-trigger", "info");
	lint_options("2000", true);
	lint_silent("create trigger", operation, "create-trigger");
	lint_options(NULL, true);
	operation.other = &fake_fresh;
	lint_silent("create trigger", operation, "create-trigger");
	operation.other = &fake_big;
	thing.type = "rule";
	lint_finds("create rule", operation, "create-rule", "warning");

	pair[0] = (dbc_lint_operation){
		.verb = DBC_V_DISABLE_TRIGGER, .object = &fake_big, .name = "g"};
	pair[1] =
		(dbc_lint_operation){.verb = DBC_V_ENABLE_TRIGGER, .object = &fake_big};
	lint_finds("alter table", pair[0], "disable-trigger", "warning");
	lint_pair_silent(pair, "disable-trigger");
}

/* Statements that lock or read the large table. */
static const dbc_lint_effect locks = {.object = &fake_big,
									  .lock = DBC_L_ACCESS_EXCLUSIVE};
static const dbc_lint_effect scans = {
	.object = &fake_big, .lock = DBC_L_ACCESS_EXCLUSIVE, .scans = true};
static const dbc_lint_effect validates = {
	.object = &fake_big, .lock = DBC_L_SHARE_UPDATE_EXCLUSIVE, .scans = true};

/* A statement of one operation and one effect. */
#define STATEMENT(operation, effect)                                      \
	{                                                                     \
		.operations = (operation), .noperations = 1, .effects = (effect), \
		.neffects = 1                                                     \
	}

static void
locks_are_kept(void **state)
{
	const dbc_lint_operation other = {.verb = DBC_V_OTHER};
	const dbc_lint_operation validate = {
		.verb = DBC_V_VALIDATE, .object = &fake_big, .name = "k"};
	const dbc_lint_analysis twice[] = {STATEMENT(&other, &scans),
									   STATEMENT(&other, &scans)};
	const dbc_lint_analysis proof[] = {STATEMENT(&other, &locks),
									   STATEMENT(&validate, &validates)};
	const dbc_lint_analysis parted[] = {
		STATEMENT(&other, &locks),
		{.operations = &other, .noperations = 1},
		STATEMENT(&validate, &validates)};

	(void) state;
	lint_reads("one; two", twice, "many-statements-under-ael", false, "error");
	lint_says(
		"two of big (about 10,000,000 rows, 1.86 GB) runs while other sessions "
		"can neither read nor write big, locked since statement 1");
	lint_reads("one", twice, "many-statements-under-ael", false, NULL);
	lint_reads("ALTER TABLE; ALTER TABLE", twice, "multiple-alter-same-table",
			   false, "info");
	lint_reads("ALTER TABLE; UPDATE", twice, "multiple-alter-same-table", false,
			   NULL);
	lint_reads("one; two", proof, "validate-same-txn", false, "error");
	lint_reads("one; commit; two", parted, "validate-same-txn", false, NULL);
	lint_options(NULL, false);
	lint_reads("one; two", twice, "many-statements-under-ael", false, NULL);
	lint_reads("one; two", proof, "validate-same-txn", false, NULL);
	lint_reads("begin; commit; two", parted, "validate-same-txn", false, NULL);
	lint_options(NULL, true);
}

static void
waits_are_limited(void **state)
{
	const dbc_lint_operation other = {.verb = DBC_V_OTHER};
	const dbc_lint_operation set = {
		.verb = DBC_V_SET, .name = "lock_timeout", .text = "2s"};
	const dbc_lint_operation unset = {
		.verb = DBC_V_SET, .name = "lock_timeout", .text = "0"};
	dbc_lint_object small = fake_big;
	const dbc_lint_effect locks_small = {.object = &small,
										 .lock = DBC_L_ACCESS_EXCLUSIVE};
	const dbc_lint_analysis bare[] = {STATEMENT(&other, &locks)};
	const dbc_lint_analysis long_one[] = {STATEMENT(&other, &scans)};
	const dbc_lint_analysis on_small[] = {STATEMENT(&other, &locks_small)};
	const dbc_lint_analysis limited[] = {{.operations = &set, .noperations = 1},
										 STATEMENT(&other, &locks)};
	const dbc_lint_analysis unlimited[] = {
		{.operations = &unset, .noperations = 1}, STATEMENT(&other, &locks)};
	const char *rule = "lock-timeout-missing";

	(void) state;
	small.bytes = 100000;
	lint_reads("one", bare, rule, false, "warning");
	lint_reads("one", on_small, rule, false, NULL);
	small.measured = false;
	lint_reads("one", on_small, rule, false, NULL);
	lint_reads("set ; one", limited, rule, false, NULL);
	lint_reads("set ; one", unlimited, rule, false, "warning");
	lint_options("2000", true);
	lint_reads("one", bare, rule, false, NULL);
	lint_options(NULL, true);
	rule = "statement-timeout-missing";
	lint_reads("one", long_one, rule, false, NULL);
	lint_reads("one", long_one, rule, true, "info");
	lint_reads("one", bare, rule, true, NULL);
}

static void
rights(void **state)
{
	dbc_lint_object policy = {.type = "policy", .name = "p", .shown = "p"};
	dbc_lint_object function = {.type = "function", .name = "f", .shown = "f"};
	dbc_lint_operation operation = {.verb = DBC_V_GRANT,
									.object = &fake_big,
									.type = "select",
									.new_name = "public"};
	dbc_lint_operation pair[2] = {
		{.verb = DBC_V_ENABLE_SECURITY, .object = &fake_big},
		{.verb = DBC_V_CREATE, .object = &policy, .other = &fake_big}};

	(void) state;
	lint_finds("grant", operation, "grant-public", "warning");
	lint_silent("grant", operation, "grant-broad");
	operation.type = "all";
	operation.new_name = "r";
	lint_finds("grant", operation, "grant-broad", "info");
	lint_silent("grant", operation, "grant-public");

	lint_finds("alter table", pair[0], "rls-enable", "warning");
	lint_pair_silent(pair, "rls-enable");
	lint_silent("create policy", pair[1], "policy-restrictive");
	pair[1].flags = DBC_OP_RESTRICTIVE;
	lint_pair_finds(pair, "rls-enable", "warning");
	lint_finds("create policy", pair[1], "policy-restrictive", "warning");
	pair[1].other = &fake_fresh;
	lint_silent("create policy", pair[1], "policy-restrictive");

	operation = (dbc_lint_operation){
		.verb = DBC_V_CREATE, .flags = DBC_OP_DEFINER, .object = &function};
	lint_finds("create function", operation, "function-search-path", "warning");
	lint_spares("create function", operation, "function-search-path",
				DBC_OP_PINNED);
	operation.flags = 0;
	lint_silent("create function", operation, "function-search-path");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drops),		  cmocka_unit_test(renames),
		cmocka_unit_test(rows),			  cmocka_unit_test(commands),
		cmocka_unit_test(locks_are_kept), cmocka_unit_test(waits_are_limited),
		cmocka_unit_test(rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
