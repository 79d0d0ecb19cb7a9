/*
 * split.c
 *	  Splitting a script with PostgreSQL's own parser.
 */
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/script.h"

#include "parser/scanner.h"
#include "utils/memutils.h"

#include "common/core/excerpt.h"
#include "common/core/text.h"

/* The end of a nested comment that starts at text. */
static const char *
skip_comment(const char *text)
{
	int depth = 0;

	do
	{
		if (text[0] == '/' && text[1] == '*')
		{
			depth++;
			text += 2;
		}
		else if (text[0] == '*' && text[1] == '/')
		{
			depth--;
			text += 2;
		}
		else
			text++;
	} while (depth > 0 && *text);
	return text;
}

/* The first token of text. */
static const char *
first_token(const char *text)
{
	for (;;)
	{
		text += strspn(text, " \t\n\r\f\v");
		if (text[0] == '-' && text[1] == '-')
			text += strcspn(text, "\n\r");
		else if (text[0] == '/' && text[1] == '*')
			text = skip_comment(text);
		else
			return text;
	}
}

/* The length of text without trailing white space. */
static size_t
trimmed(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\n\r\f\v", text[length - 1]))
		length--;
	return length;
}

/* A position in a statement, for errors. */
typedef struct place
{
	dbcpg_host *host;
	const dbc_script *script;
	int statement_no;
	int line;
} place;

/* The position where the parser stopped. */
typedef struct stop
{
	int statement_no;
	int line;
	int column;
	bool in_token;	  /* inside a token */
	bool empty;		  /* before the first token of a statement */
	bool from_client; /* the previous statement is a COPY FROM STDIN */
	const char *hint;
} stop;

/* Counts the statements up to the end of text, where the parser stopped; fails
 * if that is inside a token. */
static void
count_tokens(const char *text, stop *stop)
{
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE location;
	core_yyscan_t scanner =
		scanner_init(text, &extra, &ScanKeywords, ScanKeywordTokens);
	int depth = 0;
	bool copies = false;
	int token;

	stop->statement_no = 1;
	stop->empty = true;
	while ((token = core_yylex(&value, &location, scanner)) != 0)
	{
		const char *word = text + location;

		depth += (token == '(') - (token == ')');
		if (token != ';' || depth > 0)
		{
			if (stop->empty)
				copies = pg_strncasecmp(word, "copy", 4) == 0;
			stop->from_client =
				(stop->from_client && !stop->empty) ||
				(copies && pg_strncasecmp(word, "stdin", 5) == 0);
			stop->empty = false;
		}
		else if (!stop->empty)
		{
			stop->statement_no++;
			stop->empty = true;
		}
	}
	scanner_finish(scanner);
}

/* Counts the statements up to the end of text, even inside a token. */
static void
count_statements(const char *text, stop *stop)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		count_tokens(text, stop);
	}
	PG_CATCH();
	{
		/* an incomplete token cannot be parsed */
		MemoryContextSwitchTo(context);
		FlushErrorState();
		stop->in_token = true;
	}
	PG_END_TRY();
}

/* A hint for the error at the position where the parser stopped. */
static const char *
hint_for(const stop *stop, const char *at)
{
	if (stop->in_token)
		return NULL;
	if (*at == '\\')
		return "Commands that start with a backslash are psql commands, not "
			   "SQL.";
	if (stop->empty && stop->from_client)
		return "The rows after COPY FROM STDIN need a client; use INSERT, or "
			   "COPY from a file on the server.";
	return NULL;
}

/* Finds the position where the parser stopped; position counts characters, from
 * 1. */
static stop
find_stop(const char *text, int position)
{
	stop stop = {.line = 1};
	const char *at = text;

	while (--position > 0 && *at)
		at += pg_mblen(at);
	count_statements(pnstrdup(text, (Size) (at - text)), &stop);
	stop.line += dbcpg_count_lines(text, at, &stop.column);
	stop.hint = hint_for(&stop, at);
	return stop;
}

