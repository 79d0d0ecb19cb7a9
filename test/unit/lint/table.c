/*
 * table.c
 *	  Rules of dbmigrate_lint about indexes, constraints and columns: each where
 *	  it fires, and where it just does not.
 */
#include "test/unit/fake/lint.h"

static void
indexes(void **state)
{
	const char *const a[] = {"a", NULL};
	const char *const four[] = {"a", "b", "c", "d", NULL};
	dbc_lint_operation operation = {.verb = DBC_V_CREATE_INDEX,
									.object = &fake_big,
									.name = "i",
									.columns = a};

	(void) state;
	lint_fires("create index i on big (a)", operation, "index-not-concurrent",
			   "error", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a separate migration, outside a transaction\n"
				  "create index CONCURRENTLY i on big (a);");
	lint_spares("create index i on big (a)", operation, "index-not-concurrent",
				DBC_OP_ONLY);
	lint_weighs("create index i on big (a)", operation, "index-not-concurrent");
	lint_silent("create index i on big (a)", operation, "unique-on-existing");
	operation.flags = DBC_OP_UNIQUE;
	lint_fires("create unique index i on big (a)", operation,
			   "unique-on-existing", "warning", DBC_OP_INITIAL);
	lint_suggests("-- first run this: it must return no rows\n"
				  "SELECT a, count(*) FROM big WHERE a IS NOT NULL GROUP BY a "
				  "HAVING count(*) > 1;");
	operation.flags = DBC_OP_CONCURRENTLY | DBC_OP_IF_EXISTS;
	lint_finds("create index", operation, "concurrent-if-not-exists",
			   "warning");
	lint_finds("create index", operation, "concurrent-in-txn", "error");
	operation.flags = DBC_OP_CONCURRENTLY;
	lint_silent("create index", operation, "concurrent-if-not-exists");
	operation.columns = four;
	lint_asked("create index", operation, "index-too-wide", "info");
	operation.flags = DBC_OP_UNIQUE;
	lint_unasked("create index", operation, "index-too-wide");

	operation = (dbc_lint_operation){.verb = DBC_V_CREATE_INDEX,
									 .object = &fake_parts,
									 .name = "i",
									 .columns = a};
	lint_fires("create index i on parts (a)", operation,
			   "index-partitioned-parent", "error", DBC_OP_ONLY);
	lint_suggests("-- migration 1\n"
				  "create index i on ONLY parts (a);\n"
				  "-- for each partition, here p: a separate migration, "
				  "outside a transaction\n"
				  "CREATE INDEX CONCURRENTLY p_index ON p (a);\n"
				  "ALTER INDEX i ATTACH PARTITION p_index;");
	lint_silent("create index i on parts (a)", operation,
				"index-not-concurrent");

	operation =
		(dbc_lint_operation){.verb = DBC_V_DROP_INDEX, .object = &fake_big};
	lint_fires("drop index i", operation, "drop-index-not-concurrent",
			   "warning", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a separate migration, outside a transaction\n"
				  "drop index CONCURRENTLY i;");
	operation =
		(dbc_lint_operation){.verb = DBC_V_REINDEX, .object = &fake_big};
	lint_fires("reindex (verbose) table big", operation,
			   "reindex-not-concurrent", "error", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a separate migration, outside a transaction\n"
				  "reindex (verbose) table CONCURRENTLY big;");
	operation.object = NULL;
	lint_finds("reindex database d", operation, "reindex-not-concurrent",
			   "error");
}

