/*
 * rows.c
 *	  Rows of a result as JSON.
 *
 * Integers and booleans are JSON values, everything else is text, which both
 * engines write alike and which loses nothing.
 */
#include "common/ops/ops.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A real number as PostgreSQL writes it: the fewest digits that read back
 * exactly, with an exponent for very large and small ones. */
static const char *
real_text(dbc_host *host, double real)
{
	char text[40] = "";
	char digits[24];
	int precision = 0, ndigits = 0, exponent;
	dbc_buffer buffer;

	if (!isfinite(real))
		return isnan(real) ? "NaN" : real > 0 ? "Infinity" : "-Infinity";
	do
		(void) snprintf(text, sizeof(text), "%.*e", precision, real);
	while (strtod(text, NULL) != real && ++precision < 17);
	for (const char *at = text; *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			digits[ndigits++] = *at;
	exponent = atoi(strchr(text, 'e') + 1);
	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, *text == '-' ? "-" : "");
	if (exponent < -4 || exponent >= 15)
	{
		dbc_append_bytes(&buffer, digits, 1);
		dbc_append(&buffer, ndigits > 1 ? "." : "");
		dbc_append_bytes(&buffer, digits + 1, (size_t) ndigits - 1);
		dbc_append_format(&buffer, "e%+03d", exponent);
		return buffer.data;
	}
	/* 0.00ddd, or ddd00, or d.dd */
	dbc_append(&buffer, exponent < 0 ? "0." : "");
	for (int place = exponent + 1; place < 0; place++)
		dbc_append(&buffer, "0");
	for (int place = 0; place < ndigits || place <= exponent; place++)
	{
		dbc_append(&buffer, exponent >= 0 && place == exponent + 1 ? "." : "");
		dbc_append_bytes(&buffer, place < ndigits ? &digits[place] : "0", 1);
	}
	return buffer.data;
}

static void
append_cell(dbc_buffer *buffer, const dbc_ops_column *column,
			const dbc_value *value)
{
	bool truth = value->kind == DBC_BOOL ||
				 (value->kind == DBC_INT && column->kind == DBC_OPS_BOOL &&
				  (value->integer == 0 || value->integer == 1));

	if (value->kind == DBC_NULL)
		dbc_append(buffer, "null");
	else if (truth)
		dbc_append(buffer, value->integer ? "true" : "false");
	else if (value->kind == DBC_INT)
	{
		/* other numbers than integers are text */
		bool is_text = column->kind == DBC_OPS_NUMBER;

		dbc_append(buffer, is_text ? "\"" : "");
		dbc_append_integer(buffer, value->integer);
		dbc_append(buffer, is_text ? "\"" : "");
	}
	else if (value->kind == DBC_REAL)
		dbc_json_append_string(buffer, real_text(buffer->host, value->real));
	else
		dbc_json_append_string(buffer, value->text);
}

const char *
dbc_ops_cell_text(dbc_host *host, const dbc_ops_column *column,
				  const dbc_value *value)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	/* a column without a type finds a number only by a number */
	if (value->kind == DBC_REAL && isfinite(value->real) &&
		column->kind == DBC_OPS_ANY)
		return dbc_real_text(host, value->real);
	append_cell(&buffer, column, value);
	return buffer.data;
}

/* Whether a column comes before another in a JSON object. */
static bool
is_before(const char *left, const char *right)
{
	size_t nleft = strlen(left);
	size_t nright = strlen(right);

	return nleft != nright ? nleft < nright : strcmp(left, right) < 0;
}

/* The columns in the order of the members of an object, without duplicates;
 * returns their number. */
static int
sort_columns(const dbc_ops_column *const *columns, int count, int *order)
{
	int n = 0;

	for (int i = 0; i < count; i++)
	{
		int place = n;

		while (place > 0 &&
			   is_before(columns[i]->name, columns[order[place - 1]]->name))
			place--;
		if (place > 0 &&
			dbc_same(columns[i]->name, columns[order[place - 1]]->name))
			continue;
		memmove(&order[place + 1], &order[place],
				(size_t) (n - place) * sizeof(*order));
		order[place] = i;
		n++;
	}
	return n;
}

void
dbc_ops_begin_array(dbc_ops_array *array, dbc_host *host,
					const dbc_ops_column *const *columns, int count)
{
	dbc_buffer text;
	const char *before;

	*array = (dbc_ops_array){
		.columns = columns,
		.order = dbc_alloc(host, ((size_t) count + 1) * sizeof(int)),
		.before = dbc_alloc(host, ((size_t) count + 1) * sizeof(char *))};
	array->nmembers = sort_columns(columns, count, array->order);
	dbc_buffer_init(&text, host);
	for (int i = 0; i < array->nmembers; i++)
	{
		dbc_append(&text, i > 0 ? ", " : "{");
		dbc_json_append_string(&text, columns[array->order[i]]->name);
		dbc_append_bytes(&text, ": ", sizeof(": "));
	}
	before = text.data;
	for (int i = 0; i < array->nmembers; i++)
	{
		array->before[i] = before;
		before += strlen(before) + 1;
	}
	dbc_buffer_init(&array->text, host);
	dbc_append(&array->text, "[");
}

void
dbc_ops_add_row(dbc_ops_array *array, const dbc_value *values)
{
	dbc_append(&array->text, array->nrows++ > 0 ? ", " : "");
	for (int i = 0; i < array->nmembers; i++)
	{
		int column = array->order[i];

		dbc_append(&array->text, array->before[i]);
		append_cell(&array->text, array->columns[column], &values[column]);
	}
	dbc_append(&array->text, array->nmembers > 0 ? "}" : "{}");
}

const char *
dbc_ops_rows_text(dbc_host *host, const dbc_ops_column *const *columns,
				  int count, const dbc_rows *rows, int first, int nrows)
{
	dbc_value *values = dbc_alloc(host, ((size_t) count + 1) * sizeof(*values));
	dbc_ops_array array;

	dbc_ops_begin_array(&array, host, columns, count);
	for (int row = 0; row < nrows; row++)
	{
		for (int i = 0; i < count; i++)
			values[i] = dbc_get_value(host, rows, row, first + i);
		dbc_ops_add_row(&array, values);
	}
	dbc_append(&array.text, "]");
	return array.text.data;
}
