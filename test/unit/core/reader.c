/*
 * reader.c
 *	  Values of results are what they must be, or refused in words.
 */
#include "test/unit/fake/host.h"

#include <math.h>

#include "common/core/inner_call.h"
#include "common/core/reader.h"
#include "common/core/text.h"

enum
{
	C_TEXT,
	C_INT,
	C_REAL,
	C_NULL,
	C_BOOL,
	C_TIME,
	C_JSON,
	C_LONG,
	C_NAN,
	C_COUNT
};

static const char *const names[] = {"name",	   "position",	 "duration_ms",
									"error",   "baseline",	 "taken_at",
									"options", "definition", "value"};

/* A row with a value of each kind, read from dbcare's tables. */
static dbc_rows
one_row(void)
{
	static dbc_value cells[C_COUNT];

	cells[C_TEXT] = dbc_text("one");
	cells[C_INT] = dbc_int(-7);
	cells[C_REAL] = dbc_real(1.5);
	cells[C_NULL] = dbc_null();
	cells[C_BOOL] = dbc_bool(true);
	cells[C_TIME] = dbc_text("1970-01-01T00:00:01.000Z");
	cells[C_JSON] = dbc_text("{\"a\": 1}");
	cells[C_LONG] = dbc_text(
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"012345678\xc3\xa4z");
	cells[C_NAN] = dbc_real(NAN);
	return (dbc_rows){.nrows = 1,
					  .ncols = C_COUNT,
					  .values = cells,
					  .statement = "ledger/history_chain",
					  .sql = "select 1 from main.dbcare_history as h join "
							 "main.dbcare_ledger join main.dbcare_history",
					  .columns = names};
}

/* One attempt to read a value. */
typedef struct attempt
{
	void (*read)(dbc_host *host, const dbc_rows *rows, int col);
	int col;
	dbc_rows rows;
} attempt;

static void
as_text(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_text(host, rows, 0, col);
}

static void
as_word(dbc_host *host, const dbc_rows *rows, int col)
{
	static const char *const words[] = {"two", "three", NULL};

	(void) dbc_get_word(host, rows, 0, col, words);
}

static void
as_json(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_json_or_null(host, rows, 0, col);
}

static void
as_bool(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_bool(host, rows, 0, col);
}

static void
as_int(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_int(host, rows, 0, col);
}

static void
as_count(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_count(host, rows, 0, col);
}

static void
as_real(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_real(host, rows, 0, col);
}

static void
as_time(dbc_host *host, const dbc_rows *rows, int col)
{
	(void) dbc_get_time(host, rows, 0, col);
}

static void
run(dbc_host *host, void *arg)
{
	attempt *a = arg;

	a->read(host, &a->rows, a->col);
}

/* The error of an attempt; NULL if it succeeds. */
static const char *
refusal(fake_host *fake, void (*read)(dbc_host *, const dbc_rows *, int),
		int col)
{
	attempt a = {read, col, one_row()};
	dbc_error error;

	if (dbc_guard(&fake->base, run, &a, DBC_KEEP, false, &error))
		return NULL;
	assert_string_equal(error.sqlstate, DBC_CORRUPTED);
	assert_string_equal(error.detail,
						"The value was read from dbcare_history, dbcare_ledger "
						"(ledger/history_chain, row 1).");
	assert_string_equal(error.hint, "Correct the value in that table, or "
									"restore the table from a backup.");
	return error.message;
}

/* What is right is read. */
static void
right_values_are_read(void **state)
{
	static const char *const words[] = {"none", "one", NULL};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_host *host = &fake->base;
	dbc_rows rows = one_row();

	(void) state;
	assert_string_equal(dbc_get_text(host, &rows, 0, C_TEXT), "one");
	assert_string_equal(dbc_get_word(host, &rows, 0, C_TEXT, words), "one");
	assert_null(dbc_get_text_or_null(host, &rows, 0, C_NULL));
	assert_null(dbc_get_json_or_null(host, &rows, 0, C_NULL));
	assert_string_equal(dbc_get_json(host, &rows, 0, C_JSON), "{\"a\": 1}");
	assert_true(dbc_get_bool(host, &rows, 0, C_BOOL));
	assert_int_equal(dbc_get_int(host, &rows, 0, C_INT), -7);
	assert_int_equal(dbc_get_int_or(host, &rows, 0, C_NULL, 3), 3);
	assert_true(dbc_get_real(host, &rows, 0, C_INT) == -7);
	assert_true(isnan(dbc_get_real_or_nan(host, &rows, 0, C_NULL)));
	assert_int_equal(dbc_get_time(host, &rows, 0, C_TIME), 1000);
	fake_free(fake);
}

