/*
 * test_lint_table.c
 *	  Rules of dbmigrate_lint about indexes, constraints and columns: each where
 *	  it fires, and where it just does not.
 */
#include "fake_lint.h"

static void
indexes(void **state)
{
	const char *const a[] = {"a", NULL};
	const char *const four[] = {"a", "b", "c", "d", NULL};
	dbc_lint_operation deed = {.verb = DBC_V_CREATE_INDEX,
							   .subject = &fake_big,
							   .name = "i",
							   .columns = a};

	(void) state;
	lint_fires("create index i on big (a)", deed, "index-not-concurrent",
			   "error", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a migration of its own, outside a transaction\n"
				  "create index CONCURRENTLY i on big (a);");
	lint_spares("create index i on big (a)", deed, "index-not-concurrent",
				DBC_OP_ONLY);
	lint_weighs("create index i on big (a)", deed, "index-not-concurrent");
	lint_silent("create index i on big (a)", deed, "unique-on-existing");
	deed.flags = DBC_OP_UNIQUE;
	lint_fires("create unique index i on big (a)", deed, "unique-on-existing",
			   "warning", DBC_OP_INITIAL);
	lint_suggests("-- before it, this must give no row\n"
				  "SELECT a, count(*) FROM big WHERE a IS NOT NULL GROUP BY a "
				  "HAVING count(*) > 1;");
	deed.flags = DBC_OP_CONCURRENTLY | DBC_OP_IF_EXISTS;
	lint_finds("create index", deed, "concurrent-if-not-exists", "warning");
	lint_finds("create index", deed, "concurrent-in-txn", "error");
	deed.flags = DBC_OP_CONCURRENTLY;
	lint_silent("create index", deed, "concurrent-if-not-exists");
	deed.columns = four;
	lint_asked("create index", deed, "index-too-wide", "info");
	deed.flags = DBC_OP_UNIQUE;
	lint_unasked("create index", deed, "index-too-wide");

	deed = (dbc_lint_operation){.verb = DBC_V_CREATE_INDEX,
								.subject = &fake_parts,
								.name = "i",
								.columns = a};
	lint_fires("create index i on parts (a)", deed, "index-partitioned-parent",
			   "error", DBC_OP_ONLY);
	lint_suggests(
		"-- migration 1\n"
		"create index i on ONLY parts (a);\n"
		"-- for each partition, here called p: a migration of its own, "
		"outside a transaction\n"
		"CREATE INDEX CONCURRENTLY p_index ON p (a);\n"
		"ALTER INDEX i ATTACH PARTITION p_index;");
	lint_silent("create index i on parts (a)", deed, "index-not-concurrent");

	deed = (dbc_lint_operation){.verb = DBC_V_DROP_INDEX, .subject = &fake_big};
	lint_fires("drop index i", deed, "drop-index-not-concurrent", "warning",
			   DBC_OP_CONCURRENTLY);
	lint_suggests("-- a migration of its own, outside a transaction\n"
				  "drop index CONCURRENTLY i;");
	deed = (dbc_lint_operation){.verb = DBC_V_REINDEX, .subject = &fake_big};
	lint_fires("reindex (verbose) table big", deed, "reindex-not-concurrent",
			   "error", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a migration of its own, outside a transaction\n"
				  "reindex (verbose) table CONCURRENTLY big;");
	deed.subject = NULL;
	lint_finds("reindex database d", deed, "reindex-not-concurrent", "error");
}

