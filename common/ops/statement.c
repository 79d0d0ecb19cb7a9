/*
 * statement.c
 *	  Statements with names from the catalog and parameters.
 */
#include "common/ops/ops.h"

#include <math.h>
#include <string.h>

#include "common/core/options.h"
#include "common/core/wording.h"

const dbc_ops_table *
dbc_ops_find_table(dbc_host *host, const char *relation)
{
	dbc_refuse_options(host, relation, "relation");
	return DBC_CALL(host, ops, find)(host, relation);
}

const dbc_ops_column *
dbc_ops_find_column(dbc_host *host, const dbc_ops_table *table,
					const char *name)
{
	const char **names;

	for (int i = 0; i < table->ncolumns; i++)
		if (dbc_same(table->columns[i].name, name))
			return &table->columns[i];
	names = dbc_alloc(host, ((size_t) table->ncolumns + 1) * sizeof(*names));
	for (int i = 0; i < table->ncolumns; i++)
		names[i] = table->columns[i].name;
	name = dbc_format(host, "%s", name);
	dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL,
			 dbc_format(host,
						"%sNames of columns are written as in the "
						"catalog, without quotes.",
						dbc_did_you_mean(host, name, names)),
			 "table %s has no column \"%s\"", table->relation->shown, name);
}

const dbc_ops_column **
dbc_ops_find_columns(dbc_host *host, const dbc_ops_table *table,
					 const char *const *names, int *count)
{
	const dbc_ops_column **columns;
	int n = 0;

	while (names && names[n])
		n++;
	*count = names ? n : table->ncolumns;
	columns = dbc_alloc(host, ((size_t) *count + 1) * sizeof(*columns));
	for (int i = 0; i < *count; i++)
		columns[i] = names ? dbc_ops_find_column(host, table, names[i])
						   : &table->columns[i];
	return columns;
}

void
dbc_ops_begin(dbc_ops_statement *statement, dbc_host *host,
			  const dbc_ops_table *table)
{
	*statement = (dbc_ops_statement){.host = host, .table = table};
	dbc_buffer_init(&statement->text, host);
}

void
dbc_ops_add_value(dbc_ops_statement *statement, const dbc_ops_value *value)
{
	if (statement->nvalues >= DBC_OPS_MOST_VALUES)
		dbc_fail(statement->host, DBC_TOO_COMPLEX, NULL, NULL,
				 "more than %d values", DBC_OPS_MOST_VALUES);
	statement->values =
		dbc_grow(statement->host, statement->values,
				 (size_t) statement->nvalues, sizeof(*statement->values));
	statement->values[statement->nvalues++] = *value;
	dbc_append_format(&statement->text, "$%d", statement->nvalues);
}

void
dbc_ops_add_text(dbc_ops_statement *statement, const char *text)
{
	const dbc_ops_value value = {.value = dbc_text(text)};

	dbc_ops_add_value(statement, &value);
}

void
dbc_ops_add_columns(dbc_ops_statement *statement,
					const dbc_ops_column *const *columns, int count)
{
	for (int i = 0; i < count; i++)
	{
		dbc_append(&statement->text, i > 0 ? ", " : "");
		dbc_append(&statement->text, columns[i]->quoted);
	}
}

const char *
dbc_ops_never(const dbc_ops_statement *statement)
{
	return statement->host->traits->booleans ? "false" : "(1 = 0)";
}

static const dbc_rows *
run(dbc_ops_statement *s, const dbc_ops_receiver *receiver, bool *reused)
{
	return DBC_CALL(s->host, ops, run)(
		s->host, s->reads_others ? NULL : s->table, s->text.data,
		!s->is_callers, s->values, s->nvalues, receiver, reused);
}

const dbc_rows *
dbc_ops_run(dbc_ops_statement *statement, bool *reused)
{
	return run(statement, NULL, reused);
}

void
dbc_ops_run_by_row(dbc_ops_statement *statement,
				   const dbc_ops_receiver *receiver, bool *reused)
{
	(void) run(statement, receiver, reused);
}

/* ---- values ---- */

const char *
dbc_ops_take_text(dbc_host *host, const dbc_json_item *string)
{
	if (memchr(string->text, '\0', string->length))
		dbc_fail(host, "22P05", NULL, NULL,
				 "text cannot have the character NUL");
	return dbc_json_string(host, string);
}

/* The digits of a text such as \x0aff; NULL if it is no such text. */
static const char *
read_blob(const char *text)
{
	size_t length;

	if (!dbc_starts_with(text, "\\x"))
		return NULL;
	length = strspn(text + 2, "0123456789abcdefABCDEF");
	return text[2 + length] || length % 2 ? NULL : text + 2;
}

/* A number: an integer if it is one. */
static dbc_value
take_number(dbc_host *host, const dbc_json_item *item)
{
	dbc_decimal number = dbc_json_decimal(host, item);
	double real = 0;

	if (number.ndigits == 0)
		return dbc_int(0);
	if (dbc_decimal_is_integer(&number) && number.exponent <= 19)
	{
		uint64_t integer = 0;

		for (int64_t i = 0; i < number.exponent; i++)
			integer = integer * 10 + ((size_t) i < number.ndigits
										  ? (uint64_t) (number.digits[i] - '0')
										  : 0);
		if (integer <= (uint64_t) INT64_MAX)
			return dbc_int(number.negative ? -(int64_t) integer
										   : (int64_t) integer);
		if (number.negative && integer == (uint64_t) INT64_MAX + 1)
			return dbc_int(INT64_MIN);
	}
	if (host->traits->decimals)
		return dbc_text(dbc_json_value_text(host, item));
	if (!dbc_parse_real(dbc_json_value_text(host, item), &real))
		real = number.negative ? -INFINITY : INFINITY;
	return dbc_real(real);
}

bool
dbc_ops_is_special(dbc_host *host, const dbc_ops_column *column,
				   const dbc_json_item *item)
{
	return column->kind == DBC_OPS_NUMBER && item->kind == DBC_I_STRING &&
		   (dbc_json_string_is(item, "Infinity") ||
			dbc_json_string_is(item, "-Infinity") ||
			(host->traits->decimals && dbc_json_string_is(item, "NaN")));
}

dbc_ops_value
dbc_ops_take(dbc_host *host, const dbc_ops_column *column,
			 const dbc_json_item *item)
{
	dbc_ops_value taken = {.is_blob = false};
	const char *digits;

	if (item->kind == DBC_I_NULL)
		return taken;
	if (item->kind == DBC_I_STRING)
	{
		taken.value = dbc_text(dbc_ops_take_text(host, item));
		digits =
			column->kind == DBC_OPS_BLOB ? read_blob(taken.value.text) : NULL;
		taken.is_blob = digits != NULL;
		if (digits)
			taken.value = dbc_text(digits);
		if (!host->traits->typed_columns &&
			dbc_ops_is_special(host, column, item))
			taken.value = dbc_real(*item->text == '-' ? -INFINITY : INFINITY);
	}
	else if (item->kind == DBC_I_ARRAY || item->kind == DBC_I_OBJECT ||
			 column->kind == DBC_OPS_JSON)
		taken.value = dbc_text(dbc_json_value_text(host, item));
	else if (item->kind == DBC_I_NUMBER)
		taken.value = take_number(host, item);
	else
		taken.value = dbc_bool(item->kind == DBC_I_TRUE);
	return taken;
}