/* What is not is refused: column, what it must be, the value. */
static void
wrong_values_are_refused(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_string_equal(refusal(fake, as_text, C_REAL),
						"duration_ms is not text: 1.5");
	assert_string_equal(refusal(fake, as_text, C_NULL),
						"error is not text: null");
	assert_string_equal(refusal(fake, as_word, C_TEXT),
						"name is not one of two, three: \"one\"");
	assert_string_equal(refusal(fake, as_json, C_TEXT),
						"name is not JSON: \"one\"");
	assert_string_equal(refusal(fake, as_bool, C_INT),
						"position is not a boolean: -7");
	assert_string_equal(refusal(fake, as_int, C_REAL),
						"duration_ms is not an integer: 1.5");
	assert_string_equal(refusal(fake, as_count, C_INT),
						"position is not an integer from 0 to 2147483647: -7");
	assert_string_equal(refusal(fake, as_real, C_NAN),
						"value is not a finite number: nan");
	assert_string_equal(refusal(fake, as_time, C_TEXT),
						"name is not a time: \"one\"");
	assert_string_equal(
		refusal(fake, as_int, C_LONG),
		"definition is not an integer: "
		"\"01234567890123456789012345678901234567890123456789012345678901234567"
		"89012345678...\"");
	assert_string_equal(refusal(fake, as_text, C_COUNT),
						"column 10 is not text: there is no such row");
	fake_free(fake);
}

/* Runs a statement with one argument. */
static void
query(dbc_host *host, void *name)
{
	dbc_query(host, name, dbc_null());
}

/* Emits a row of one column. */
static void
emit(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_emit(host, dbc_null());
}

static void
other_shapes_are_refused(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	fake_rows(fake, "sample/monitor", 2, 1, dbc_null(), dbc_null());
	assert_false(fake_try(fake, query, "sample/monitor"));
	fake_expect_error(fake, DBC_INTERNAL,
					  "embedded SQL \"sample/monitor\" gives 2 columns, not "
					  "5: enabled, interval_seconds, options, changed_at, "
					  "changed_by");
	fake_rows(fake, "core/setting_store", 0, 0);
	assert_false(fake_try(fake, query, "core/setting_store"));
	fake_expect_error(fake, DBC_INTERNAL,
					  "embedded SQL \"core/setting_store\" has 3 parameters, "
					  "not 1");
	fake->base.function = &dbc_functions[1];
	assert_false(fake_try(fake, emit, NULL));
	fake_expect_error(fake, DBC_INTERNAL,
					  "dbcare_functions() gives 1 columns, not 8");
	fake_free(fake);
}

static void
emit_row(dbc_host *host, void *arg)
{
	dbc_emit_row(host, arg, 0);
}

static void
rows_are_emitted_as_declared(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_value cells[] = {dbc_text("object"), dbc_text("problem"), dbc_int(1),
						 dbc_null()};
	dbc_rows rows = {.nrows = 1,
					 .ncols = 4,
					 .values = cells,
					 .statement = "check/integrity",
					 .sql = "select * from main.dbcare_rule"};

	(void) state;
	fake->base.function = dbc_find_function("dbcheck_integrity");
	assert_false(fake_try(fake, emit_row, &rows));
	fake_expect_error(fake, DBC_CORRUPTED, "column 3 is not text: 1");
	cells[2] = dbc_text("warning");
	assert_true(fake_try(fake, emit_row, &rows));
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_values_are_read),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(other_shapes_are_refused),
		cmocka_unit_test(rows_are_emitted_as_declared)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