static void
foreign_keys(void **state)
{
	const char *const a[] = {"a", NULL};
	const char *const ab[] = {"b", "a", NULL};
	const char *const *const indexes[] = {ab, NULL};
	dbc_lint_object table = fake_big;
	dbc_lint_operation deed = {.verb = DBC_V_ADD_FOREIGN_KEY,
							   .subject = &table,
							   .other = &fake_other,
							   .name = "f",
							   .columns = a};
	dbc_lint_operation pair[2] = {
		{.verb = DBC_V_ADD_FOREIGN_KEY,
		 .flags = DBC_OP_INITIAL,
		 .subject = &fake_fresh,
		 .other = &fake_big,
		 .columns = a},
		{.verb = DBC_V_CREATE_INDEX, .subject = &fake_fresh, .columns = a}};

	(void) state;
	lint_fires("alter table big add constraint f foreign key (a) references o",
			   deed, "fk-not-valid", "error", DBC_OP_NOT_VALID);
	lint_suggests("-- migration 1\n"
				  "alter table big add constraint f foreign key (a) references "
				  "o NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT f;");
	deed.name = NULL;
	lint_finds("alter table big add foreign key (a) references o", deed,
			   "fk-not-valid", "error");
	lint_suggests("-- migration 1\n"
				  "alter table big add CONSTRAINT big_a_fkey foreign key (a) "
				  "references o NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT big_a_fkey;");
	/* without what the catalog says there is nothing to say */
	lint_silent("alter", deed, "fk-without-index");
	table.indexes = indexes;
	lint_finds("alter", deed, "fk-without-index", "warning");
	lint_suggests("CREATE INDEX CONCURRENTLY big_a_idx ON big (a);");
	deed.columns = ab;
	lint_silent("alter", deed, "fk-without-index");

	lint_finds("create table", pair[0], "fk-on-new-table", "info");
	lint_finds("create table", pair[0], "fk-without-index", "info");
	lint_suggests("CREATE INDEX fresh_a_idx ON fresh (a);");
	lint_pair_silent(pair, "fk-without-index");
	pair[1].flags = DBC_OP_PARTIAL;
	lint_pair_finds(pair, "fk-without-index", "info");
	pair[0].other = &fake_fresh;
	lint_silent("create table", pair[0], "fk-on-new-table");
}

static void
constraints(void **state)
{
	const char *const a[] = {"a", NULL};
	dbc_lint_operation deed = {.verb = DBC_V_ADD_CHECK,
							   .subject = &fake_big,
							   .name = "k",
							   .columns = a};
	dbc_lint_operation pair[2];

	(void) state;
	lint_fires("alter table big add constraint k check (a > 0)", deed,
			   "check-not-valid", "error", DBC_OP_NOT_VALID);
	lint_suggests("-- migration 1\n"
				  "alter table big add constraint k check (a > 0) NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT k;");
	deed.verb = DBC_V_ADD_UNIQUE;
	lint_fires("alter table big add constraint k unique (a)", deed,
			   "unique-constraint-direct", "error", DBC_OP_USING_INDEX);
	lint_suggests("-- migration 1, outside a transaction\n"
				  "CREATE UNIQUE INDEX CONCURRENTLY k ON big (a);\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT k UNIQUE USING INDEX k;");
	deed.name = NULL;
	deed.verb = DBC_V_ADD_PRIMARY_KEY;
	lint_finds("alter table", deed, "unique-constraint-direct", "error");
	lint_suggests("-- migration 1, outside a transaction\n"
				  "CREATE UNIQUE INDEX CONCURRENTLY big_pkey ON big (a);\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT big_pkey PRIMARY KEY USING "
				  "INDEX big_pkey;");
	deed.verb = DBC_V_ADD_EXCLUSION;
	lint_fires("alter table", deed, "exclusion-constraint", "error",
			   DBC_OP_INITIAL);

	deed = (dbc_lint_operation){.verb = DBC_V_DROP_CONSTRAINT,
								.command = "DROP CONSTRAINT",
								.subject = &fake_big,
								.type = "check"};
	lint_finds("alter table", deed, "drop-constraint", "info");
	pair[0] = deed;
	pair[1] =
		(dbc_lint_operation){.verb = DBC_V_ADD_CHECK, .subject = &fake_big};
	lint_pair_silent(pair, "drop-constraint");
	deed.type = "foreign key";
	lint_finds("alter table", deed, "drop-fk", "warning");
	lint_silent("alter table", deed, "drop-constraint");
	lint_silent("alter table", deed, "drop-fk-locks-parent");
	lint_also_locks(&fake_other);
	lint_finds("alter table", deed, "drop-fk-locks-parent", "warning");
	lint_also_locks(NULL);

	deed = (dbc_lint_operation){.verb = DBC_V_ADD_CHECK,
								.command = "ALTER DOMAIN ... ADD CONSTRAINT",
								.subject = &fake_type};
	lint_fires("alter domain", deed, "domain-constraint", "warning",
			   DBC_OP_NOT_VALID);
	deed = (dbc_lint_operation){
		.verb = DBC_V_CREATE, .flags = DBC_OP_CHECKED, .subject = &fake_type};
	lint_finds("create domain", deed, "domain-constraint", "info");
	deed.flags = 0;
	lint_silent("create domain", deed, "domain-constraint");
}

