/*
 * host.c
 *	  The wrappers through which core code calls the host.
 */
#include "common/core/host.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/seam.h"
#include "common/core/text.h"

_Noreturn void
dbc_rethrow(dbc_host *host, const dbc_error *error)
{
	host->seam->fail(host, error);
	abort(); /* C11 has no _Noreturn function pointers */
}

_Noreturn void
dbc_fail(dbc_host *host, const char *sqlstate, const char *detail,
		 const char *hint, const char *format, ...)
{
	dbc_error error = {.sqlstate = sqlstate, .detail = detail, .hint = hint};
	va_list args;

	va_start(args, format);
	error.message = dbc_vformat(host, format, args);
	va_end(args);
	dbc_rethrow(host, &error);
}

bool
dbc_is_here(const dbc_host *host, int engines)
{
	return (engines & host->engine) != 0;
}

const char *
dbc_engine_title(int engines)
{
	static const char *const titles[] = {[DBC_ON_POSTGRESQL] = "PostgreSQL",
										 [DBC_ON_SQLITE] = "SQLite",
										 [DBC_ON_BOTH] =
											 "SQLite and PostgreSQL"};

	return titles[engines];
}

/* Fails unless the binding implements a call. */
void
dbc_require(dbc_host *host, bool is_there, const char *what)
{
	if (!is_there)
		dbc_fail(host, DBC_UNSUPPORTED,
				 dbc_format(host, "The binding of %s has no \"%s\".",
							host->engine_title, what),
				 NULL, "%s is not supported on this connection",
				 host->function->name);
}

const dbc_sql *
dbc_find_sql(dbc_host *host, const char *name)
{
	int low = 0;
	int high = host->nsql;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		int order = strcmp(name, host->sql[middle].name);

		if (order == 0)
			return &host->sql[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Fails unless a statement gets its parameters. */
static void
check_parameters(dbc_host *host, const dbc_sql *sql, int nargs)
{
	if (nargs < sql->nparameters)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "embedded SQL \"%s\" has %d parameters, not %d", sql->name,
				 sql->nparameters, nargs);
}

/* Fails unless rows have the columns of their statement. */
static void
check_columns(dbc_host *host, const dbc_sql *sql, const dbc_rows *rows)
{
	/* for a statement without columns, PRAGMA count_changes adds one */
	if (sql->ncolumns > 0 && rows->ncols != sql->ncolumns)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "embedded SQL \"%s\" gives %d columns, not %d: %s", sql->name,
				 rows->ncols, sql->ncolumns, sql->columns);
}

/* Runs an embedded statement and checks the shape of its result. */
const dbc_rows *
dbc_query_sql(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
			  int nargs)
{
	const dbc_rows *rows;

	check_parameters(host, sql, nargs);
	rows = host->seam->query(host, sql, args, nargs);
	check_columns(host, sql, rows);
	return rows;
}

static const dbc_sql *
require_sql(dbc_host *host, const char *name)
{
	const dbc_sql *sql = dbc_find_sql(host, name);

	if (!sql)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL, "no embedded SQL \"%s\"",
				 name);
	return sql;
}

const dbc_rows *
dbc_query_array(dbc_host *host, const char *name, const dbc_value *args,
				int nargs)
{
	return dbc_query_sql(host, require_sql(host, name), args, nargs);
}

/* Rows of a statement that are passed on. */
typedef struct paging
{
	const dbc_sql *sql;
	void (*page)(dbc_host *, void *, const dbc_rows *);
	void *arg;
} paging;

static void
pass_page(dbc_host *host, void *arg, const dbc_rows *rows)
{
	const paging *p = arg;

	check_columns(host, p->sql, rows);
	p->page(host, p->arg, rows);
	dbc_poll(host);
}

static void
pass_pages(dbc_host *host, paging *p, const dbc_value *args, int nargs)
{
	if (host->seam->pages)
		host->seam->pages(host, p->sql, args, nargs, pass_page, p);
	else
		pass_page(host, p, host->seam->query(host, p->sql, args, nargs));
}

