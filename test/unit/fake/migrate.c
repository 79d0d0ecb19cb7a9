/*
 * migrate.c
 *	  A fake host for tests of migrations; see migrate.h.
 */
#include "common/core/tables.h"
#include "test/unit/fake/migrate.h"

#include <string.h>

#include "common/core/text.h"
#include "common/migrate/schema_objects.h"

#define LIST_COLUMNS 13
#define FULL_COLUMNS 22
#define TEXT_COLUMNS 7

/* What dbmigrate writes, or asks, to be answered with nothing. */
static const char *const silent[] = {"adopt/adopt",
									 "adopt/mirror_none",
									 "adopt/mirrored",
									 "adopt/ledger_add",
									 "adopt/textless",
									 "ledger/accept_text",
									 "ledger/save_order",
									 "ledger/order_keys",
									 "migrate/order",
									 "ledger/clear_failed",
									 "migrate/move",
									 "migrate/move_policy_columns",
									 "migrate/move_trash_keys",
									 "archive/name_holds",
									 "archive/order_holds",
									 "migrate/dependency_add",
									 "migrate/dependency_clear",
									 "ledger/history_add",
									 "ledger/history_differences",
									 "ledger/history_head_move",
									 "migrate/ledger_add",
									 "ledger/ledger_remove",
									 "migrate/mark_failed",
									 "migrate/register",
									 "migrate/snapshot_add",
									 "migrate/snapshot_clear",
									 "migrate/step_lock",
									 "migrate/step_done",
									 "migrate/unregister",
									 "ledger/deployment",
									 "core/deployment_at",
									 "ledger/deployment_remove",
									 "ledger/deployment_scripts_remove",
									 "migrate/deployment_script",
									 "migrate/deployment_script_add",
									 "migrate/deployment_start",
									 "ledger/interrupted",
									 "ledger/unfinished_rollbacks"};

/* The row of migrate/list for a migration. */
static void
fill_list_row(const fake_migration *m, dbc_value *row)
{
	const dbc_value values[LIST_COLUMNS] = {
		dbc_text(m->version),
		dbc_text("the name"),
		dbc_text(m->missing ? NULL : "checksum"),
		dbc_bool(true),
		dbc_bool(m->repeatable),
		dbc_text(m->environments),
		dbc_text(m->down),
		dbc_bool(m->failed),
		dbc_bool(m->applied > 0),
		dbc_bool(m->applied > 0 && !m->modified && !m->missing),
		m->applied > 0 ? dbc_int(m->applied) : dbc_null(),
		dbc_bool(m->baseline),
		dbc_bool(!m->missing)};

	memcpy(row, values, sizeof(values));
}

/* The row of migrate/describe, which begins as that of migrate/list does. */
static void
fill_full_row(const fake_migration *m, dbc_value *row)
{
	bool applied = m->applied > 0;
	const dbc_value values[FULL_COLUMNS - LIST_COLUMNS] = {
		dbc_text("the description"),
		dbc_text(m->missing ? NULL : "definition"),
		dbc_null(),
		dbc_bool(m->verify),
		dbc_text(applied ? "2026-11-21T09:00:00.000Z" : NULL),
		dbc_text(applied ? "deployer" : NULL),
		applied ? dbc_int(12) : dbc_null(),
		dbc_bool(false),
		dbc_null()};

	fill_list_row(m, row);
	memcpy(row + LIST_COLUMNS, values, sizeof(values));
}

/* Answers migrate/list, /describe, /dependencies and /texts. */
static void
add_migrations(fake_host *fake, const fake_migration *list, int count)
{
	dbc_host *host = &fake->base;
	dbc_value *rows =
		dbc_alloc(host, ((size_t) count + 1) * LIST_COLUMNS * sizeof(*rows));
	dbc_value *full =
		dbc_alloc(host, ((size_t) count + 1) * FULL_COLUMNS * sizeof(*rows));
	dbc_value *pairs =
		dbc_alloc(host, ((size_t) count + 1) * 6 * sizeof(*rows));
	int npairs = 0;
	int i;
	int j;

	for (i = 0; i < count; i++)
	{
		const fake_migration *m = &list[i];
		dbc_value *texts = dbc_alloc(host, TEXT_COLUMNS * sizeof(*texts));
		dbc_value *both;

		fill_list_row(m, &rows[i * LIST_COLUMNS]);
		fill_full_row(m, &full[i * FULL_COLUMNS]);
		texts[0] = dbc_text(m->up ? m->up : "up");
		texts[1] = dbc_text(m->down);
		texts[2] = dbc_text(m->verify);
		texts[4] = texts[6] = dbc_int(1);
		fake_table(fake, "ledger/texts", m->version, TEXT_COLUMNS, 1, texts);
		both = dbc_alloc(host, 2 * sizeof(*both));
		both[0] = dbc_text("a text");
		both[1] = dbc_text(m->modified ? "another text" : "a text");
		fake_table(fake, "ledger/both_texts", m->version, 2, 1, both);
		for (j = 0; m->depends_on[j]; j++)
		{
			pairs[2 * npairs] = dbc_text(m->version);
			pairs[2 * npairs++ + 1] = dbc_text(m->depends_on[j]);
		}
	}
	fake_table(fake, "ledger/list", NULL, LIST_COLUMNS, count, rows);
	fake_table(fake, "ledger/describe", NULL, FULL_COLUMNS, count, full);
	fake_table(fake, "ledger/dependencies", NULL, 2, npairs, pairs);
}

fake_host *
fake_migrating(int engine, const char *environment, const fake_migration *list,
			   int count)
{
	fake_host *fake = fake_new(engine);
	size_t i;

	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(true), dbc_bool(true));
	fake_rows(fake, "core/tables_version", 1, 1, dbc_int(1));
	fake_rows(fake, "core/settings", 2, 2, dbc_text("actor"),
			  dbc_text("deployer"), dbc_text("environment"),
			  dbc_text(environment));
	for (i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		fake_rows(fake, silent[i], 0, 0);
	fake_rows(fake, "schema", DBC_OBJECT_COLUMNS, 0);
	fake_rows(fake, "stored schema", DBC_OBJECT_COLUMNS, 0);
	fake_rows(fake, "migrate/snapshot", 1, 0);
	fake_rows(fake, "ledger/history_end", 4, 1, dbc_null(),
			  dbc_text("some role"), dbc_null(), dbc_int(0));
	fake_rows(fake, "ledger/history_head", 3, 1, dbc_int(0), dbc_int(0),
			  dbc_null());
	fake_rows(fake, "ledger/history_chain", 17, 0);
	add_migrations(fake, list, count);
	return fake;
}

const char *
fake_column(fake_host *fake, int column)
{
	dbc_buffer buffer;
	int i;

	dbc_buffer_init(&buffer, &fake->base);
	for (i = 0; i < fake->nrows; i++)
		dbc_append_format(&buffer, "%s%s", i ? " " : "",
						  fake_text(fake, i, column));
	return buffer.data;
}

const char *
fake_versions(fake_host *fake, const char *what)
{
	dbc_buffer buffer;
	int i;

	dbc_buffer_init(&buffer, &fake->base);
	for (i = 0; i < fake->ncalls; i++)
		if (dbc_same(fake->log[i].what, what))
			dbc_append_format(&buffer, "%s%s", buffer.length ? " " : "",
							  fake->log[i].args[0].text);
	return buffer.data;
}
