/*
 * host.c
 *	  A database engine for unit tests; see host.h.
 */
#include "test/unit/fake/host.h"

#include "test/unit/fake/archive.h"
#include "test/unit/fake/backfill.h"
#include "test/unit/fake/monitor.h"
#include "test/unit/fake/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/inner_call.h"
#include "common/core/event.h"
#include "common/core/result.h"
#include "common/core/text.h"
#include "sqlite_ext/core/rooms.h"

/* Where a failure lands. */
struct fake_pad
{
	jmp_buf jump;
	fake_pad *outer; /* NULL: the entry point, where a cancel lands */
};

typedef struct block
{
	struct block *next; /* in the arena */
	max_align_t data[];
} block;

/* ---- memory and failure ---- */

/* Memory that lives as long as the fake. */
static void *
keep(fake_host *fake, size_t size)
{
	block *new = calloc(1, sizeof(*new) + size);

	assert_non_null(new);
	new->next = fake->blocks;
	fake->blocks = new;
	return new->data;
}

/* Lands on a pad with an error. */
static _Noreturn void
land(fake_host *fake, bool at_entry, const char *sqlstate, const char *message)
{
	fake->error = (dbc_error){.sqlstate = sqlstate, .message = message};
	while (at_entry && fake->pad->outer)
		fake->pad = fake->pad->outer;
	longjmp(fake->pad->jump, 1);
}

/* Whether a guard is around the call that is being made. */
bool
fake_in_guard(const fake_host *fake)
{
	return fake->pad->outer != NULL;
}

/* Writes a call down; it may be the one that is to fail. */
fake_entry *
fake_note(dbc_host *host, const char *what)
{
	fake_host *fake = (fake_host *) host;
	fake_entry *entry = &fake->log[fake->ncalls++];

	assert_true(fake->ncalls < FAKE_MAX);
	*entry = (fake_entry){.what = what, .read_only = fake->read_only > 0};
	if (fake->ncalls == fake->fail_at)
		land(fake, fake->fail_as == FAKE_CANCEL,
			 fake->fail_as == FAKE_CANCEL ? "57014" : "XX000",
			 "injected failure");
	return entry;
}

static void *
host_alloc(dbc_host *host, size_t size)
{
	fake_host *fake = (fake_host *) host;

	if (++fake->nallocs == fake->fail_alloc_at)
		land(fake, true, "53200", "out of memory");
	return keep(fake, size);
}

static void
host_scoped(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	fn(host, arg);
}

static void
host_fail(dbc_host *host, const dbc_error *error)
{
	fake_host *fake = (fake_host *) host;

	/* what every message must be like */
	assert_int_equal(strlen(error->sqlstate), 5);
	assert_false(dbc_ends_with(error->message, "."));
	assert_true(!error->detail || dbc_ends_with(error->detail, "."));
	assert_true(!error->hint || dbc_ends_with(error->hint, "."));
	assert_true(!error->context || dbc_ends_with(error->context, "."));
	fake->error = *error;
	longjmp(fake->pad->jump, 1);
}

static bool
host_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
		   dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	fake_host *fake = (fake_host *) host;
	int was_read_only = fake->read_only;
	fake_pad pad = {.outer = fake->pad};

	fake_note(host, "guard")->mode = mode;
	fake->pad = &pad;
	fake->read_only += read_only;
	if (setjmp(pad.jump) == 0)
	{
		fn(host, arg);
		fake->pad = pad.outer;
		fake->read_only = was_read_only;
		return true;
	}
	fake->pad = pad.outer;
	fake->read_only = was_read_only;
	*error = fake->error;
	fake->error = (dbc_error){0};
	return false;
}

/* ---- answers ---- */

/* The answer to a query with a first argument, or NULL. */
static fake_reply *
find_reply(fake_host *fake, const char *what, const char *arg)
{
	int i;

	for (i = 0; i < fake->nreplies; i++)
	{
		fake_reply *reply = &fake->replies[i];

		if (dbc_same(reply->what, what) &&
			(reply->arg == arg ||
			 (arg && reply->arg && dbc_same(reply->arg, arg))))
			return reply;
	}
	return NULL;
}

/* The place of an answer, new or to be replaced; makes the SQL known, with the
 * shape it declares on SQLite. */
static fake_reply *
add_reply(fake_host *fake, const char *what, const char *arg)
{
	fake_reply *reply = find_reply(fake, what, arg);
	dbc_host real = {.sql = dbcsl_sql, .nsql = dbcsl_sql_count};
	const dbc_sql *declared = dbc_find_sql(&real, what);
	int at = fake->base.nsql;

	if (!reply)
		reply = &fake->replies[fake->nreplies++];
	assert_true(fake->nreplies < FAKE_MAX);
	*reply = (fake_reply){.what = what, .arg = arg};
	if (dbc_find_sql(&fake->base, what))
		return reply;
	for (; at > 0 && strcmp(fake->sql[at - 1].name, what) > 0; at--)
		fake->sql[at] = fake->sql[at - 1];
	fake->sql[at] = declared ? *declared : (dbc_sql){.name = what};
	fake->sql[at].text = what;
	fake->base.nsql++;
	return reply;
}