void
dbc_query_pages_array(dbc_host *host, const char *name,
					  void (*page)(dbc_host *, void *, const dbc_rows *),
					  void *arg, const dbc_value *args, int nargs)
{
	paging p = {.sql = require_sql(host, name), .page = page, .arg = arg};

	check_parameters(host, p.sql, nargs);
	pass_pages(host, &p, args, nargs);
}

void
dbc_query_text_pages(dbc_host *host, const char *text, bool as_owner,
					 void (*page)(dbc_host *, void *, const dbc_rows *),
					 void *arg)
{
	dbc_sql sql = {.text = text, .as_owner = as_owner};
	paging p = {.sql = &sql, .page = page, .arg = arg};

	pass_pages(host, &p, NULL, 0);
}

const dbc_rows *
dbc_query_text(dbc_host *host, const char *text)
{
	dbc_sql sql = {.text = text};

	/* it may come from a row that a server has answered */
	if (!text)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL, "a statement has no text");
	return host->seam->query(host, &sql, NULL, 0);
}

bool
dbc_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
		  dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	int tables = host->tables_version;
	const dbc_function *function = host->function;
	const dbc_value *args = host->args;
	dbc_value *captured = host->captured;
	struct dbc_call_list *calls = host->calls;
	bool done;

	memset(error, 0, sizeof(*error));
	done = host->seam->guard(host, fn, arg, mode, read_only, error);
	/* tables created or upgraded in the guard were rolled back */
	if (!done || mode == DBC_UNDO)
		host->tables_version = tables;
	/* of a call within that has failed */
	DBC_ASSERT(host,
			   !done || (host->function == function && host->args == args));
	host->function = function;
	host->args = args;
	host->captured = captured;
	host->calls = calls;
	return done;
}

/* Whether a value is of the type that is declared of it. */
static bool
is_declared(const dbc_value *value, dbc_type type)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return true;
		case DBC_BOOL:
			return type == DBC_T_BOOL;
		case DBC_INT:
			return type == DBC_T_INT || type == DBC_T_BOOL; /* of SQLite */
		case DBC_REAL:
			return type == DBC_T_REAL;
		case DBC_TEXT: /* of SQL, also JSON */
			return type == DBC_T_TEXT || type == DBC_T_VERSION ||
				   type == DBC_T_TIMESTAMP || type == DBC_T_JSON;
		case DBC_JSON:
			return type == DBC_T_JSON;
	}
	return false;
}

/* Whether all values of a result are. */
static bool
are_declared(dbc_host *host, const dbc_value *values)
{
	const dbc_field *columns = host->function->columns;

	if (columns->type == DBC_T_END)
		return is_declared(values, host->function->result);
	for (; columns->type != DBC_T_END; columns++)
		if (!is_declared(values++, columns->type))
			return false;
	return true;
}

void
dbc_emit_array(dbc_host *host, const dbc_value *values, int nvalues)
{
	const dbc_field *columns = host->function->columns;
	int declared = 0;

	while (columns[declared].type != DBC_T_END)
		declared++;
	if (declared == 0) /* a single value */
		declared = 1;
	if (nvalues != declared)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "%s() gives %d columns, not %d", host->function->name, nvalues,
				 declared);
	DBC_ASSERT(host, are_declared(host, values));
	if (host->assert_result && host->function->result == DBC_T_JSON &&
		values[0].kind == DBC_JSON)
		host->assert_result(host, values[0].text);
	if (host->captured)
		*host->captured = values[0];
	else
		host->seam->emit(host, values);
}

void
dbc_notice(dbc_host *host, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host->seam->notice(host, dbc_vformat(host, format, args));
	va_end(args);
}

void
dbc_progress(dbc_host *host, const char *phase, int64_t done, int64_t total)
{
	DBC_ASSERT(host, done >= 0);
	host->seam->progress(host, phase, done, total);
}

