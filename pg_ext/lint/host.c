/*
 * host.c
 *	  The analysis of scripts in the server.
 */
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/lint/analysis.h"

#include "utils/memutils.h"

/* Adds the position of a statement to its syntax error. */
typedef struct place
{
	dbcpg_host *host;
	const dbc_statement *statement;
	int statement_no;
} place;

static void
set_error_position(void *arg)
{
	const place *p = arg;

	p->host->failed_statement = p->statement_no;
	p->host->failed_line = p->statement->line;
}

/* Analyses the statements of a script. */
static void
analyze_statements(dbcpg_lint_analyzer *r, const dbc_script *script,
				   dbc_lint_analysis *analyses)
{
	place place = {dbcpg_of(r->host), script->statements, 0};
	ErrorContextCallback callback = {.callback = set_error_position,
									 .arg = &place,
									 .previous = error_context_stack};

	error_context_stack = &callback;
	for (int i = 0; i < script->nstatements; i++)
	{
		CHECK_FOR_INTERRUPTS();
		place.statement = &script->statements[i];
		place.statement_no = i + 1;
		analyses[i] = dbcpg_lint_analyze(r, place.statement);
	}
	error_context_stack = callback.previous;
}

/* Implements dbc_lint_host.read_script under the settings of the caller;
 * search_path matters here. */
static void
analyze_script(dbc_host *base, dbc_lint_session *session,
			   const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = MemoryContextSwitchTo(host->scratch);
	int level = NewGUCNestLevel();
	dbcpg_lint_analyzer analyzer = dbcpg_lint_begin(base, session);

	dbcpg_unpin_parameters(host);
	/* names are shown as elsewhere */
	dbcpg_set_parameter("quote_all_identifiers", "off");
	analyze_statements(&analyzer, script, analyses);
	AtEOXact_GUC(false, level);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
}

const dbc_lint_host dbcpg_lint_host = {
	.has_locks = true,
	.read_script = analyze_script,
};