/* Raises a parser error again with its position in the script.  The cursor
 * position is removed, because clients would apply it to the calling
 * statement. */
static void
rethrow_from(dbcpg_host *host, const dbc_script *script, const char *text,
			 ErrorData *failure)
{
	stop stop;
	const char *excerpt;
	int line;

	/* an error such as out of memory has no position */
	if (failure->cursorpos <= 0)
		ReThrowError(failure);
	stop = find_stop(text, failure->cursorpos);
	line = script->first_line + stop.line - 1;
	host->failed_statement = stop.statement_no;
	host->failed_line = line;
	host->failed_column = stop.column;
	failure->cursorpos = 0;
	if (stop.hint)
		failure->hint = pstrdup(stop.hint);
	if (script->label)
	{
		excerpt = dbc_excerpt(&host->base, script, stop.statement_no, line,
							  stop.column);
		failure->context = unconstify(
			char *, dbcpg_from_core(dbc_format(
						&host->base, "%s%s%s",
						dbc_describe_position(&host->base, script,
											  stop.statement_no, line),
						excerpt ? "\n" : "", excerpt ? excerpt : "")));
	}
	ReThrowError(failure);
}

/* Parses a script.  The parser holds no resource that an error would leak. */
static List *
parse(dbcpg_host *host, const dbc_script *script, const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	List *volatile trees = NIL;

	PG_TRY();
	{
		/* PL/pgSQL would apply the position to the text of its own statement */
		error_context_stack = NULL;
		trees = dbcpg_raw_parser(text);
	}
	PG_CATCH();
	{
		ErrorData *failure;

		MemoryContextSwitchTo(context);
		failure = CopyErrorData();
		FlushErrorState();
		rethrow_from(host, script, text, failure);
	}
	PG_END_TRY();
	return trees;
}

/* Adds the position of options that PostgreSQL cannot parse. */
static void
add_place(void *arg)
{
	const place *p = arg;

	p->host->failed_statement = p->statement_no;
	p->host->failed_line = p->line;
	if (p->script->label)
		errcontext("%s",
				   dbcpg_from_core(dbc_describe_position(
					   &p->host->base, p->script, p->statement_no, p->line)));
}

/* Fills in the statements of a script from their parse trees. */
static void
fill_statements(dbcpg_host *host, const char *text, List *trees,
				dbc_script *script)
{
	dbc_statement *statement = dbc_alloc(
		&host->base, ((size_t) list_length(trees) + 1) * sizeof(*statement));
	const char *counted = text;
	place place = {host, script, 0, script->first_line};
	ErrorContextCallback callback = {
		.callback = add_place, .arg = &place, .previous = error_context_stack};
	ListCell *cell;

	script->nstatements = list_length(trees);
	script->statements = statement;
	error_context_stack = &callback;
	foreach (cell, trees)
	{
		RawStmt *raw = lfirst_node(RawStmt, cell);
		const char *end = text + raw->stmt_location + raw->stmt_len;
		const char *start = first_token(text + raw->stmt_location);

		if (raw->stmt_len == 0)
			end = start + strlen(start);
		for (; counted < start; counted++)
			place.line += *counted == '\n';
		place.statement_no++;
		statement->text = dbcpg_to_core(
			host, pnstrdup(start, trimmed(start, (size_t) (end - start))));
		statement->line = place.line;
		dbcpg_classify(host, raw->stmt, statement);
		statement++;
	}
	error_context_stack = callback.previous;
}

/* Splits a script; see core/host.h.  It is parsed as it will run: one that is not
 * dbcare's under the caller's settings. */
void
dbcpg_split(dbc_host *base, const char *text, dbc_script *script)
{
	dbcpg_host *host = dbcpg_of(base);
	MemoryContext context = MemoryContextSwitchTo(host->scratch);
	const char *own = dbcpg_from_core(text);
	int level = NewGUCNestLevel();

	if (!script->is_own)
		dbcpg_unpin_parameters(host);
	fill_statements(host, own, parse(host, script, own), script);
	AtEOXact_GUC(false, level);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
}
