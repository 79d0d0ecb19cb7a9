/*
 * value.c
 *	  Values of the core and their texts in the protocol.
 */
#include "wire/core/answer.h"
#include "wire/core/query.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

/* OIDs of types, which never change. */
enum
{
	BOOL = 16,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	TEXT = 25,
	OID = 26,
	JSON = 114,
	FLOAT4 = 700,
	FLOAT8 = 701,
	TIMESTAMPTZ = 1184,
	NUMERIC = 1700,
	JSONB = 3802
};

Oid
dbcw_type_of(const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_BOOL:
			return BOOL;
		case DBC_INT:
			return INT8;
		case DBC_REAL:
			return FLOAT8;
		default:
			return TEXT;
	}
}

const char *
dbcw_text_of(dbcw_host *h, const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return NULL;
		case DBC_BOOL:
			return value->integer ? "t" : "f";
		case DBC_INT:
			return dbc_format(&h->base, "%lld", (long long) value->integer);
		case DBC_REAL:
			return isinf(value->real)
					   ? (value->real > 0 ? "Infinity" : "-Infinity")
				   : isnan(value->real)
					   ? "NaN"
					   : dbc_format(&h->base, "%.17g", value->real);
		default:
			return value->text;
	}
}

/* The digits of a number that matter, and the power of ten of the first one. */
static int
significant_digits(const char *text, char *digits, size_t size, int *power)
{
	size_t count = 0;
	size_t end = 0;
	bool point = false;

	*power = -1;
	text += *text == '-' || *text == '+';
	for (; isdigit((unsigned char) *text) || *text == '.'; text++)
	{
		if (*text == '.')
		{
			point = true;
			continue;
		}
		*power += !point && (count > 0 || *text != '0');
		*power -= point && count == 0 && *text == '0';
		if (count == 0 && *text == '0')
			continue;
		if (count < size)
			digits[count] = *text;
		count++;
		if (*text != '0')
			end = count;
	}
	if (*text == 'e' || *text == 'E')
		*power += atoi(text + 1);
	return end <= size ? (int) end : -1;
}

/* A numeric as a real number, or as text if that would change it. */
static dbc_value
value_of_numeric(dbcw_host *h, const char *text)
{
	char given[DBL_DIG];
	char kept[DBL_DIG];
	char again[64];
	int given_power;
	int kept_power;
	double real = strtod(text, NULL);
	int length = significant_digits(text, given, sizeof(given), &given_power);

	if (isfinite(real))
	{
		/* as PostgreSQL converts it back */
		snprintf(again, sizeof(again), "%.*g", DBL_DIG, real);
		if (length == 0 || (length > 0 &&
							significant_digits(again, kept, sizeof(kept),
											   &kept_power) == length &&
							kept_power == given_power &&
							memcmp(given, kept, (size_t) length) == 0))
			return dbc_real(real);
	}
	return dbc_text(dbc_copy(&h->base, text, strlen(text)));
}

/* "2026-01-02 03:04:05.6+00" in the form of ISO 8601. */
static const char *
timestamp_text(dbcw_host *h, const char *text)
{
	const char *zone = strrchr(text, '+');
	const char *space = strchr(text, ' ');

	if (!zone || !space)
		return dbc_copy(&h->base, text, strlen(text));
	return dbc_format(&h->base, "%.*sT%.*s+00:00%s", (int) (space - text), text,
					  (int) (zone - space - 1), space + 1,
					  zone + strlen("+00"));
}

const char *
dbcw_cell(dbcw_host *h, const PGresult *result, int row, int column)
{
	const char *text = dbcw_answer_text(result, row, column);

	if (!dbcw_answer_has(result, row, column))
		dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
				 "the server did not return a value that was asked for");
	return text ? text : "";
}

/* A value whose type says that it is a number, or a boolean. */
static _Noreturn void
refuse_value(dbcw_host *h, const char *type, const char *text)
{
	dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
			 "the server returned \"%.40s\" as a value of type %s", text, type);
}

static dbc_value
value_of_integer(dbcw_host *h, const char *text)
{
	long long number;

	if (!dbcw_read_number(text, &number))
		refuse_value(h, "bigint", text);
	return dbc_int(number);
}

static dbc_value
value_of_real(dbcw_host *h, const char *text, bool is_single)
{
	char *end;
	double real = is_single ? (double) strtof(text, &end) : strtod(text, &end);

	if (end == text || *end)
		refuse_value(h, "double precision", text);
	return dbc_real(real);
}

dbc_value
dbcw_value_of(dbcw_host *h, const PGresult *result, int row, int column)
{
	const char *text = dbcw_cell(h, result, row, column);

	if (dbcw_pq.PQgetisnull(result, row, column))
		return dbc_null();
	switch (dbcw_pq.PQftype(result, column))
	{
		case BOOL:
			if (!dbc_same(text, "t") && !dbc_same(text, "f"))
				refuse_value(h, "boolean", text);
			return dbc_bool(*text == 't');
		case INT2:
		case INT4:
		case INT8:
		case OID:
			return value_of_integer(h, text);
		case FLOAT4:
		case FLOAT8:
			return value_of_real(h, text,
								 dbcw_pq.PQftype(result, column) == FLOAT4);
		case NUMERIC:
			return value_of_numeric(h, text);
		case TIMESTAMPTZ:
			return dbc_text(timestamp_text(h, text));
		case JSON:
		case JSONB:
			return dbc_json(dbc_copy(&h->base, text, strlen(text)));
		default:
			return dbc_text(dbc_copy(&h->base, text, strlen(text)));
	}
}