static void
foreign_keys(void **state)
{
	const char *const a[] = {"a", NULL};
	const char *const ab[] = {"b", "a", NULL};
	const char *const *const indexes[] = {ab, NULL};
	dbc_lint_object table = fake_big;
	dbc_lint_operation operation = {.verb = DBC_V_ADD_FOREIGN_KEY,
									.object = &table,
									.other = &fake_other,
									.name = "f",
									.columns = a};
	dbc_lint_operation pair[2] = {
		{.verb = DBC_V_ADD_FOREIGN_KEY,
		 .flags = DBC_OP_INITIAL,
		 .object = &fake_fresh,
		 .other = &fake_big,
		 .columns = a},
		{.verb = DBC_V_CREATE_INDEX, .object = &fake_fresh, .columns = a}};

	(void) state;
	lint_fires("alter table big add constraint f foreign key (a) references o",
			   operation, "fk-not-valid", "error", DBC_OP_NOT_VALID);
	lint_suggests("-- migration 1\n"
				  "alter table big add constraint f foreign key (a) references "
				  "o NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT f;");
	operation.verb = DBC_V_ENFORCE;
	lint_finds("alter table big alter constraint f enforced", operation,
			   "fk-not-valid", "error");
	lint_suggests("Drop the foreign key and add it with NOT VALID in one ALTER "
				  "TABLE, and run VALIDATE CONSTRAINT in a later migration.");
	operation.verb = DBC_V_ADD_FOREIGN_KEY;
	operation.name = NULL;
	lint_finds("alter table big add foreign key (a) references o", operation,
			   "fk-not-valid", "error");
	lint_suggests("-- migration 1\n"
				  "alter table big add CONSTRAINT big_a_fkey foreign key (a) "
				  "references o NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT big_a_fkey;");
	/* without what the catalog says there is nothing to say */
	lint_silent("alter", operation, "fk-without-index");
	table.indexes = indexes;
	lint_finds("alter", operation, "fk-without-index", "warning");
	lint_suggests("CREATE INDEX CONCURRENTLY big_a_idx ON big (a);");
	operation.columns = ab;
	lint_silent("alter", operation, "fk-without-index");

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
	dbc_lint_operation operation = {.verb = DBC_V_ADD_CHECK,
									.object = &fake_big,
									.name = "k",
									.columns = a};
	dbc_lint_operation pair[2];

	(void) state;
	lint_fires("alter table big add constraint k check (a > 0)", operation,
			   "check-not-valid", "error", DBC_OP_NOT_VALID);
	lint_suggests("-- migration 1\n"
				  "alter table big add constraint k check (a > 0) NOT VALID;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT k;");
	operation.verb = DBC_V_ADD_UNIQUE;
	lint_fires("alter table big add constraint k unique (a)", operation,
			   "unique-constraint-direct", "error", DBC_OP_USING_INDEX);
	lint_suggests("-- migration 1, outside a transaction\n"
				  "CREATE UNIQUE INDEX CONCURRENTLY k ON big (a);\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT k UNIQUE USING INDEX k;");
	operation.name = NULL;
	operation.verb = DBC_V_ADD_PRIMARY_KEY;
	lint_finds("alter table", operation, "unique-constraint-direct", "error");
	lint_suggests("-- migration 1, outside a transaction\n"
				  "CREATE UNIQUE INDEX CONCURRENTLY big_pkey ON big (a);\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT big_pkey PRIMARY KEY USING "
				  "INDEX big_pkey;");
	operation.verb = DBC_V_ADD_EXCLUSION;
	lint_fires("alter table", operation, "exclusion-constraint", "error",
			   DBC_OP_INITIAL);

	operation = (dbc_lint_operation){.verb = DBC_V_DROP_CONSTRAINT,
									 .command = "DROP CONSTRAINT",
									 .object = &fake_big,
									 .type = "check"};
	lint_finds("alter table", operation, "drop-constraint", "info");
	pair[0] = operation;
	pair[1] =
		(dbc_lint_operation){.verb = DBC_V_ADD_CHECK, .object = &fake_big};
	lint_pair_silent(pair, "drop-constraint");
	operation.type = "foreign key";
	lint_finds("alter table", operation, "drop-fk", "warning");
	lint_silent("alter table", operation, "drop-constraint");
	lint_silent("alter table", operation, "drop-fk-locks-parent");
	lint_also_locks(&fake_other);
	lint_finds("alter table", operation, "drop-fk-locks-parent", "warning");
	lint_also_locks(NULL);

	operation =
		(dbc_lint_operation){.verb = DBC_V_ADD_CHECK,
							 .command = "ALTER DOMAIN ... ADD CONSTRAINT",
							 .object = &fake_type};
	lint_fires("alter domain", operation, "domain-constraint", "warning",
			   DBC_OP_NOT_VALID);
	operation = (dbc_lint_operation){
		.verb = DBC_V_CREATE, .flags = DBC_OP_CHECKED, .object = &fake_type};
	lint_finds("create domain", operation, "domain-constraint", "info");
	operation.flags = 0;
	lint_silent("create domain", operation, "domain-constraint");
}

static void
partitions(void **state)
{
	const char *const key[] = {"a", NULL};
	dbc_lint_operation operation = {.verb = DBC_V_ATTACH,
									.command = "ATTACH PARTITION",
									.object = &fake_parts,
									.other = &fake_big,
									.columns = key};

	(void) state;
	lint_fires("alter table parts attach partition big for values from (f(1)) "
			   "to (2)",
			   operation, "partition-attach", "error", DBC_OP_IMPLIED);
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
			   operation, "partition-attach", "error");
	lint_suggests_part("CHECK (a IS NOT NULL AND a IN ('x')) NOT VALID;");
	lint_finds("alter table parts attach partition big for values from "
			   "(minvalue) to (2)",
			   operation, "partition-attach", "error");
	lint_suggests_part("equivalent to the partition bounds");
	lint_finds("alter table parts attach partition big for values in (",
			   operation, "partition-attach", "error");
	lint_suggests_part("equivalent to the partition bounds");
	lint_silent("alter table", operation, "partition-create-drop");
	operation.flags = DBC_OP_INITIAL;
	operation.other = &fake_fresh;
	lint_finds("create table", operation, "partition-create-drop", "warning");
	operation = (dbc_lint_operation){
		.verb = DBC_V_DETACH, .object = &fake_parts, .other = &fake_big};
	lint_fires("alter table parts detach partition big", operation,
			   "partition-detach", "warning", DBC_OP_CONCURRENTLY);
	lint_suggests("-- a separate migration, outside a transaction\n"
				  "alter table parts detach partition big CONCURRENTLY;");
}

