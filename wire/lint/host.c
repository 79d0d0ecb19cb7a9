/*
 * host.c
 *	  The analysis of scripts in this process, over a connection or without one.
 *
 * A statement that the parser does not understand is one that this version has
 * no grammar for, or has a syntax error; the others of the script are analysed.
 */
#include "pg_ext/lint/analysis.h"
#include "wire/lint/catalog.h"

#include <sys/resource.h>

#include "utils/builtins.h"

#include "common/core/text.h"

extern const char *dbcw_quote_name(dbc_host *host, const char *name);
extern const char *dbcw_user_path(dbc_host *host);
extern const dbc_lint_host dbcw_lint_host;
extern const dbc_lint_host dbcw_offline_lint_host;

/* As max_stack_depth of a server. */
#define MAX_STACK_BYTES (2 * 1024 * 1024)

/* The frame of the analysis, and how far from it calls may nest. */
static const char *stack_base;
static long stack_bytes;

/* The library knows no base of the stack, and would never find it too deep; its
 * calls are linked to this one. */
extern void __wrap_check_stack_depth(void);

void
__wrap_check_stack_depth(void)
{
	char here;

	if (labs(stack_base - &here) > stack_bytes)
		ereport(ERROR, errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				errmsg("the statement is nested too deeply"));
}

static void
measure_stack(const char *base)
{
	struct rlimit limit;

	stack_base = base;
	stack_bytes = MAX_STACK_BYTES;
	if (getrlimit(RLIMIT_STACK, &limit) == 0 &&
		limit.rlim_cur / 2 < MAX_STACK_BYTES)
		stack_bytes = (long) limit.rlim_cur / 2;
}

const char *
dbcw_quote_name(dbc_host *host, const char *name)
{
	const char *quoted = quote_identifier(name);

	return quoted == name ? name : dbcpg_lint_catalog_copy(host, quoted);
}

/* Takes the error of the parser. */
static const dbc_error *
take_error(dbc_host *host, MemoryContext context)
{
	dbc_error *error = dbc_alloc(host, sizeof(*error));
	ErrorData *data;

	MemoryContextSwitchTo(context);
	data = CopyErrorData();
	FlushErrorState();
	error->message = dbcpg_lint_catalog_copy(
		host, data->message ? data->message : "the parser failed");
	return error;
}

/* Analyses a statement. */
static dbc_lint_analysis
analyze(dbcpg_lint_analyzer *r, const dbc_statement *statement,
		MemoryContext context)
{
	dbc_lint_analysis volatile *analysis =
		dbc_alloc(r->host, sizeof(*analysis));

	PG_TRY();
	{
		*analysis = dbcpg_lint_analyze(r, statement);
	}
	PG_CATCH();
	{
		analysis->not_parsed = take_error(r->host, context);
	}
	PG_END_TRY();
	return *analysis;
}

/* Analyses the statements of a script with the settings that it begins with. */
static void
analyze_statements(dbc_host *host, dbc_lint_session *session,
				   const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcpg_lint_analyzer analyzer = dbcpg_lint_begin(host, session);
	MemoryContext context;
	char base;

	pg_query_init();
	/* a failure of the core jumps over the frames of the library */
	PG_exception_stack = NULL;
	error_context_stack = NULL;
	measure_stack(&base);
	context = AllocSetContextCreate(TopMemoryContext, "dbcare",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	for (int i = 0; i < script->nstatements; i++)
	{
		dbc_poll(host);
		analyses[i] = analyze(&analyzer, &script->statements[i], context);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextDelete(context);
}

static void
analyze_connected(dbc_host *host, dbc_lint_session *session,
				  const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcw_begin_settings(host, dbcw_user_path(host));
	analyze_statements(host, session, script, analyses);
}

static void
analyze_offline(dbc_host *host, dbc_lint_session *session,
				const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcw_begin_settings(NULL, NULL);
	analyze_statements(host, session, script, analyses);
}

const dbc_lint_host dbcw_lint_host = {
	.has_locks = true,
	.read_script = analyze_connected,
};

const dbc_lint_host dbcw_offline_lint_host = {
	.has_locks = true,
	.is_offline = true,
	.read_script = analyze_offline,
};