void
dbc_progress_end(dbc_host *host, int64_t total)
{
	dbc_progress(host, "finishing", total, total);
}

void
dbc_poll(dbc_host *host)
{
	host->seam->poll(host);
}

int
dbc_outside_end(const dbc_outside_script *work)
{
	return work->last > 0 ? work->last : work->script->nstatements;
}

bool
dbc_outside_runs(const dbc_outside_script *work, int first, int number)
{
	if (number >= first)
		return number <= dbc_outside_end(work);
	return work->lasting ? work->lasting[number - 1]
						 : work->script->statements[number - 1].kind ==
							   DBC_STATEMENT_SETTING;
}

bool
dbc_runs_alone(const dbc_statement *statement)
{
	return statement->kind == DBC_STATEMENT_OUTSIDE ||
		   dbc_same(statement->command, "DO") ||
		   dbc_same(statement->command, "CALL");
}

const char *
dbc_describe_position(dbc_host *host, const dbc_script *script,
					  int statement_no, int line)
{
	return dbc_format(host, "In %s, statement %d, line %d%s%s.", script->label,
					  statement_no, line, script->file ? " of " : "",
					  script->file ? script->file : "");
}

/* ---- calls of the seam as they are ---- */

void
dbc_scoped(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	host->seam->scoped(host, fn, arg);
}

const char *
dbc_number_text(dbc_host *host, const char *native)
{
	return host->seam->number_text(host, native);
}

void
dbc_split(dbc_host *host, const char *text, dbc_script *script)
{
	host->seam->split(host, text, script);
}

const dbc_rows *
dbc_run_script(dbc_host *host, const dbc_script *script, const bool *skip)
{
	return host->seam->run(host, script, skip);
}

const char *
dbc_quote(dbc_host *host, const char *name)
{
	return host->seam->quote(host, name);
}

void
dbc_refuse_unsupported(dbc_host *host)
{
	if (host->seam->refuse)
		host->seam->refuse(host);
}

void
dbc_lock(dbc_host *host, int64_t timeout_ms)
{
	host->seam->lock(host, timeout_ms);
}

void
dbc_exclude(dbc_host *host, dbc_exclusion what)
{
	host->seam->exclude(host, what);
}

bool
dbc_commit(dbc_host *host, int64_t pause_ms)
{
	return host->seam->commit(host, pause_ms);
}

void
dbc_divide(dbc_host *host, int64_t pause_ms)
{
	if (host->seam->divide)
		host->seam->divide(host, pause_ms);
}

bool
dbc_outside(dbc_host *host, const dbc_outside_script *work, dbc_error *error)
{
	return host->seam->outside(host, work, error);
}

void
dbc_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
			void (*failed)(dbc_host *, void *, const char *), void *arg)
{
	host->seam->survive(host, fn, failed, arg);
}

bool
dbc_write(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	return host->seam->write(host, fn, arg);
}

void
dbc_outside_together(dbc_host *host, const dbc_outside_script *works,
					 int nworks, dbc_outside_result *results)
{
	host->seam->outside_together(host, works, nworks, results);
}

bool
dbc_may_share_tables(dbc_host *host, const dbc_script *left,
					 const dbc_script *right)
{
	return host->seam->may_share_tables(host, left, right);
}

const char *
dbc_engine_setting(dbc_host *host, const char *name)
{
	return host->seam->setting(host, name);
}

const char *
dbc_recall_result(dbc_host *host, const char *key, int64_t max_age_ms)
{
	return host->seam->recall ? host->seam->recall(host, key, max_age_ms)
							  : NULL;
}

void
dbc_remember_result(dbc_host *host, const char *key, const char *text)
{
	if (host->seam->remember)
		host->seam->remember(host, key, text);
}

const dbc_rows *
dbc_list_running(dbc_host *host)
{
	return host->seam->running(host);
}

const dbc_relation *
dbc_resolve(dbc_host *host, const char *text)
{
	return host->seam->resolve(host, text);
}