static void
partitions(void **state)
{
	const char *const key[] = {"a", NULL};
	dbc_lint_operation deed = {.verb = DBC_V_ATTACH,
							   .command = "ATTACH PARTITION",
							   .subject = &fake_parts,
							   .other = &fake_big,
							   .columns = key};

	(void) state;
	lint_fires("alter table parts attach partition big for values from (f(1)) "
			   "to (2)",
			   deed, "partition-attach", "error", DBC_OP_PROVEN);
	lint_suggests("-- migration 1\n"
				  "ALTER TABLE big ADD CONSTRAINT big_bounds CHECK (a IS NOT "
				  "NULL AND a >= f(1) AND a < 2) NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT big_bounds;\n"
				  "-- migration 3\n"
				  "alter table parts attach partition big for values from "
				  "(f(1)) to (2);\n"
				  "ALTER TABLE big DROP CONSTRAINT big_bounds;");
	lint_finds("alter table parts attach partition big for values in ('x')",
			   deed, "partition-attach", "error");
	lint_suggests_part("CHECK (a IS NOT NULL AND a IN ('x')) NOT VALID;");
	lint_finds("alter table parts attach partition big for values from "
			   "(minvalue) to (2)",
			   deed, "partition-attach", "error");
	lint_suggests_part("says what the bounds say");
	lint_finds("alter table parts attach partition big for values in (", deed,
			   "partition-attach", "error");
	lint_suggests_part("says what the bounds say");
	lint_silent("alter table", deed, "partition-create-drop");
	deed.flags = DBC_OP_INITIAL;
	deed.other = &fake_fresh;
	lint_finds("create table", deed, "partition-create-drop", "warning");
	deed = (dbc_lint_operation){
		.verb = DBC_V_DETACH, .subject = &fake_parts, .other = &fake_big};
	lint_fires("alter table parts detach partition big", deed,
			   "partition-detach", "warning", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a migration of its own, outside a transaction\n"
				  "alter table parts detach partition big CONCURRENTLY;");
}