void
fake_table(fake_host *fake, const char *what, const char *arg, int ncols,
		   int nrows, const dbc_value *cells)
{
	dbc_sql *sql;

	add_reply(fake, what, arg)->rows =
		(dbc_rows){.nrows = nrows, .ncols = ncols, .values = cells};
	sql = (dbc_sql *) dbc_find_sql(&fake->base, what);
	if (!sql->columns)
		sql->ncolumns = ncols; /* PostgreSQL's alone */
}

void
fake_rows(fake_host *fake, const char *what, int ncols, int nrows, ...)
{
	int ncells = ncols * nrows;
	dbc_value *cells = keep(fake, (size_t) ncells * sizeof(*cells));
	va_list args;
	int i;

	va_start(args, nrows);
	for (i = 0; i < ncells; i++)
		cells[i] = va_arg(args, dbc_value);
	va_end(args);
	fake_table(fake, what, NULL, ncols, nrows, cells);
}

void
fake_affects(fake_host *fake, const char *what, int64_t affected)
{
	find_reply(fake, what, NULL)->rows.affected = affected;
}

void
fake_fails(fake_host *fake, const char *what, const char *sqlstate,
		   const char *message)
{
	fake_reply *reply = add_reply(fake, what, NULL);

	reply->sqlstate = sqlstate;
	reply->message = message;
}

void
fake_set(fake_host *fake, const char *name, const char *value)
{
	fake->settings[fake->nsettings][0] = name;
	fake->settings[fake->nsettings++][1] = value;
}

const dbc_rows *
fake_answer(fake_host *fake, const char *what)
{
	fake_reply *reply = find_reply(fake, what, NULL);

	return reply ? &reply->rows : NULL;
}

/* Has the log of migrations end with an event. */
static void
end_log(fake_host *fake, dbc_value hash)
{
	const dbc_rows *end = fake_answer(fake, "ledger/history_end");

	if (end)
		((dbc_value *) end->values)[0] = hash;
}

static const dbc_rows *
host_query(dbc_host *host, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	fake_host *fake = (fake_host *) host;
	const char *what = sql->name ? sql->name : sql->text;
	fake_entry *entry = fake_note(host, what);
	dbc_value *copy = keep(fake, ((size_t) nargs + 1) * sizeof(*copy));
	fake_reply *reply = find_reply(fake, what, nargs ? args[0].text : NULL);

	if (!reply)
		reply = find_reply(fake, what, NULL);
	if (nargs)
		memcpy(copy, args, (size_t) nargs * sizeof(*copy));
	entry->args = copy;
	if (!reply)
		land(fake, false, "42601",
			 dbc_format(host, "the fake has no answer to %s", what));
	if (reply->sqlstate)
		land(fake, false, reply->sqlstate, reply->message);
	if (dbc_same(what, "ledger/history_add"))
		end_log(fake, args[nargs - 2]);
	if (dbc_starts_with(what, "migrate/backfill_"))
		fake_note_backfill(fake, what, args);
	if (reply->rows.nrows == 0)
		reply->rows.ncols = sql->ncolumns;
	return &reply->rows;
}

/* ---- the other host calls ---- */

static void
host_announce(dbc_host *host, const char *log, const char *part, int64_t number,
			  const char *hash)
{
	(void) log, (void) part, (void) number, (void) hash;
	fake_note(host, "announce");
}

/* Whether a value may stand in a column. */
static bool
fits(const dbc_value *value, dbc_type type)
{
	static const dbc_value_kind kinds[] = {
		[DBC_T_TEXT] = DBC_TEXT,	 [DBC_T_VERSION] = DBC_TEXT,
		[DBC_T_JSON] = DBC_JSON,	 [DBC_T_BOOL] = DBC_BOOL,
		[DBC_T_INT] = DBC_INT,		 [DBC_T_REAL] = DBC_REAL,
		[DBC_T_TIMESTAMP] = DBC_TEXT};

	return value->kind == DBC_NULL || value->kind == kinds[type];
}

