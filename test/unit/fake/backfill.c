/*
 * backfill.c
 *	  A fake host for tests of backfills; see backfill.h.
 */
#include "test/unit/fake/backfill.h"

#include "test/unit/fake/script.h"
#include "common/core/text.h"

/* The place of the last row. */
#define LAST "[\"9\"]"

/* Columns of backfill/lock.sql. */
enum
{
	STATE,
	DONE,
	END,
	CHECKED,
	STATEMENT = 7,
	COLUMNS
};

void
fake_backfills(fake_host *fake)
{
	dbc_value n = dbc_null();

	fake_rows(fake, "backfill/backfill", 12, 0);
	fake_rows(fake, "batch/table", 9, 1, dbc_text("t"), n,
			  dbc_text("its number of rows"), n, dbc_text("id"), dbc_text("id"),
			  dbc_text(""), dbc_text("literal"), n);
	fake_rows(fake, "its number of rows", 1, 1, dbc_int(7));
	fake_rows(fake,
			  "SELECT literal FROM t AS t WHERE 1 = 1 ORDER BY t.id DESC "
			  "LIMIT 1",
			  1, 1, dbc_text("9"));
	fake_rows(fake,
			  "SELECT literal FROM t AS t WHERE t.id > 9 ORDER BY t.id DESC "
			  "LIMIT 1",
			  1, 0);
	fake_rows(fake,
			  "SELECT literal FROM t AS t WHERE t.id <= 9 ORDER BY t.id "
			  "LIMIT 1 OFFSET 99",
			  1, 0);
	fake_rows(fake, "SELECT count(*) FROM t AS t WHERE t.id <= 9", 1, 1,
			  dbc_int(7));
	fake_rows(fake, "backfill/lock", COLUMNS, 1, dbc_text("running"), n, n, n,
			  n, dbc_int(0), n, dbc_text(""));
	fake_rows(fake, "backfill/start", 0, 0);
	fake_rows(fake, "backfill/advance", 0, 0);
	fake_rows(fake, "backfill/check", 0, 0);
	fake_rows(fake, "backfill/state", 0, 0);
	fake_rows(fake, "backfill/forget", 0, 0);
	fake_rows(fake, "backfill/backfills", 13, 1, dbc_text("b"), dbc_text("t"),
			  dbc_text("running"), dbc_int(1), dbc_int(1), dbc_int(7),
			  dbc_int(1), dbc_real(1), n, n, n, dbc_text("update"),
			  dbc_real(1));
}

void
fake_note_backfill(fake_host *fake, const char *what, const dbc_value *args)
{
	dbc_value *cells = (dbc_value *) fake_answer(fake, "backfill/lock")->values;

	if (dbc_same(what, "backfill/start"))
	{
		cells[STATE] = dbc_text("running");
		cells[DONE] = cells[CHECKED] = dbc_null();
		cells[END] = args[4];
		cells[STATEMENT] = args[2];
	}
	else if (dbc_same(what, "backfill/advance"))
		cells[DONE] = args[1];
	else if (dbc_same(what, "backfill/check"))
	{
		cells[END] = args[1];
		cells[CHECKED] = args[2];
	}
	else if (dbc_same(what, "backfill/state"))
		cells[STATE] = args[1];
}

bool
fake_lock_work(dbc_host *host, const char *work)
{
	(void) work;
	fake_note(host, "lock work");
	return ((fake_host *) host)->runner == 0;
}

int64_t
fake_runner_of(dbc_host *host, const char *work)
{
	(void) work;
	fake_note(host, "runner_of");
	return ((fake_host *) host)->runner;
}