static void
columns(void **state)
{
	dbc_lint_operation deed = {.verb = DBC_V_ADD_COLUMN,
							   .flags = DBC_OP_NOT_NULL,
							   .subject = &fake_big,
							   .column = "c",
							   .type = "text"};

	(void) state;
	lint_fires("alter table", deed, "add-required-column", "error",
			   DBC_OP_DEFAULT);
	lint_suggests("-- migration 1; give all rows a value after it\n"
				  "ALTER TABLE big ADD COLUMN c text;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT big_c_not_null CHECK (c IS "
				  "NOT NULL) NOT VALID;\n"
				  "-- migration 3\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT big_c_not_null;\n"
				  "-- migration 4\n"
				  "ALTER TABLE big ALTER COLUMN c SET NOT NULL;\n"
				  "ALTER TABLE big DROP CONSTRAINT big_c_not_null;");
	lint_spares("alter table", deed, "add-required-column", DBC_OP_INITIAL);
	deed.flags = DBC_OP_DEFAULT | DBC_OP_VOLATILE;
	deed.text = "random()";
	lint_finds("alter table", deed, "add-column-volatile-default", "error");
	lint_suggests("-- migration 1\n"
				  "ALTER TABLE big ADD COLUMN c text;\n"
				  "ALTER TABLE big ALTER COLUMN c SET DEFAULT random();\n"
				  "-- then, outside a transaction\n"
				  "CALL dbmigrate_backfill('big.c', 'UPDATE big SET c = "
				  "DEFAULT WHERE c IS NULL');");
	lint_weighs("alter table", deed, "add-column-volatile-default");
	deed.flags = DBC_OP_DEFAULT;
	lint_silent("alter table", deed, "add-column-volatile-default");
	deed.flags = DBC_OP_SERIAL;
	lint_finds("alter table", deed, "add-column-volatile-default", "error");
	deed.flags = DBC_OP_IDENTITY;
	lint_finds("alter table", deed, "add-column-volatile-default", "error");
	deed.flags = DBC_OP_STORED;
	lint_finds("alter table", deed, "add-column-volatile-default", "error");
	deed.flags = DBC_OP_VIRTUAL;
	lint_silent("alter table", deed, "add-column-volatile-default");
	deed.flags = DBC_OP_CHECKED;
	lint_finds("alter table", deed, "check-not-valid", "error");

	deed = (dbc_lint_operation){.verb = DBC_V_CHANGE_TYPE,
								.subject = &fake_big,
								.column = "c",
								.type = "bigint"};
	lint_finds("alter table", deed, "change-type", "warning");
	deed.old_type = "integer";
	lint_fires("alter table", deed, "change-type", "error", DBC_OP_FREE);
	deed.verb = DBC_V_SET_NOT_NULL;
	lint_fires("alter table", deed, "set-not-null", "error", DBC_OP_PROVEN);
	lint_weighs("alter table", deed, "set-not-null");
	deed.verb = DBC_V_DROP_NOT_NULL;
	lint_finds("alter table", deed, "drop-not-null", "info");
	deed.subject = &fake_fresh;
	lint_silent("alter table", deed, "drop-not-null");
}

static void
types(void **state)
{
	dbc_lint_operation deed = {.verb = DBC_V_ADD_COLUMN,
							   .flags = DBC_OP_INITIAL | DBC_OP_PRIMARY,
							   .subject = &fake_fresh,
							   .column = "c",
							   .type = "integer"};

	(void) state;
	lint_finds("create table", deed, "int-pk", "info");
	lint_spares("create table", deed, "int-pk", DBC_OP_REFERENCES);
	lint_unasked("create table", deed, "smallint");
	deed.type = "bigint";
	lint_silent("create table", deed, "int-pk");
	deed.type = "smallint";
	lint_asked("create table", deed, "smallint", "info");
	lint_silent("create table", deed, "smallint");
	deed.flags = DBC_OP_INITIAL | DBC_OP_SERIAL;
	lint_asked("create table", deed, "serial", "info");
	deed.flags = DBC_OP_INITIAL;
	lint_unasked("create table", deed, "serial");
	deed.type = "character(3)";
	lint_finds("create table", deed, "char", "info");
	deed.type = "character varying(3)";
	lint_silent("create table", deed, "char");
	lint_asked("create table", deed, "varchar", "info");
	deed.type = "character varying";
	lint_unasked("create table", deed, "varchar");
	deed.type = "timestamp(3) without time zone";
	lint_asked("create table", deed, "timestamp-without-time-zone", "info");
	deed.type = "timestamp with time zone";
	lint_unasked("create table", deed, "timestamp-without-time-zone");
	deed.type = "json";
	lint_finds("create table", deed, "json", "info");
	deed.type = "jsonb";
	lint_silent("create table", deed, "json");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indexes),	   cmocka_unit_test(foreign_keys),
		cmocka_unit_test(constraints), cmocka_unit_test(partitions),
		cmocka_unit_test(columns),	   cmocka_unit_test(types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
