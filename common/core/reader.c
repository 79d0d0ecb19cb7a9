/*
 * reader.c
 *	  Reading the values of a result.
 */
#include "common/core/reader.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/text.h"

/* The maximum length of a value or statement in an error, in bytes. */
#define MOST_SHOWN 80

/* Text for a message, shortened if it is long. */
static const char *
shorten(dbc_host *host, const char *text)
{
	size_t length = strlen(text);

	if (length <= MOST_SHOWN)
		return text;
	length = MOST_SHOWN;
	while (length > 0 && ((unsigned char) text[length] & 0xc0) == 0x80)
		length--; /* do not cut within a UTF-8 character */
	return dbc_format(host, "%s...", dbc_copy(host, text, length));
}

/* Formats a value for a message. */
static const char *
show(dbc_host *host, const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return "null";
		case DBC_BOOL:
			return value->integer ? "true" : "false";
		case DBC_INT:
			return dbc_format(host, "%lld", (long long) value->integer);
		case DBC_REAL:
			return isfinite(value->real) ? dbc_real_text(host, value->real)
										 : dbc_format(host, "%g", value->real);
		case DBC_TEXT:
		case DBC_JSON:
			break;
	}
	return dbc_format(host, "\"%s\"", shorten(host, value->text));
}

/* The tables of dbcare in a statement, as a list; empty if there are none. */
static const char *
tables_of(dbc_host *host, const char *sql)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char temporary[] = "temp.";
	const char *mark = host->table_prefix;
	const int before = (int) strlen(temporary);
	dbc_buffer list;
	const char *at;
	const char *whole = sql;

	dbc_buffer_init(&list, host);
	while (sql && (at = strstr(sql, mark)) != NULL)
	{
		size_t length = strlen(mark) + strspn(at + strlen(mark), letters);
		const char *table = dbc_copy(host, at, length);

		/* names of triggers begin with such a word and "_"; dbcare_known of
		 * temp has no values of its own */
		if (table[length - 1] != '_' && !strstr(list.data, table) &&
			(at - whole < before ||
			 strncmp(at - before, temporary, (size_t) before) != 0))
			dbc_append_format(&list, "%s%s", list.length ? ", " : "", table);
		sql = at + length;
	}
	return list.data;
}

/* Describes the statement of a result, as a sentence. */
static const char *
describe_origin(dbc_host *host, const dbc_rows *rows, int row,
				const char *tables)
{
	const char *statement = rows->statement
								? rows->statement
								: shorten(host, rows->sql ? rows->sql : "?");

	if (*tables)
		return dbc_format(host, "The value was read from %s (%s, row %d).",
						  tables, statement, row + 1);
	return dbc_format(host, "The value was read by %s, row %d.", statement,
					  row + 1);
}

static const char *
describe_misfit(dbc_host *host, const dbc_rows *rows, int col,
				const dbc_value *value, const char *wanted)
{
	const char *column = rows->columns && col < rows->ncols
							 ? rows->columns[col]
							 : dbc_format(host, "column %d", col + 1);

	return dbc_format(host, "%s is not %s: %s", column, wanted,
					  value ? show(host, value) : "there is no such row");
}

static _Noreturn void
refuse(dbc_host *host, const dbc_rows *rows, int row, int col,
	   const dbc_value *value, const char *wanted)
{
	const char *tables = tables_of(host, rows->sql);

	dbc_fail(host, DBC_CORRUPTED, describe_origin(host, rows, row, tables),
			 *tables ? "Correct the value in that table, or restore the table "
					   "from a backup."
					 : host->corrupt_hint,
			 "%s", describe_misfit(host, rows, col, value, wanted));
}

static const dbc_value *
cell_of(dbc_host *host, const dbc_rows *rows, int row, int col,
		const char *wanted)
{
	if (row >= rows->nrows || col >= rows->ncols)
		refuse(host, rows, row, col, NULL, wanted);
	return &rows->values[(size_t) row * (size_t) rows->ncols + (size_t) col];
}

static bool
is_boolean(const dbc_value *value)
{
	return value->kind == DBC_BOOL ||
		   (value->kind == DBC_INT && value->integer >= 0 &&
			value->integer <= 1);
}

static bool
is_number(const dbc_value *value)
{
	return value->kind == DBC_INT ||
		   (value->kind == DBC_REAL && isfinite(value->real));
}

/* ---- public functions ---- */

bool
dbc_is_null(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	return cell_of(host, rows, row, col, "a value")->kind == DBC_NULL;
}

dbc_value
dbc_get_value(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	return *cell_of(host, rows, row, col, "a value");
}

const char *
dbc_get_text(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "text");

	if (value->kind != DBC_TEXT && value->kind != DBC_JSON)
		refuse(host, rows, row, col, value, "text");
	return value->text;
}

const char *
dbc_get_text_or_null(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	return dbc_is_null(host, rows, row, col)
			   ? NULL
			   : dbc_get_text(host, rows, row, col);
}

const char *
dbc_get_word(dbc_host *host, const dbc_rows *rows, int row, int col,
			 const char *const *words)
{
	const char *text = dbc_get_text(host, rows, row, col);
	dbc_buffer wanted;

	dbc_buffer_init(&wanted, host);
	for (int i = 0; words[i]; i++)
	{
		if (dbc_same(text, words[i]))
			return text;
		dbc_append_format(&wanted, "%s%s", i ? ", " : "one of ", words[i]);
	}
	refuse(host, rows, row, col, cell_of(host, rows, row, col, "a word"),
		   wanted.data);
}

