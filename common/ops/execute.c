/*
 * execute.c
 *	  dbops_execute: one statement of the caller with parameters.
 */
#include "common/ops/ops.h"

#include <string.h>

#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/sql_scan.h"

/* The one statement of a text; fails if there are several, or if it is not for
 * this function. */
static const char *
read_statement(dbc_host *host, const char *text)
{
	dbc_script script = {.label = "the statement", .first_line = 1};
	const dbc_statement *statement;

	dbc_split(host, text, &script);
	if (script.nstatements != 1)
		dbc_fail(host, DBC_SYNTAX_ERROR, NULL, "Call the function for each.",
				 "sql has %d statements instead of one", script.nstatements);
	statement = &script.statements[0];
	switch (statement->kind)
	{
		case DBC_STATEMENT_PLAIN:
			return statement->text;
		case DBC_STATEMENT_BEGIN:
		case DBC_STATEMENT_COMMIT:
		case DBC_STATEMENT_TRANSACTION:
			dbc_fail(host, DBC_UNSUPPORTED, NULL,
					 "Control the transaction outside the call.",
					 "the statement controls the transaction");
		case DBC_STATEMENT_SETTING:
			dbc_fail(host, DBC_UNSUPPORTED, NULL,
					 "Change the setting outside the call.",
					 "the statement changes a setting");
		default:
			break;
	}
	dbc_fail(host, DBC_UNSUPPORTED, NULL, "Run the statement outside the call.",
			 "the statement cannot run inside a function");
}

static dbc_ops_value
take(dbc_host *host, const dbc_json_item *item)
{
	static const dbc_ops_column any = {.kind = DBC_OPS_ANY};

	return dbc_ops_take(host, &any, item);
}

/* The number of a named parameter at a lexeme, from 1; 0 if it is none. */
static int
find_parameter(dbc_host *host, const dbc_json_item *params,
			   const dbc_lexeme *lexeme, size_t *length)
{
	const dbc_json_item *key = params + 1;
	dbc_lexeme name = *lexeme;

	if (*lexeme->text != ':')
		return 0;
	if (lexeme->kind == DBC_LEX_PARAMETER)
	{
		name.text++;
		name.length--;
	}
	else if (lexeme->length == 1)
	{
		name = dbc_scan(host, lexeme->text + 1);
		if (name.kind != DBC_LEX_WORD || name.text != lexeme->text + 1)
			return 0;
	}
	else
		return 0;
	*length = name.length + 1;
	for (uint32_t i = 0; i < params->length; i++)
	{
		const char *text = dbc_json_string(host, key);

		if (strlen(text) == name.length &&
			memcmp(text, name.text, name.length) == 0)
			return (int) i + 1;
		key = dbc_json_next(dbc_json_next(key));
	}
	return 0;
}

/* Appends the statement with :name as $n. */
static void
add_named(dbc_ops_statement *s, const char *text, const dbc_json_item *params)
{
	dbc_lexeme lexeme = dbc_scan(s->host, text);

	while (lexeme.kind != DBC_LEX_END)
	{
		size_t length = lexeme.length;
		int number = find_parameter(s->host, params, &lexeme, &length);

		if (number > 0)
		{
			dbc_append_bytes(&s->text, text, (size_t) (lexeme.text - text));
			dbc_append_format(&s->text, "$%d", number);
			text = lexeme.text + length;
		}
		lexeme = dbc_scan(s->host, lexeme.text + length);
	}
	dbc_append(&s->text, text);
}

/* Appends the statement, and its parameters. */
static void
add_statement(dbc_ops_statement *s, const char *text, const dbc_value *params)
{
	const char *problem;
	const dbc_json_item *given =
		params->kind == DBC_NULL
			? NULL
			: dbc_json_read(s->host, params->text, strlen(params->text), NULL,
							0, &problem);
	bool is_named = given && given->kind == DBC_I_OBJECT;
	const dbc_json_item *item = given ? given + 1 : NULL;

	if (params->kind != DBC_NULL && !is_named &&
		(!given || given->kind != DBC_I_ARRAY))
		dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL,
				 "Pass an array for $1, $2 ..., or an object for :name.",
				 "params must be a JSON array or object");
	for (uint32_t i = 0; given && i < given->length; i++)
	{
		item = is_named ? dbc_json_next(item) : item;
		s->values = dbc_grow(s->host, s->values, (size_t) s->nvalues,
							 sizeof(*s->values));
		s->values[s->nvalues++] = take(s->host, item);
		item = dbc_json_next(item);
	}
	if (is_named)
		add_named(s, text, given);
	else
		dbc_append(&s->text, text);
}

/* dbops_execute(sql, params, options) */
DBC_RUN(dbops_execute)
{
	const dbops_execute_options *given =
		dbc_read_options(host, &args->options, dbops_execute_options);
	dbc_json_node *result = dbc_json_object(host);
	dbc_ops_statement s;
	const dbc_ops_column **columns;
	const dbc_rows *rows;
	const char *text;
	dbc_value list;
	bool reused;

	dbc_refuse_options(host, args->sql.text, "sql");
	dbc_ops_begin(&s, host, NULL);
	s.is_callers = true;
	add_statement(&s, args->sql.text, &args->params);
	text = read_statement(host, s.text.data);
	dbc_buffer_init(&s.text, host);
	dbc_append(&s.text, text);
	rows = dbc_ops_run(&s, &reused);
	columns = dbc_alloc(host, ((size_t) rows->ncols + 1) * sizeof(*columns));
	for (int i = 0; i < rows->ncols; i++)
	{
		dbc_ops_column *column = dbc_alloc(host, sizeof(*column));

		*column =
			(dbc_ops_column){.name = rows->columns[i], .kind = DBC_OPS_ANY};
		columns[i] = column;
	}
	list = dbc_json(
		dbc_ops_rows_text(host, columns, rows->ncols, rows, 0, rows->nrows));
	DBC_PUT_VALUE(result, rows, &list);
	DBC_PUT_INT(result, affected,
				rows->ncols > 0 && rows->affected == 0 ? rows->nrows
													   : rows->affected);
	if (given->verbose.integer)
		DBC_PUT_TEXT(result, plan, reused ? "reused" : "new");
	dbc_json_emit(host, result);
}
