/*
 * statement.c
 *	  Parses the UPDATE of a backfill and adds a range of rows to it.
 *
 * The statement is split at keywords that cannot occur in an expression outside
 * parentheses.  Clauses that would change their meaning when the UPDATE is run
 * in batches are refused.
 */
#include "common/backfill/backfill.h"

#include <string.h>

#include "common/core/sql_scan.h"
#include "common/core/text.h"

/* The parser. */
typedef struct reader
{
	dbc_host *host;
	dbc_lexeme at;	 /* current lexeme */
	dbc_lexeme last; /* previous lexeme */
	int depth;		 /* of parentheses and brackets */
	int nchanged;
	dbc_backfill_update update;
} reader;

static _Noreturn void
refuse_form(dbc_host *host)
{
	dbc_fail(host, DBC_SYNTAX_ERROR, NULL,
			 "Write the statement as UPDATE table SET column = value WHERE "
			 "condition.",
			 "a backfill must be one UPDATE statement of one table");
}

/* ---- lexemes ---- */

/* Whether a lexeme is a keyword, in any case. */
static bool
is_word(const dbc_lexeme *lexeme, const char *word)
{
	return lexeme->kind == DBC_LEX_WORD && lexeme->length == strlen(word) &&
		   dbc_starts_with_nocase(lexeme->text, word);
}

/* Whether a lexeme is this one-character symbol. */
static bool
is_symbol(const dbc_lexeme *lexeme, char symbol)
{
	return lexeme->kind == DBC_LEX_SYMBOL && lexeme->length == 1 &&
		   *lexeme->text == symbol;
}

/* Whether a lexeme can be a name. */
static bool
is_name(const dbc_lexeme *lexeme)
{
	return lexeme->kind == DBC_LEX_WORD || lexeme->kind == DBC_LEX_NAME;
}

/* Moves to the next lexeme. */
static void
advance(reader *r)
{
	r->last = r->at;
	r->at = dbc_scan_next(r->host, &r->at);
	if (is_symbol(&r->last, '(') || is_symbol(&r->last, '['))
		r->depth++;
	if (is_symbol(&r->at, ')') || is_symbol(&r->at, ']'))
		r->depth--;
	if (r->depth < 0) /* it would close the parenthesis around the condition */
		refuse_form(r->host);
}

/* The text from start to the end of the previous lexeme. */
static const char *
text_since(const reader *r, const char *start)
{
	return dbc_copy(r->host, start,
					(size_t) (r->last.text + r->last.length - start));
}

/* ---- refusals ---- */

/* Fails because of a clause or feature that a backfill cannot use. */
static _Noreturn void
refuse(const reader *r, const char *what, const char *hint)
{
	dbc_fail(r->host, DBC_UNSUPPORTED, NULL, hint, "a backfill cannot use %s",
			 what);
}

/* Fails for keywords of clauses that cannot be run in batches. */
static void
refuse_word(const reader *r)
{
	if (is_word(&r->at, "returning"))
		refuse(r, "RETURNING",
			   "Remove RETURNING: the rows would not be returned.");
	if (is_word(&r->at, "order") || is_word(&r->at, "limit"))
		refuse(r, "ORDER BY or LIMIT",
			   "Remove the clause: rows are processed in the order of the "
			   "primary key.");
	if (is_word(&r->at, "current") && is_word(&r->last, "where"))
		refuse(r, "WHERE CURRENT OF", NULL);
}

/* ---- clauses ---- */

/* A name as in the catalog: unquoted, in lower case unless it was quoted. */
static const char *
plain_name(const reader *r, const dbc_lexeme *lexeme)
{
	bool quoted = lexeme->kind == DBC_LEX_NAME;
	char quote = quoted ? *lexeme->text : '\0';
	char *name;
	char *to;

	if ((quote | 0x20) == 'u')
		refuse(r, "names with Unicode escapes",
			   "Write the name without escapes.");
	name = dbc_copy(r->host, lexeme->text + quoted,
					lexeme->length - 2 * (size_t) quoted);
	for (const char *from = to = name; *from; from++)
	{
		if (!quoted && *from >= 'A' && *from <= 'Z')
			*to++ = (char) (*from | 0x20);
		else
			*to++ = *from;
		if (quoted && quote != '[' && *from == quote)
			from++; /* the second of two quotes */
	}
	*to = '\0';
	return name;
}

/* Adds a column that the UPDATE sets; the array has room for one per character.
 */
static void
add_changed(reader *r)
{
	if (!is_name(&r->at))
		refuse_form(r->host);
	r->update.changed[r->nchanged++] = plain_name(r, &r->at);
}