static void
columns(void **state)
{
	dbc_lint_operation operation = {.verb = DBC_V_ADD_COLUMN,
									.flags = DBC_OP_NOT_NULL,
									.object = &fake_big,
									.column = "c",
									.type = "text"};

	(void) state;
	lint_fires("alter table", operation, "add-required-column", "error",
			   DBC_OP_DEFAULT);
	lint_suggests("-- migration 1; then fill the column in all rows\n"
				  "ALTER TABLE big ADD COLUMN c text;\n"
				  "-- migration 2\n"
				  "ALTER TABLE big ADD CONSTRAINT big_c_not_null CHECK (c IS "
				  "NOT NULL) NOT VALID;\n"
				  "-- migration 3\n"
				  "ALTER TABLE big VALIDATE CONSTRAINT big_c_not_null;\n"
				  "-- migration 4\n"
				  "ALTER TABLE big ALTER COLUMN c SET NOT NULL;\n"
				  "ALTER TABLE big DROP CONSTRAINT big_c_not_null;");
	lint_spares("alter table", operation, "add-required-column",
				DBC_OP_INITIAL);
	operation.flags = DBC_OP_DEFAULT | DBC_OP_VOLATILE;
	operation.text = "random()";
	lint_finds("alter table", operation, "add-column-volatile-default",
			   "error");
	lint_suggests("-- migration 1\n"
				  "ALTER TABLE big ADD COLUMN c text;\n"
				  "ALTER TABLE big ALTER COLUMN c SET DEFAULT random();\n"
				  "-- then, outside a transaction\n"
				  "CALL dbmigrate_backfill('big.c', 'UPDATE big SET c = "
				  "DEFAULT WHERE c IS NULL');");
	lint_weighs("alter table", operation, "add-column-volatile-default");
	operation.flags = DBC_OP_DEFAULT;
	lint_silent("alter table", operation, "add-column-volatile-default");
	operation.flags = DBC_OP_SERIAL;
	lint_finds("alter table", operation, "add-column-volatile-default",
			   "error");
	operation.flags = DBC_OP_IDENTITY;
	lint_finds("alter table", operation, "add-column-volatile-default",
			   "error");
	operation.flags = DBC_OP_STORED;
	lint_finds("alter table", operation, "add-column-volatile-default",
			   "error");
	operation.flags = DBC_OP_VIRTUAL;
	lint_silent("alter table", operation, "add-column-volatile-default");
	operation.flags = DBC_OP_CHECKED;
	lint_finds("alter table", operation, "check-not-valid", "error");

	operation = (dbc_lint_operation){.verb = DBC_V_CHANGE_TYPE,
									 .object = &fake_big,
									 .column = "c",
									 .type = "bigint"};
	lint_finds("alter table", operation, "change-type", "warning");
	operation.old_type = "integer";
	lint_fires("alter table", operation, "change-type", "error",
			   DBC_OP_NO_REWRITE);
	operation.verb = DBC_V_SET_NOT_NULL;
	lint_fires("alter table", operation, "set-not-null", "error",
			   DBC_OP_IMPLIED);
	lint_weighs("alter table", operation, "set-not-null");
	operation.verb = DBC_V_DROP_NOT_NULL;
	lint_finds("alter table", operation, "drop-not-null", "info");
	operation.object = &fake_fresh;
	lint_silent("alter table", operation, "drop-not-null");
}

static void
types(void **state)
{
	dbc_lint_operation operation = {.verb = DBC_V_ADD_COLUMN,
									.flags = DBC_OP_INITIAL | DBC_OP_PRIMARY,
									.object = &fake_fresh,
									.column = "c",
									.type = "integer"};

	(void) state;
	lint_finds("create table", operation, "int-pk", "info");
	lint_spares("create table", operation, "int-pk", DBC_OP_REFERENCES);
	lint_unasked("create table", operation, "smallint");
	operation.type = "bigint";
	lint_silent("create table", operation, "int-pk");
	operation.type = "smallint";
	lint_asked("create table", operation, "smallint", "info");
	lint_silent("create table", operation, "smallint");
	operation.flags = DBC_OP_INITIAL | DBC_OP_SERIAL;
	lint_asked("create table", operation, "serial", "info");
	operation.flags = DBC_OP_INITIAL;
	lint_unasked("create table", operation, "serial");
	operation.type = "character(3)";
	lint_finds("create table", operation, "char", "info");
	operation.type = "character varying(3)";
	lint_silent("create table", operation, "char");
	lint_asked("create table", operation, "varchar", "info");
	operation.type = "character varying";
	lint_unasked("create table", operation, "varchar");
	operation.type = "timestamp(3) without time zone";
	lint_asked("create table", operation, "timestamp-without-time-zone",
			   "info");
	operation.type = "timestamp with time zone";
	lint_unasked("create table", operation, "timestamp-without-time-zone");
	operation.type = "json";
	lint_finds("create table", operation, "json", "info");
	operation.type = "jsonb";
	lint_silent("create table", operation, "json");
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