static void
host_emit(dbc_host *host, const dbc_value *values)
{
	fake_host *fake = (fake_host *) host;
	const dbc_function *fn = host->function;
	dbc_value *copy;
	int ncols = 1;

	fake_note(host, "emit");
	if (fn->result == DBC_T_ROWS)
		for (ncols = 0; fn->columns[ncols].type != DBC_T_END;)
			ncols++;
	else
		assert_int_equal(fake->nrows, 0);
	copy = keep(fake, (size_t) ncols * sizeof(*copy));
	for (int i = 0; i < ncols; i++)
	{
		dbc_type type =
			fn->result == DBC_T_ROWS ? fn->columns[i].type : fn->result;

		assert_true(fits(&values[i], type));
		copy[i] = values[i];
	}
	assert_true(fake->nrows < FAKE_MAX);
	fake->rows[fake->nrows++] = copy;
}

static void
host_notice(dbc_host *host, const char *message)
{
	(void) message;
	fake_note(host, "notice");
	((fake_host *) host)->nnotices++;
}

static void
host_progress(dbc_host *host, const char *phase, int64_t done, int64_t total)
{
	fake_note(host, "progress")->phase = phase;
	assert_non_null(phase);
	assert_true(done >= 0 && done <= total);
}

static void
host_poll(dbc_host *host)
{
	fake_note(host, "poll");
}

static void
host_lock(dbc_host *host, int64_t timeout_ms)
{
	(void) timeout_ms;
	fake_note(host, "lock");
}

static const dbc_directory_entry *
host_list_directory(dbc_host *host, const char *path, int *count)
{
	fake_host *fake = (fake_host *) host;
	dbc_directory_entry *entries =
		keep(fake, (size_t) fake->nfiles * sizeof(*entries));
	int i;

	fake_note(host, path);
	for (i = 0; i < fake->nfiles; i++)
		entries[i].name = fake->files[i].name;
	*count = fake->nfiles;
	return entries;
}

static const char *
host_read_file(dbc_host *host, const char *path, size_t most, size_t *length)
{
	fake_host *fake = (fake_host *) host;
	int i;

	(void) most;
	fake_note(host, path);
	for (i = 0; i < fake->nfiles; i++)
		if (dbc_ends_with(path, fake->files[i].name))
		{
			*length = strlen(fake->files[i].text);
			return fake->files[i].text;
		}
	return NULL;
}

static const char *
host_setting(dbc_host *host, const char *name)
{
	fake_host *fake = (fake_host *) host;
	int i;

	fake_note(host, "setting");
	for (i = fake->nsettings - 1; i >= 0; i--)
		if (dbc_same(fake->settings[i][0], name))
			return fake->settings[i][1];
	return NULL;
}

static const dbc_rows *
host_running(dbc_host *host)
{
	static const dbc_rows none = {.ncols = 6};

	fake_note(host, "running");
	return &none;
}

static void
host_sample_pages(dbc_host *host, const char *whole, int64_t npages,
				  dbc_page_sample *sample)
{
	fake_host *fake = (fake_host *) host;

	fake_note(host, "sample_pages")->phase = whole;
	*sample = fake->pages;
	sample->sampled = npages < sample->pages ? npages : sample->pages;
}

static void
host_last_values(dbc_host *host, dbc_sequence *sequences, int n)
{
	fake_host *fake = (fake_host *) host;

	fake_note(host, "last_values");
	for (int i = 0; i < n; i++)
	{
		if (fake->broken && dbc_same(sequences[i].sequence, fake->broken))
			dbc_fail(host, DBC_CORRUPTED, NULL, NULL, "it is broken");
		sequences[i].last_value = fake->last_value;
		sequences[i].reason = fake->unread;
		sequences[i].is_used = fake->is_used;
	}
}

static void
host_facts(dbc_host *host, dbc_facts *facts)
{
	fake_note(host, "facts");
	*facts = ((fake_host *) host)->facts;
}

/* ---- for tests ---- */