/* Parses the table and its alias. */
static void
read_target(reader *r)
{
	const char *start = r->at.text;
	dbc_lexeme name = r->at;

	if (is_word(&r->at, "only") && r->host->traits->inheritance)
		refuse(r, "ONLY", "Remove ONLY: a backfill updates one table anyway.");
	if (is_word(&r->at, "or"))
		refuse(r, "UPDATE OR", "Remove the OR clause.");
	do
	{
		name = r->at;
		if (!is_name(&name))
			refuse_form(r->host);
		advance(r);
		if (is_symbol(&r->at, '.'))
			advance(r);
	} while (is_symbol(&r->last, '.'));
	r->update.relation = text_since(r, start);
	if (is_symbol(&r->at, '*'))
		refuse(r, "an asterisk after the table", "Remove the asterisk.");
	if (is_word(&r->at, "indexed") || is_word(&r->at, "not"))
		refuse(r, "INDEXED BY",
			   "Remove the clause: rows are found by the primary key.");
	if (is_word(&r->at, "as"))
		advance(r);
	if (!is_word(&r->at, "set"))
	{
		name = r->at;
		if (!is_name(&name))
			refuse_form(r->host);
		advance(r);
	}
	r->update.target = text_since(r, start);
	r->update.qualifier = dbc_copy(r->host, name.text, name.length);
}

static void
read_assignments(reader *r)
{
	bool starts = true; /* an assignment starts here */
	bool list = false;	/* inside a list of columns */

	for (; r->at.kind != DBC_LEX_END; advance(r))
	{
		if (r->depth == 0 &&
			(is_word(&r->at, "where") ||
			 (is_word(&r->at, "from") && !is_word(&r->last, "distinct"))))
			return;
		if (r->depth == 0)
			refuse_word(r);
		if (starts && is_symbol(&r->at, '('))
			list = true;
		else if (starts ||
				 (list && r->depth == 1 &&
				  (is_symbol(&r->last, '(') || is_symbol(&r->last, ','))))
			add_changed(r);
		if (r->depth == 0 && is_symbol(&r->at, ')'))
			list = false;
		starts = r->depth == 0 && is_symbol(&r->at, ',');
	}
}

/* Parses the FROM clause, up to WHERE or the end. */
static void
read_sources(reader *r)
{
	const char *start;

	advance(r);
	start = r->at.text;
	for (; r->at.kind != DBC_LEX_END; advance(r))
	{
		if (r->depth == 0 && is_word(&r->at, "where"))
			break;
		if (r->depth == 0)
			refuse_word(r);
	}
	r->update.sources = text_since(r, start);
}

static void
read_condition(reader *r)
{
	const char *start;

	advance(r);
	start = r->at.text;
	for (; r->at.kind != DBC_LEX_END; advance(r))
		if (r->depth == 0)
			refuse_word(r);
	r->update.condition = text_since(r, start);
}

/* Fails if the statement has a parameter: there is no value for it. */
static void
refuse_parameters(reader *r)
{
	dbc_lexeme at = dbc_scan(r->host, r->update.text);

	for (; at.kind != DBC_LEX_END; at = dbc_scan_next(r->host, &at))
		if (at.kind == DBC_LEX_PARAMETER)
			refuse(r, "parameters", "Write the values into the statement.");
}

/* Parses the statement of a backfill. */
dbc_backfill_update
dbc_backfill_read_update(dbc_host *host, const char *name, const char *sql)
{
	dbc_script script = {.label = dbc_format(host, "backfill %s", name),
						 .first_line = 1};
	reader r = {.host = host};

	dbc_split(host, sql, &script);
	if (script.nstatements != 1)
		refuse_form(host);
	r.update.text = script.statements[0].text;
	r.update.changed = dbc_alloc(host, (strlen(r.update.text) + 1) *
										   sizeof(*r.update.changed));
	r.at = dbc_scan(host, r.update.text);
	if (!is_word(&r.at, "update"))
		refuse_form(host);
	refuse_parameters(&r);
	advance(&r);
	read_target(&r);
	if (!is_word(&r.at, "set"))
		refuse_form(host);
	advance(&r);
	read_assignments(&r);
	if (is_word(&r.at, "from"))
		read_sources(&r);
	r.update.head = text_since(&r, r.update.text);
	if (r.at.kind != DBC_LEX_END)
		read_condition(&r);
	return r.update;
}

/* ---- ranges ---- */

/*
 * A statement limited to a range of rows, given its text before WHERE.
 *
 * "is true" keeps the planner from using an index on the condition, which would
 * read all matching rows in every batch.  Join conditions must stay usable by
 * the planner.
 */
static const char *
add_range(dbc_host *host, const char *head, const dbc_backfill_update *update,
		  const char *range)
{
	if (!update->condition)
		return dbc_format(host, "%s WHERE %s", head, range);
	return dbc_format(
		host, update->sources ? "%s WHERE %s AND (%s)" : "%s WHERE %s AND %s",
		head, range,
		update->sources ? update->condition
						: dbc_is_true(host, update->condition));
}

/* The UPDATE, limited to a range of rows. */
const char *
dbc_backfill_update_range(dbc_host *host, const dbc_backfill_update *update,
						  const char *range)
{
	return add_range(host, update->head, update, range);
}

/* A query that returns a row if the condition matches a row of the range. */
const char *
dbc_backfill_match_range(dbc_host *host, const dbc_backfill_update *update,
						 const char *range)
{
	const char *head = dbc_format(host, "SELECT 1 FROM %s%s%s", update->target,
								  update->sources ? ", " : "",
								  update->sources ? update->sources : "");

	return dbc_format(host, "%s LIMIT 1", add_range(host, head, update, range));
}