const char *
dbc_get_json(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const char *text = dbc_get_text(host, rows, row, col);
	const char *problem;

	if (!dbc_json_read(host, text, strlen(text), NULL, 0, &problem))
		refuse(host, rows, row, col, cell_of(host, rows, row, col, "JSON"),
			   "JSON");
	return text;
}

const char *
dbc_get_json_or_null(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	return dbc_is_null(host, rows, row, col)
			   ? NULL
			   : dbc_get_json(host, rows, row, col);
}

bool
dbc_get_bool(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "a boolean");

	if (!is_boolean(value))
		refuse(host, rows, row, col, value, "a boolean");
	return value->integer != 0;
}

int64_t
dbc_get_int(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "an integer");

	if (value->kind != DBC_INT)
		refuse(host, rows, row, col, value, "an integer");
	return value->integer;
}

int64_t
dbc_get_int_or(dbc_host *host, const dbc_rows *rows, int row, int col,
			   int64_t null)
{
	return dbc_is_null(host, rows, row, col)
			   ? null
			   : dbc_get_int(host, rows, row, col);
}

int
dbc_get_count(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "a count");

	if (value->kind != DBC_INT || value->integer < 0 ||
		value->integer > INT_MAX)
		refuse(host, rows, row, col, value, "an integer from 0 to 2147483647");
	return (int) value->integer;
}

double
dbc_get_real(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "a number");

	if (!is_number(value))
		refuse(host, rows, row, col, value, "a finite number");
	return value->kind == DBC_INT ? (double) value->integer : value->real;
}

double
dbc_get_real_or_nan(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	return dbc_is_null(host, rows, row, col)
			   ? NAN
			   : dbc_get_real(host, rows, row, col);
}

int64_t
dbc_get_time(dbc_host *host, const dbc_rows *rows, int row, int col)
{
	const dbc_value *value = cell_of(host, rows, row, col, "a time");
	int64_t ms = 0;

	if (value->kind != DBC_TEXT || !dbc_parse_time(value->text, &ms))
		refuse(host, rows, row, col, value, "a time");
	return ms;
}

/* The type that a letter of a shape requires; NULL if the value has it. */
static const char *
unmet(dbc_host *host, char letter, const dbc_value *value)
{
	bool may_be_null = letter >= 'A' && letter <= 'Z';
	const char *problem;

	if (letter == '.' || (may_be_null && value->kind == DBC_NULL))
		return NULL;
	switch (may_be_null ? letter - 'A' + 'a' : letter)
	{
		case 't':
			return value->kind == DBC_TEXT || value->kind == DBC_JSON ? NULL
																	  : "text";
		case 'j':
			return (value->kind == DBC_TEXT || value->kind == DBC_JSON) &&
						   dbc_json_read(host, value->text, strlen(value->text),
										 NULL, 0, &problem)
					   ? NULL
					   : "JSON";
		case 'b':
			return is_boolean(value) ? NULL : "a boolean";
		case 'i':
			return value->kind == DBC_INT ? NULL : "an integer";
		default:
			return is_number(value) ? NULL : "a finite number";
	}
}

/* The first column of a row with a wrong type, or -1; *wanted is set to the
 * required type. */
static int
find_misfit(dbc_host *host, const dbc_rows *rows, int row, const char *shape,
			const char **wanted)
{
	for (int col = 0; shape[col]; col++)
	{
		*wanted =
			unmet(host, shape[col], cell_of(host, rows, row, col, "a value"));
		if (*wanted)
			return col;
	}
	return -1;
}

const dbc_value *
dbc_get_row(dbc_host *host, const dbc_rows *rows, int row, const char *shape)
{
	const char *wanted;
	int col = find_misfit(host, rows, row, shape, &wanted);

	if (col >= 0)
		refuse(host, rows, row, col, cell_of(host, rows, row, col, wanted),
			   wanted);
	return cell_of(host, rows, row, 0, "a row");
}

const char *
dbc_describe_mismatch(dbc_host *host, const dbc_rows *rows, int row,
					  const char *shape)
{
	const char *wanted;
	int col = find_misfit(host, rows, row, shape, &wanted);

	return col < 0
			   ? NULL
			   : describe_misfit(host, rows, col,
								 cell_of(host, rows, row, col, wanted), wanted);
}

/* The letter of a shape for what a column of a function is declared to be. */
static char
letter_of(dbc_type type)
{
	switch (type)
	{
		case DBC_T_BOOL:
			return 'B';
		case DBC_T_INT:
			return 'I';
		case DBC_T_REAL:
			return 'R';
		case DBC_T_JSON:
			return 'J';
		default:
			return 'T';
	}
}

void
dbc_emit_row(dbc_host *host, const dbc_rows *rows, int row)
{
	const dbc_field *columns = host->function->columns;

	for (int col = 0; columns[col].type != DBC_T_END; col++)
	{
		const dbc_value *value = cell_of(host, rows, row, col, "a value");
		const char *wanted = unmet(host, letter_of(columns[col].type), value);

		if (wanted)
			refuse(host, rows, row, col, value, wanted);
	}
	dbc_emit_array(host, cell_of(host, rows, row, 0, "a row"), rows->ncols);
}