fake_host *
fake_new(int engine)
{
	fake_host *fake = calloc(1, sizeof(*fake));
	bool is_sqlite = engine == DBC_ON_SQLITE;

	fake->base = (dbc_host){.seam = &fake->seam,
							.traits = is_sqlite ? &dbcsl_traits : &dbcpg_traits,
							.engine = engine,
							.engine_name = is_sqlite ? "sqlite" : "postgresql",
							.engine_title = is_sqlite ? "SQLite" : "PostgreSQL",
							.table_prefix = is_sqlite ? "dbcare_" : "dbcare.",
							.sql = fake->sql,
							.user = "tester",
							.assert_result = dbc_assert_result,
							.silent = true};
	fake->seam = (dbc_seam){.alloc = host_alloc,
							.scoped = host_scoped,
							.fail = host_fail,
							.query = host_query,
							.survive = fake_survive,
							.write = fake_write,
							.guard = host_guard,
							.emit = host_emit,
							.notice = host_notice,
							.progress = host_progress,
							.poll = host_poll,
							.split = fake_split,
							.run = fake_run,
							.lock = host_lock,
							.commit = fake_commit,
							.outside = fake_outside,
							.quote = fake_quote,
							.setting = host_setting,
							.running = host_running,
							.resolve = fake_resolve,
							.exclude = fake_exclude};
	fake->format = (dbc_format_host){.list_directory = host_list_directory,
									 .read_file = host_read_file};
	fake->ledger = (dbc_ledger_host){.announce = host_announce};
	fake->sample = (dbc_sample_host){.in_process = is_sqlite,
									 .facts = host_facts,
									 .statements = fake_statements};
	fake->check = (dbc_check_host){.tables = fake_tables,
								   .verify = fake_verify,
								   .try_rule = fake_try_rule,
								   .inspect = fake_inspect,
								   .lost_entries = fake_lost_entries,
								   .mark_unsound = fake_mark_unsound,
								   .make_plain = fake_make_plain,
								   .has_plain = fake_has_plain,
								   .put_plain = fake_put_plain,
								   .give_plain = fake_give_plain,
								   .copy_rows = fake_copy_rows,
								   .salvage = is_sqlite ? fake_salvage : NULL};
	fake->row = (dbc_row_host){.run = fake_repair, .restore = fake_restore};
	fake->lint = (dbc_lint_host){.has_locks = !is_sqlite,
								 .read_script = fake_read_script};
	fake->batch = (dbc_batch_host){.name_limit = is_sqlite ? 0 : 63,
								   .lock = fake_lock_work,
								   .runner_of = fake_runner_of};
	fake->migrate =
		(dbc_migrate_host){.ledger_schema = is_sqlite ? "main" : NULL,
						   .lock_script = fake_lock_script,
						   .rebuild = fake_rebuild,
						   .schema = fake_schema,
						   .store_schema = fake_store_schema,
						   .preview = fake_preview,
						   .diff = fake_diff,
						   .track = fake_track,
						   .touched = fake_touched};
	fake->health = (dbc_health_host){.sample_pages = host_sample_pages,
									 .last_values = host_last_values};
	fake->monitor = fake_monitor_host(is_sqlite);
	fake->base.rooms = (dbc_rooms){
		&fake->format, &fake->ledger,  &fake->sample, &fake->row,
		&fake->check,  &fake->lint,	   &fake->batch,  &fake->migrate,
		&fake->health, &fake->monitor, &fake_advise,  &fake_audit,
		&fake_archive, &fake_backup,   &fake_ops,	  &fake_sync,
		&fake_seed};
	fake->facts =
		(dbc_facts){.disk_total = -1, .disk_free = -1, .wal_bytes = -1};
	fake_rows(fake, "core/ping", 4, 1, dbc_text(is_sqlite ? "3.40.1" : "15.18"),
			  dbc_text("shop"), dbc_bool(false), dbc_int(8192));
	fake_rows(fake, "core/tables_state", 2, 1, dbc_bool(false), dbc_bool(true));
	fake_rows(fake, "core/tables_1", 0, 0);
	fake_rows(fake, "row/has_holds", 1, 1, dbc_bool(false));
	fake_rows(fake, "row/unfired", 1, 0);
	return fake;
}

void
fake_free(fake_host *fake)
{
	block *next;
	block *this;

	for (this = fake->blocks; this; this = next)
	{
		next = this->next;
		free(this);
	}
	free(fake);
}

bool
fake_try(fake_host *fake, void (*fn)(dbc_host *, void *), void *arg)
{
	fake_pad pad = {.outer = NULL};

	fake->error = (dbc_error){0};
	fake->nrows = fake->ncalls = fake->nallocs = fake->nnotices = 0;
	fake->read_only = 0;
	end_log(fake, dbc_null());
	fake->pad = &pad;
	if (setjmp(pad.jump) != 0)
	{
		fake->pad = NULL;
		return false;
	}
	fn(&fake->base, arg);
	assert_ptr_equal(fake->pad, &pad);
	assert_int_equal(fake->read_only, 0);
	fake->pad = NULL;
	return true;
}

/* Runs the host's function with values as its arguments. */
static void
run_function(dbc_host *host, void *values)
{
	host->args = values;
	dbc_call_function(host);
}

bool
fake_call(fake_host *fake, const char *function, int nargs, ...)
{
	dbc_value values[16] = {{0}};
	va_list args;

	va_start(args, nargs);
	for (int i = 0; i < nargs; i++)
		values[i] = va_arg(args, dbc_value);
	va_end(args);
	fake->base.function = dbc_find_function(function);
	assert_non_null(fake->base.function);
	fake->base.captured = NULL; /* of a call that was cancelled */
	fake->base.tables_version = 0;
	for (int i = 0; i < fake->nfound; i++)
		fake->found[i].now = fake->found[i].rows;
	return fake_try(fake, run_function, values);
}
